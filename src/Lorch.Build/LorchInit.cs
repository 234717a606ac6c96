using Lorch.Core;
using Lorch.Core.Configuration.Beginning;
using Lorch.Core.Storage;
using Lorch.Core.Tools;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Writes what a workspace needs to begin with, never over a file that exists.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchInit : LorchTask
{
    private static readonly string[] OtherProjects = ["*.*proj", "*.sln", "*.slnx"];

    /// <summary>Gets or sets the workspace's root folder.</summary>
    [Required]
    public string WorkspaceRoot { get; set; } = "";

    /// <summary>Gets or sets the path of the configuration; <c>lorch.json</c> in the root by default.</summary>
    public string? ConfigurationFile { get; set; }

    /// <summary>Gets or sets a value indicating whether to write a <c>lorch.proj</c> as well.</summary>
    public bool WithProject { get; set; }

    /// <summary>Gets or sets a value indicating whether to write a <c>Directory.Solution.targets</c> as well.</summary>
    public bool WithSolution { get; set; }

    /// <summary>Gets or sets a value indicating whether to write a <c>.gitignore</c> as well.</summary>
    public bool WithGitIgnore { get; set; }

    /// <summary>Gets or sets the coding tool that the agents are to use, as <c>use</c> in lorch.json names it; none by default.</summary>
    public string? Agents { get; set; }

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var root = Rooted(WorkspaceRoot)!;
        var path = Rooted(ConfigurationFile) ?? Path.Combine(root, "lorch.json");
        var tool = Tool();
        // Who has a lorch.json has tasks, and needs no example of one.
        StartingFile[] firstTask = File.Exists(path) ? [] : [StartingFile.Task(path, root)];
        var files = new DurableFiles();
        var written = 0;
        foreach (var file in (StartingFile[])[StartingFile.Configuration(path, tool), .. firstTask, .. FurtherFiles(root, path, log)])
        {
            if (await files.CreateAsync(file.Path, file.Bytes, cancellationToken))
            {
                written++;
                log.Answer($"Written: {file.Path}");
            }
            else
            {
                log.Report(Exists(file));
            }
        }

        log.Answer((written, firstTask) switch
        {
            (0, _) => "Nothing was written.",
            (_, []) => $"Next: {NextCommand(root)}",
            (_, [var task, ..]) => $"Next: {(tool is null ? $"name your agents in {path}, " : "")}read {task.Path}, change it as you like, "
                + $"then {NextCommand(root)} -p:Task={FirstTask.Id}",
        });
    }

    private IEnumerable<StartingFile> FurtherFiles(string root, string configuration, BuildLog log)
    {
        yield return StartingFile.SchemaOf(configuration);
        if (WithProject)
        {
            yield return StartingFile.Project(ProjectPath(root, log));
        }

        if (WithSolution)
        {
            yield return StartingFile.Solution(root);
        }

        if (WithGitIgnore)
        {
            yield return StartingFile.GitIgnore(root);
        }
    }

    private string? Tool()
    {
        if (string.IsNullOrWhiteSpace(Agents))
        {
            return null;
        }

        return ToolUse.TryParse(Agents) is not null ? Agents : throw new LorchException(new Diagnostic
        {
            Code = DiagnosticCode.InvalidProperty,
            Message = $"LorchInitAgents is '{Agents}'; expected is {ToolUse.Expected}.",
        });
    }

    private static Diagnostic Exists(StartingFile file) => new()
    {
        Code = DiagnosticCode.FileExists,
        Message = file.ToAdd is { } line
            ? $"The file exists and is left as it is. Add to it: {line}"
            : "The file exists and is left as it is.",
        Severity = DiagnosticSeverity.Warning,
        File = file.Path,
    };

    // A second project in the root would make a plain `dotnet build` there fail (MSB1011), or replace what it builds.
    private static string ProjectPath(string root, BuildLog log)
    {
        if (OtherProject(root) is not { } other)
        {
            return Path.Combine(root, "lorch.proj");
        }

        log.Answer($"The project goes into a folder of its own, because a plain dotnet build finds {other} in {root}.");
        return Path.Combine(root, "lorch", "lorch.proj");
    }

    private static string? OtherProject(string root) => OtherProjects
        .SelectMany(pattern => Directory.EnumerateFiles(root, pattern))
        .Select(Path.GetFileName)
        .FirstOrDefault(name => name is not "lorch.proj");

    private static string NextCommand(string root) =>
        !File.Exists(Path.Combine(root, "lorch.proj")) && File.Exists(Path.Combine(root, "lorch", "lorch.proj"))
            ? "dotnet build lorch -t:LorchRun"
            : "dotnet build -t:LorchRun";
}
