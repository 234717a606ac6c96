using System.Diagnostics.CodeAnalysis;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;
using Lorch.Core.Tools;

namespace Lorch.Core.Agents;

/// <summary>What starts an agent, with every name resolved: it can be compared, printed and tested without a process.</summary>
internal sealed record AgentCommandLine
{
    /// <summary>The name that stands for the agent program of the package.</summary>
    public const string PackagedAgent = "lorch-agent";

    /// <summary>The option by which the package's agent greets its tool and does nothing else.</summary>
    public const string GreetOption = "--greet";

    /// <summary>Gets the agent's type.</summary>
    public required AgentType Type { get; init; }

    /// <summary>Gets the absolute path of the program.</summary>
    public required string Program { get; init; }

    /// <summary>Gets the arguments as the program sees them; no shell reads them.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Gets a line that cmd.exe, as the program, reads in place of arguments; null: it is no such line.</summary>
    public string? ShellLine { get; init; }

    /// <summary>Gets the folder that the program runs in: the workspace root.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets the whole environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Tells whether an agent could be started. Starts and writes nothing.</summary>
    /// <param name="settings">The agent.</param>
    /// <param name="host">Where the package's agent lies.</param>
    /// <param name="layout">Where the workspace is.</param>
    /// <param name="environment">The environment of the build.</param>
    /// <returns>What stands in the way, or null.</returns>
    public static Diagnostic? Check(
        AgentSettings settings,
        AgentHost host,
        WorkspaceLayout layout,
        IReadOnlyDictionary<string, string> environment)
    {
        var search = new ProgramSearch(layout.WorkspaceRoot, AgentEnvironment.Create(environment, settings));
        return TryResolve(settings, host, search, out _, out var problem)
            ? CheckTool(settings, search)
            : NotStarted(settings.Type, problem);
    }

    /// <summary>Resolves what starts an agent that works in the workspace itself.</summary>
    /// <param name="settings">The agent.</param>
    /// <param name="host">Where the package's agent lies.</param>
    /// <param name="layout">Where the workspace is.</param>
    /// <param name="environment">The agent's whole environment; its PATH is searched.</param>
    /// <returns>The command line.</returns>
    /// <exception cref="LorchException">There is no such program (<see cref="DiagnosticCode.AgentNotStarted"/>).</exception>
    public static AgentCommandLine Resolve(
        AgentSettings settings,
        AgentHost host,
        WorkspaceLayout layout,
        IReadOnlyDictionary<string, string> environment) =>
        Resolve(settings, host, new AgentPlace(layout, layout, static text => text), environment);

    /// <summary>Resolves what starts an agent.</summary>
    /// <param name="settings">The agent.</param>
    /// <param name="host">Where the package's agent lies.</param>
    /// <param name="place">Where the agent works. A program that a copy of the workspace lacks, as one that git ignores, is that of the
    /// workspace.</param>
    /// <param name="environment">The agent's whole environment; its PATH is searched.</param>
    /// <returns>The command line.</returns>
    /// <exception cref="LorchException">There is no such program (<see cref="DiagnosticCode.AgentNotStarted"/>).</exception>
    public static AgentCommandLine Resolve(
        AgentSettings settings,
        AgentHost host,
        AgentPlace place,
        IReadOnlyDictionary<string, string> environment)
    {
        var inPlace = new ProgramSearch(place.Layout.WorkspaceRoot, environment);
        var inWorkspace = new ProgramSearch(place.Workspace.WorkspaceRoot, environment);
        return TryResolve(settings, host, inPlace, out var words, out var problem)
            || TryResolve(settings, host, inWorkspace, out words, out problem)
            ? new AgentCommandLine
            {
                Type = settings.Type,
                Program = words[0],
                Arguments = [.. words.Skip(1)],
                Folder = place.Layout.WorkspaceRoot,
                Environment = environment,
            }
            : throw new LorchException(NotStarted(settings.Type, problem));
    }

    /// <summary>Says that an agent's program can't be started.</summary>
    /// <param name="type">The agent's type.</param>
    /// <param name="problem">What was found, and what to do: one or more sentences.</param>
    /// <returns>The diagnostic.</returns>
    public static Diagnostic NotStarted(AgentType type, string problem) => new()
    {
        Code = DiagnosticCode.AgentNotStarted,
        Message = $"The agent '{type.WireName}' can't be started: {problem}",
    };

    private static Diagnostic? CheckTool(AgentSettings settings, ProgramSearch search) => FindToolProblem(settings, search, out _);

    /// <summary>Tells whether the tool that an agent uses is there.</summary>
    /// <param name="settings">The agent.</param>
    /// <param name="search">Finds programs.</param>
    /// <param name="program">The tool's absolute path, or null.</param>
    /// <returns>What stands in the way, or null.</returns>
    internal static Diagnostic? FindToolProblem(AgentSettings settings, ProgramSearch search, out string? program)
    {
        program = null;
        if (settings.Tool is not { Use: { } text } tool)
        {
            return null;
        }

        var preset = ToolPresets.Get(ToolUse.TryParse(text)!, tool.Preset);
        return search.Find(preset.Command[0], out program) is not { } problem ? null : new Diagnostic
        {
            Code = DiagnosticCode.ToolNotFound,
            Message =
                $"The {settings.Type.WireName} uses {preset.Title}: {problem}"
                    + $"{(preset.Install is { } install ? $" To install it: {install}" : "")}",
        };
    }

    private static bool TryResolve(
        AgentSettings settings,
        AgentHost host,
        ProgramSearch search,
        [NotNullWhen(true)] out IReadOnlyList<string>? words,
        [NotNullWhen(false)] out string? problem)
    {
        var arguments = settings.Command.Skip(1);
        switch (settings.Command.Count == 0 ? "" : settings.Command[0])
        {
            case "":
                problem = $"'agents.{settings.Type.WireName}.cmd' in lorch.json names no program. Write the program and its arguments, "
                    + $"like [\"{PackagedAgent}\", \"mock\", ...].";
                words = null;
                break;
            case PackagedAgent:
                problem = Missing(host.DotnetPath, "the dotnet program of this build")
                    ?? Missing(host.AgentAssemblyPath, "the agent of the package");
                words = [host.DotnetPath, host.AgentAssemblyPath, .. arguments];
                break;
            case var name:
                problem = search.Find(name, out var program);
                words = program is null ? null : [program, .. arguments];
                break;
        }

        return problem is null;
    }

    private static string? Missing(string path, string what) => File.Exists(path)
        ? null
        : $"'{path}', {what}, is not there. Restore the package again.";
}
