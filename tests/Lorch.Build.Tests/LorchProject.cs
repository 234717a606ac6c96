using System.Diagnostics;
using System.Text.Json;
using Lorch.Testing;
using Microsoft.Build.Logging.StructuredLogger;

namespace Lorch.Build.Tests;

/// <summary>
/// A workspace outside the repository with a project that uses the package, and agents that answer at once and always the same.
/// </summary>
internal sealed class LorchProject : IDisposable
{
    public const string TwoTasks = """
        { "id": "T-1", "goal": "One", "inputs": ["specs/a.md"], "expected_outputs": [{ "path": "src/1.txt" }] },
        { "id": "T-2", "goal": "Two", "inputs": ["specs/a.md"], "expected_outputs": [{ "path": "src/2.txt" }], "depends_on": ["T-1"] }
        """;

    public const string Approval = """{"events":[{"type":"review.completed","status":"approved"}]}""";

    private readonly TemporaryWorkspace _workspace = new();
    private readonly ClonedRepository _clone;

    public LorchProject(ClonedRepository clone, string tasks = TwoTasks)
        : this(clone)
    {
        clone.Packing.Succeeded();
        Write("nuget.config", ClonedRepository.NuGetConfig(("feed", clone.Feed)));
        Write("lorch.proj", $"<Project Sdk=\"Lorch.Build/{ClonedRepository.Version}\" />");
        Write("specs/a.md", "A\n");
        Write("lorch.json", $$"""
            {
              "version": "1.0",
              "policy": { "retry": { "max_attempts": 1 } },
              "agents": {
                "builder": { "cmd": ["lorch-agent", "mock", "--type", "builder", "--script", "scripts/builder.json"] },
                "reviewer": { "cmd": ["lorch-agent", "mock", "--type", "reviewer", "--script", "scripts/reviewer.json"] },
                "spec_maintainer": { "cmd": ["lorch-agent", "mock", "--type", "spec_maintainer", "--script", "scripts/spec_maintainer.json"] }
              },
              "tasks": [
                {{tasks}}
              ]
            }
            """);
        BuilderWrites(("src/1.txt", "1\n"), ("src/2.txt", "2\n"), ("src/3.txt", "3\n"));
        Reviewer(Approval);
        Write("scripts/spec_maintainer.json", """{"responses":{"update_spec":{"events":[{"type":"spec.no_changes_needed"}]}}}""");
    }

    private LorchProject(ClonedRepository clone)
    {
        _clone = clone;
        Dotnet = new Dotnet(Root, clone.ConsumerPackages);
        Records = new Records(Root);
    }

    public Dotnet Dotnet { get; }

    public Records Records { get; }

    public string Root => _workspace.Root;

    /// <summary>Makes a workspace that holds the same, file times included.</summary>
    public LorchProject Copy()
    {
        var copy = new LorchProject(_clone);
        ClonedRepository.Copy(Root, copy.Root);
        return copy;
    }

    /// <summary>Deletes every file and folder of the workspace but these.</summary>
    public void KeepOnly(params string[] names)
    {
        foreach (var entry in new DirectoryInfo(Root).EnumerateFileSystemInfos().Where(entry => !names.Contains(entry.Name)))
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    /// <summary>Says what the builder writes from now on, whatever it is asked.</summary>
    public void BuilderWrites(params (string Path, string Content)[] files)
    {
        var artifacts = files.Select(file => JsonSerializer.Serialize(new { path = file.Path, content = file.Content }));
        Write("scripts/builder.json", $$$$"""
            {"responses":{"implement":{"events":[{"type":"builder.completed","payload":{"tests":{"status":"pass"}},
              "artifacts":[{{{{string.Join(',', artifacts)}}}}]}]}}}
            """);
    }

    /// <summary>Says what the reviewer answers from now on.</summary>
    public void Reviewer(string response) => Write("scripts/reviewer.json", """{"responses":{"review":""" + response + "}}");

    /// <summary>Changes a text that stands in lorch.json.</summary>
    public void Configure(string text, string with)
    {
        Assert.Contains(text, Read("lorch.json"), StringComparison.Ordinal);
        Write("lorch.json", Read("lorch.json").Replace(text, with, StringComparison.Ordinal));
    }

    /// <summary>Lets T-1 be worked by the shell script that misbehaves in many ways. It needs Linux.</summary>
    /// <param name="mode">One of the script's modes.</param>
    /// <param name="deed">What the builder does in the mode <c>before_the_answer</c>, in the shell's language.</param>
    public void UseShellAgent(string mode, string deed = ":")
    {
        var agent = $$"""
            "cmd": ["sh", "{{SourceTree.Root}}/tests/Lorch.Testing/Hostile/agent.sh", "{{mode}}"], "env": { "DEED": {{JsonSerializer.Serialize(deed)}} }
            """;
        var deadline = mode.StartsWith("hang", StringComparison.Ordinal) ? 1 : 300;
        Write("lorch.json", $$"""
            {
              "version": "1.0",
              "policy": { "retry": { "max_attempts": 1 }, "output_max_bytes": 2000000000, "output_max_bytes_per_s": 2000000000 },
              "agents": {
                "builder": { {{agent}}, "timeouts_s": { "implement": {{deadline}} } },
                "reviewer": { {{agent}} },
                "spec_maintainer": { {{agent}} }
              },
              "tasks": [{ "id": "T-1", "goal": "Greet", "inputs": ["specs/**"], "expected_outputs": [{ "path": "src/hello.txt" }] }]
            }
            """);
    }

    /// <summary>The names of all MSBuild tasks that a build ran, by its binary log.</summary>
    public IReadOnlyList<string> TasksIn(string log) =>
        [.. BinaryLog.ReadBuild(Path.Combine(Root, log))
            .FindChildrenRecursive<Microsoft.Build.Logging.StructuredLogger.Task>()
            .Select(task => task.Name)];

    public string Read(string path) => _workspace.Read(path);

    public void Write(string path, string text) => _workspace.Write(path, text);

    public void Write(string path, CSharpProject project) => Write(path, project.ToString());

    public void Delete(string path) => File.Delete(_workspace.At(path));

    public void DeleteFolder(string path) => Directory.Delete(_workspace.At(path), recursive: true);

    public void Move(string path, string to) => File.Move(_workspace.At(path), _workspace.At(to));

    /// <summary>Lets something happen to the workspace.</summary>
    /// <param name="accident">It, in the shell's language.</param>
    public void Happen(string accident)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-ec", accident]) { WorkingDirectory = Root })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }

    public Task<CommandResult> LorchRunAsync(params string[] arguments) => BuildAsync(["-t:LorchRun", .. arguments]);

    /// <summary>A build without <c>dotnet build</c>'s restore, for those that start many.</summary>
    public Task<CommandResult> MsBuildAsync(params string[] arguments) => Dotnet.RunAsync(WithoutRestore(arguments));

    public static string[] WithoutRestore(params string[] arguments) => ["msbuild", "lorch.proj", "-nologo", "-tl:off", .. arguments];

    public Task<CommandResult> BuildAsync(params string[] arguments) => Dotnet.RunAsync(["build", "lorch.proj", "-tl:off", .. arguments]);

    public void Dispose()
    {
        var leftovers = LeftoverProcesses.In(Root);
        _workspace.Dispose();
        Assert.Empty(leftovers);
    }
}
