using System.Globalization;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>A task that opens a workspace.</summary>
public abstract class WorkspaceTask : LorchTask
{
    private const string HostPathVariable = "DOTNET_HOST_PATH";

    /// <summary>Gets or sets the workspace, an item of which only the metadata count.</summary>
    /// <remarks>
    /// <c>Root</c>, its root folder; <c>ConfigurationFile</c>, <c>lorch.json</c> in the root by default; <c>StateRoot</c>, the folder of
    /// ledgers, receipts, snapshots, state and logs, the root by default; <c>ViewRoot</c>, the folder below which copies lie that
    /// runs work in, one in the user's cache by default; <c>AgentAssembly</c>, the path of <c>lorch-agent.dll</c>;
    /// <c>AddedTasks</c>, the tasks that lorch.json doesn't hold, as <see cref="LorchSelectTasks"/> gave them; <c>LockTimeout</c>, how long
    /// to wait for a workspace that another build holds, in seconds, 10 by default. The root isn't the item's identity: the engine may take
    /// that for a pattern, and turns its slashes.
    /// </remarks>
    [Required]
    public ITaskItem Workspace { get; set; } = TaskItems.Item("Workspace");

    /// <summary>Gets or sets a value indicating whether to start a new run although an interrupted one could be continued.</summary>
    public bool Fresh { get; set; }

    /// <summary>Gets or sets a value indicating whether to work although everything is up to date.</summary>
    public bool Force { get; set; }

    /// <summary>Gets or sets what to do when files changed since a run was interrupted: <c>warn</c>, the default, or <c>fail</c>.</summary>
    public string? OnDrift { get; set; }

    private protected bool FailOnDrift => OnDrift switch
    {
        null or "" or "warn" => false,
        "fail" => true,
        _ => throw new LorchException(new Diagnostic
        {
            Code = DiagnosticCode.InvalidProperty,
            Message = $"LorchOnDrift is '{OnDrift}'; expected is 'warn' or 'fail'.",
        }),
    };

    private protected string Root => Rooted(Workspace.GetMetadata("Root"))!;

    private protected string? ConfigurationFile => Rooted(Workspace.GetMetadata("ConfigurationFile"));

    private protected string? StateRoot => Rooted(Workspace.GetMetadata("StateRoot"));

    private protected virtual string AddedTasks => Workspace.GetMetadata("AddedTasks");

    private protected WorkMode Mode => (Force, Fresh) switch
    {
        (true, _) => WorkMode.Force,
        (_, true) => WorkMode.Fresh,
        _ => WorkMode.WhenStale,
    };

    private protected LorchWorkspace Open() => Open(AddedTasks);

    private LorchWorkspace Open(string addedTasks) => LorchWorkspace.Open(
        new WorkspaceSettings
        {
            WorkspaceRoot = Root,
            ConfigurationFile = ConfigurationFile,
            StateRoot = StateRoot,
            ViewRoot = Rooted(Workspace.GetMetadata("ViewRoot")),
            AgentHost = new AgentHost { DotnetPath = FindHost(), AgentAssemblyPath = Rooted(Workspace.GetMetadata("AgentAssembly"))! },
            AddedTasks = global::Lorch.Build.AddedTasks.Decode(addedTasks),
            LockTimeout = ReadLockTimeout(),
            IsOfThisBuild = BuildProcesses.Share,
            Environment = TaskEnvironment.GetEnvironmentVariables(),
        },
        Clock);

    /// <summary>Reads a run id that was checked when it was selected; nothing means the latest run.</summary>
    private protected static RunId? RunIdOf(string? text) => RunId.TryParse(text, out var id) ? id : null;

    /// <summary>Works a task once in this build, whoever asks for it.</summary>
    private protected Task<WorkedTask> WorkAsync(
        TaskWork work, string build, bool treatFindingsAsErrors, BuildLog log, CancellationToken cancellationToken)
    {
        // Whoever comes to the same work shares it, whatever else its project adds.
        var workspace = Open(work.Added);
        var taskId = workspace.Select([work.TaskId])[^1];
        var mode = work.IsForced ? WorkMode.Force : Fresh ? WorkMode.Fresh : WorkMode.WhenStale;
        return OncePerBuild.WorkAsync(
            workspace,
            new RunRequest { TaskId = taskId, Mode = mode, FailOnDrift = FailOnDrift },
            new WorkedTaskFile(workspace.Layout, build, work),
            result => Worked(result, treatFindingsAsErrors),
            log,
            cancellationToken);
    }

    /// <summary>Makes of what came of a run what is to be reported and what is handed on.</summary>
    /// <remarks>
    /// Warnings are handed on: each project that asked for the task says how it wants them to be treated, and they share the run.
    /// </remarks>
    private protected WorkedTask Worked(RunResult result, bool treatFindingsAsErrors)
    {
        var diagnostics = result.Diagnostics.Select(diagnostic => diagnostic.Treated(treatFindingsAsErrors))
            .ToLookup(diagnostic => diagnostic.Severity is DiagnosticSeverity.Warning);

        // A run can be complete and yet not good enough for this build.
        var isBad = diagnostics[false].Any(diagnostic => diagnostic.Severity is DiagnosticSeverity.Error);
        return new WorkedTask(
            [.. diagnostics[false]],
            [.. TaskItems.OfResult(isBad ? result with { Outcome = RunOutcome.Failed } : result, diagnostics[true], Root)]);
    }

    /// <summary>Reports what came of a task and gives the items to hand on.</summary>
    private protected ITaskItem[] Report(BuildLog log, WorkedTask worked)
    {
        foreach (var diagnostic in worked.Said)
        {
            log.Report(diagnostic, Root);
        }

        return [.. worked.Items];
    }

    // The variable is the build's own and is taken from agents' environment, so its value is read here.
    private string FindHost() => TaskEnvironment.GetEnvironmentVariable(HostPathVariable) is { Length: > 0 } path
        ? path
        : Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet" ? Environment.ProcessPath! : "dotnet";

    private TimeSpan ReadLockTimeout()
    {
        var given = Workspace.GetMetadata("LockTimeout");
        if (string.IsNullOrWhiteSpace(given))
        {
            return TimeSpan.FromSeconds(10);
        }

        return double.TryParse(given, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.InvalidProperty,
                Message = $"LorchLockTimeout is '{given}'; expected is a number of seconds from 0 to 86400, for example 10.",
            });
    }
}
