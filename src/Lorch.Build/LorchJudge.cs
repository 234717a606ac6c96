using Lorch.Core;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>
/// Looks at everything that decides whether the selected tasks have to be worked, and leaves the verdicts where MSBuild can compare them.
/// </summary>
/// <remarks>
/// Called before the gate, and by the gate after each task that was worked, since that may change the verdicts of those after it. A task
/// that has to work, or whose verdict changed, ends with a key file that is newer than its completion record, whatever the clock says;
/// nothing else is written.
/// </remarks>
[MSBuildMultiThreadableTask]
public sealed class LorchJudge : WorkspaceTask, IIncrementalTask
{
    /// <summary>Gets or sets the selected task ids, joined by <c>+</c>; empty for all.</summary>
    public string? Selection { get; set; }

    /// <summary>Gets or sets a value indicating whether the verdicts go to the log as well.</summary>
    public bool Quiet { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether to hand on only what an earlier build found and still holds: nothing is judged, and there
    /// are no verdicts if there is anything to do.
    /// </summary>
    public bool OnlyRemembered { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether findings of reviews are errors rather than warnings: then a task that has some holds up
    /// those that depend on it.
    /// </summary>
    public bool TreatFindingsAsErrors { get; set; }

    /// <summary>
    /// Gets or sets <c>all</c> to work again however many tasks are stale by their inputs alone; only <c>policy.max_rework</c> of them by
    /// default.
    /// </summary>
    public string? Rework { get; set; }

    /// <inheritdoc/>
    public bool FailIfNotIncremental { private get; set; }

    /// <summary>Gets the tasks that aren't up to date by content and those that depend on them, in dependency order.</summary>
    /// <remarks>
    /// Metadata: <c>KeyFile</c>, <c>CompletionFile</c>, <c>Work</c> (names the runner's instance for it), <c>Waits</c> (those that come
    /// first) and <c>Held</c> (those that are done and not good enough for this build).
    /// </remarks>
    [Output]
    public ITaskItem[] Pending { get; private set; } = [];

    /// <summary>Gets how many tasks are worked at once: <c>policy.concurrency</c>.</summary>
    [Output]
    public int Concurrency { get; private set; } = 1;

    /// <summary>Gets the projects in which these are worked: a build with <c>-isolate</c> must be told of them.</summary>
    [Output]
    public ITaskItem[] Runners { get; private set; } = [];

    /// <summary>
    /// Gets the folder that these projects are in; empty if there are none, and the tasks are to be worked in the runner itself.
    /// </summary>
    [Output]
    public string RunnerFolder { get; private set; } = "";

    /// <summary>Gets one item per selected task, and one per artifact of those that are up to date.</summary>
    [Output]
    public ITaskItem[] Verdicts { get; private set; } = [];

    private VerdictQuestion Question => new()
    {
        WorkspaceRoot = Root,
        StateRoot = StateRoot,
        ConfigurationFile = ConfigurationFile,
        AddedTasks = AddedTasks,
        Selection = Selection ?? "",
    };

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        if (!Force
            && !Fresh
            && await LorchWorkspace.RecallAsync(Question, TimeProvider.System, !FailIfNotIncremental, cancellationToken) is { } remembered)
        {
            HandOn(remembered, log);
            return;
        }

        if (OnlyRemembered)
        {
            return;
        }

        var workspace = Open();
        Concurrency = workspace.Configuration.Concurrency;
        var names = LorchSelectTasks.Split(Selection);
        var verdicts = WithoutProposals(
            await workspace.JudgeAsync(workspace.Select(names), id => ModeOf(id, names), cancellationToken),
            names,
            log);
        var stale = verdicts.Where(verdict => !verdict.IsUpToDate).ToList();

        Pending = [.. TaskItems.Pending(verdicts, workspace, id => IsForced(id, names), TreatFindingsAsErrors)];
        if (FailIfNotIncremental)
        {
            stale.ForEach(verdict => log.Report(IsStale(verdict)));
        }
        else if (MayBeHeld()
            && ReworkBrake.FindExcess(
                stale.Where(verdict => !names.Contains(verdict.TaskId.ToString())),
                workspace.Configuration.MaxRework) is { } excess)
        {
            Pending = [];
            log.Report(excess);
            return;
        }
        else
        {
            await workspace.SettleAsync(verdicts, log, cancellationToken);
            await KeyFiles.WriteAsync(verdicts, cancellationToken);
            RunnerFolder = await RunnerProjects.TryWriteAsync(Pending.Select(item => item.ItemSpec), cancellationToken);
            workspace.Remember();
            if (!Force && !Fresh)
            {
                workspace.Remember(Question, verdicts);
            }
        }

        Runners = RunnerFolder.Length == 0
            ? []
            : [.. Pending.Select(item => TaskItems.Item(RunnerProjects.In(RunnerFolder, item.ItemSpec)))];
        HandOn(verdicts, log);
    }

    // Who names one is told why it isn't worked; who asks for all gets all others.
    private List<TaskVerdict> WithoutProposals(IReadOnlyList<TaskVerdict> verdicts, IReadOnlyList<string> names, BuildLog log)
    {
        foreach (var verdict in verdicts.Where(verdict => verdict.Proposal is not null))
        {
            if (names.Contains(verdict.TaskId.ToString()))
            {
                throw new LorchException(verdict.Proposal!);
            }

            if (!Quiet)
            {
                log.Answer(verdict.Proposal!.Message);
            }
        }

        return [.. verdicts.Where(verdict => verdict.Proposal is null)];
    }

    // Within a build tasks that follow others are meant to.
    private bool MayBeHeld() => Rework switch
    {
        null or "" => !Quiet && !Force,
        "all" => false,
        _ => throw new LorchException(new Diagnostic
        {
            Code = DiagnosticCode.InvalidProperty,
            Message = $"LorchRework is '{Rework}'; expected is 'all' or nothing.",
        }),
    };

    private void HandOn(IReadOnlyList<TaskVerdict> verdicts, BuildLog log)
    {
        foreach (var verdict in Quiet ? [] : verdicts)
        {
            Explain(verdict, log);
        }

        Verdicts = [.. verdicts.SelectMany(verdict => TaskItems.OfVerdict(verdict, Root, TreatFindingsAsErrors))];
    }

    // Forced is what is named; what that depends on is only worked when it has to be.
    private bool IsForced(TaskId id, IReadOnlyList<string> names) => Force && (names.Count == 0 || names.Contains(id.ToString()));

    private WorkMode ModeOf(TaskId id, IReadOnlyList<string> names) =>
        IsForced(id, names) ? WorkMode.Force : Fresh ? WorkMode.Fresh : WorkMode.WhenStale;

    private static Diagnostic IsStale(TaskVerdict verdict) => new()
    {
        Code = DiagnosticCode.TaskIsStale,
        Message = $"{verdict.TaskId} isn't up to date: {string.Join(" ", verdict.Reasons)}"
            + (verdict.IsStaleByWordsAlone
                ? $". If it is done as it is, say so: dotnet build -t:LorchAccept -p:Task={verdict.TaskId}"
                : ""),
    };

    private static void Explain(TaskVerdict verdict, BuildLog log)
    {
        log.Say(MessageImportance.Low, $"Key of {verdict.TaskId}, kept in {verdict.KeyFile}:{Environment.NewLine}{verdict.KeyText}");
        foreach (var reason in verdict.Reasons)
        {
            log.Say(MessageImportance.Low, $"{verdict.TaskId} isn't up to date: {reason}");
        }
    }
}
