using Lorch.Core.Agents;
using Lorch.Core.Configuration;
using Lorch.Core.Reports;
using Lorch.Core.Reports.Traces;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Housekeeping;
using Lorch.Core.Runs.Landing;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Turns;
using Lorch.Core.Runs.Verdicts;
using Lorch.Core.Runs.Working;
using Lorch.Core.Storage;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs;

/// <summary>A workspace in which tasks are worked: the door through which builds come in.</summary>
internal sealed class LorchWorkspace
{
    private readonly WorkspaceSettings _settings;
    private readonly WorkspaceComposition _composition;
    private readonly RunContext _context;
    private readonly DateTimeOffset _openedAt;

    private LorchWorkspace(WorkspaceSettings settings, WorkspaceComposition composition, DateTimeOffset openedAt) =>
        (_settings, _composition, _context, _openedAt) = (settings, composition, composition.Compose(), openedAt);

    /// <summary>Gets where everything lies.</summary>
    public WorkspaceLayout Layout => _context.Layout;

    /// <summary>Gets what lorch.json says.</summary>
    public LorchConfiguration Configuration => _context.Configuration;

    /// <summary>Opens a workspace: reads lorch.json and changes nothing.</summary>
    /// <exception cref="LorchException">There is no workspace, or lorch.json can't be used.</exception>
    public static LorchWorkspace Open(WorkspaceSettings settings, TimeProvider clock) =>
        Open(settings, clock, surroundings => surroundings);

    /// <summary>Opens a workspace with some of its surroundings replaced.</summary>
    internal static LorchWorkspace Open(WorkspaceSettings settings, TimeProvider clock, Func<RunSurroundings, RunSurroundings> replace)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new LorchWorkspace(settings, new WorkspaceComposition(settings, clock, replace), clock.GetUtcNow());
    }

    /// <summary>Finds the tasks that ids ask for, each behind those that it depends on; no id asks for all tasks.</summary>
    /// <exception cref="LorchException">A name is no task id, or there is no such task.</exception>
    public IReadOnlyList<TaskId> Select(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return Selection.InOrder(names);
    }

    /// <summary>
    /// Finds the tasks beside those of lorch.json that a task can't be worked without: itself, and those that it depends on.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <returns>The tasks; none for one of lorch.json.</returns>
    public IReadOnlyList<TaskDefinition> AddedTasksOf(TaskId task) => _context.Configuration.NarrowedTo(task).Added;

    /// <summary>Makes the secrets in a text unreadable.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text without those secrets that the environment and lorch.json give away; as it is if nothing is to be
    /// redacted.</returns>
    public string Redact(string text) => _context.Redactor.Redact(text);

    /// <summary>Judges tasks by content, with one scan for all of them. Writes nothing.</summary>
    /// <param name="tasks">What <see cref="Select"/> gave.</param>
    /// <param name="modeOf">Whether work of a task that is done is to be done again.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    /// <returns>One verdict for each task, in the order in which they are to be worked.</returns>
    public async Task<IReadOnlyList<TaskVerdict>> JudgeAsync(
        IReadOnlyList<TaskId> tasks,
        Func<TaskId, WorkMode> modeOf,
        CancellationToken cancellationToken) =>
        await _context.Redactor.ShownAsync(() => TaskVerdicts.TakeAsync(_context, tasks, modeOf, _openedAt, cancellationToken));

    /// <summary>
    /// Makes the files agree with verdicts: the completion that answers becomes the latest one, and open runs of tasks that are up to date
    /// are closed. Starts no run.
    /// </summary>
    /// <param name="verdicts">The verdicts.</param>
    /// <param name="observer">Shows what is closed.</param>
    /// <param name="cancellationToken">Stops between two tasks.</param>
    /// <returns>A task that completes when everything is durable.</returns>
    public async Task SettleAsync(IReadOnlyList<TaskVerdict> verdicts, IRunObserver observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        var unsettled = verdicts.Where(verdict => verdict is { IsUpToDate: true, Completion: { } work }
            && (verdict.HasOpenRun || _context.Stores.Completions.TryLatest(verdict.TaskId)?.RunId != work.RunId)).ToList();
        if (unsettled.Count == 0)
        {
            return;
        }

        using var locks = await Locks.ForRecordsAsync(observer, cancellationToken);
        await Turn(locks, observer).SettleAsync([.. unsettled.Select(verdict => verdict.TaskId)], Locks, cancellationToken);
    }

    /// <summary>
    /// Writes down the digests that the last look at the workspace took, so that the next one needs to read only what changed. A cache: it
    /// may fail unseen.
    /// </summary>
    public void Remember() => _context.Capture.Remember();

    /// <summary>
    /// Looks whether verdicts that <see cref="Remember(VerdictQuestion, IReadOnlyList{TaskVerdict})"/> kept still hold. That takes far less
    /// than to open the workspace and judge.
    /// </summary>
    /// <param name="question">What is asked.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="mayWrite">Whether digests that the look has to take may be written down.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    /// <returns>The verdicts, all of them up to date and settled; <see langword="null"/> if nothing is known.</returns>
    public static Task<IReadOnlyList<TaskVerdict>?> RecallAsync(
        VerdictQuestion question,
        TimeProvider clock,
        bool mayWrite,
        CancellationToken cancellationToken) =>
        new VerdictMemory(question, clock).RecallAsync(mayWrite, cancellationToken);

    /// <summary>Writes down verdicts by which everything is up to date, once they are settled. A cache: it may fail unseen.</summary>
    /// <param name="question">What was asked.</param>
    /// <param name="verdicts">What <see cref="JudgeAsync"/> answered.</param>
    public void Remember(VerdictQuestion question, IReadOnlyList<TaskVerdict> verdicts) =>
        new VerdictMemory(question, _context.Clock).Remember(_context.Configuration, verdicts);

    /// <summary>Works one task, unless it is up to date. Everything that it depends on must be.</summary>
    /// <param name="request">What to work.</param>
    /// <param name="observer">Shows the run while it goes on.</param>
    /// <param name="cancellationToken">Interrupts the run: agents are ended, and it can go on later.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="LorchException">The workspace can't be used; nothing that was recorded is lost.</exception>
    public async Task<RunResult> RunAsync(RunRequest request, IRunObserver observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var locks = await BeginAsync(request.TaskId, observer, cancellationToken);
        return await RunAsync(request, locks, observer, cancellationToken);
    }

    /// <summary>Waits until nobody else works a task, and keeps others from it until what it gives is disposed.</summary>
    /// <exception cref="LorchException">Another build goes on working it.</exception>
    public Task<TurnLocks> BeginAsync(TaskId task, IRunObserver observer, CancellationToken cancellationToken) =>
        Locks.ToBeginAsync(task, observer, cancellationToken);

    /// <summary>As <see cref="RunAsync(RunRequest, IRunObserver, CancellationToken)"/>, by whoever holds the task already.</summary>
    public async Task<RunResult> RunAsync(
        RunRequest request,
        TurnLocks locks,
        IRunObserver observer,
        CancellationToken cancellationToken)
    {
        await Locks.ToWorkAsync(locks, cancellationToken);
        return await Turn(locks, observer).RunAsync(request, cancellationToken);
    }

    /// <summary>
    /// Goes on with an interrupted or failed run, whatever changed in the workspace, but not if its task means something else now.
    /// </summary>
    /// <param name="request">Which run.</param>
    /// <param name="observer">Shows the run while it goes on.</param>
    /// <param name="cancellationToken">Interrupts the run again.</param>
    /// <returns>What came of it; <see langword="null"/> if there is nothing to resume.</returns>
    /// <exception cref="LorchException">The run isn't there, was aborted, or can't go on.</exception>
    public async Task<RunResult?> ResumeAsync(ResumeRequest request, IRunObserver observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (locks, run) = await Locks.ForRunAsync(request.RunId, toWork: true, observer, cancellationToken);
        using var held = locks;
        return await Turn(locks, observer).ResumeAsync(request with { RunId = run }, cancellationToken);
    }

    /// <summary>Gives an interrupted or failed run up. The receipts of its steps are kept.</summary>
    /// <param name="runId">The run; <see langword="null"/> for the latest open one.</param>
    /// <param name="observer">Shows what is given up.</param>
    /// <param name="cancellationToken">Stops before anything is written.</param>
    /// <returns>The run that was given up; <see langword="null"/> if none is open.</returns>
    /// <exception cref="LorchException">There is no such run.</exception>
    public async Task<RunId?> AbortAsync(RunId? runId, IRunObserver observer, CancellationToken cancellationToken)
    {
        var (locks, _) = await Locks.ForRunAsync(runId, toWork: false, observer, cancellationToken);
        using var held = locks;
        return await _context.Redactor.ShownAsync(() => new RunResumer(_context, observer).AbortAsync(runId, cancellationToken));
    }

    /// <summary>
    /// Records a person's word that a task is done as it is on the disk. No agent is asked, nothing is checked, and an open run of the task
    /// is closed.
    /// </summary>
    /// <param name="request">Which task, who says it and why.</param>
    /// <param name="observer">Shows what is recorded.</param>
    /// <param name="cancellationToken">Stops before the word is recorded.</param>
    /// <returns>What came of it; up to date if there was nothing to accept.</returns>
    /// <exception cref="LorchException">An agent says it, or the task lacks something that must be there.</exception>
    public async Task<RunResult> AcceptAsync(AcceptRequest request, IRunObserver observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var by = await PersonsWord.OfAcceptingAsync(request, _settings, _context, cancellationToken);
        using var locks = await Locks.ForTaskAsync(request.TaskId, observer, cancellationToken);
        return await Turn(locks, observer).AcceptAsync(request, by, cancellationToken);
    }

    /// <summary>Takes back what a run in a view, or the last one that isn't undone, landed, unless a file was changed since.</summary>
    /// <exception cref="LorchException">An agent asks for it, or it can't be undone: the workspace is as it was.</exception>
    public async Task<RunId> UndoAsync(RunId? runId, IRunObserver observer, CancellationToken cancellationToken)
    {
        var by = await PersonsWord.OfUndoingAsync(_settings, _context, cancellationToken);
        using var locks = await Locks.ForRecordsAsync(observer, cancellationToken);
        var undo = new LandingUndo(_context, new Narrator(observer, _context.Redactor, null));
        return await _context.Redactor.ShownAsync(() => undo.UndoAsync(runId, by, locks, cancellationToken));
    }

    /// <summary>Says where every task and the last run stand. Writes nothing.</summary>
    /// <param name="cancellationToken">Stops the scan.</param>
    /// <returns>The report.</returns>
    public async Task<StatusReport> StatusAsync(CancellationToken cancellationToken)
    {
        var report = await _context.Redactor.ShownAsync(() => StatusSurvey.TakeAsync(_context, cancellationToken));
        return await Agents.AddToolsAsync(report, cancellationToken);
    }

    /// <summary>
    /// Says why tasks are stale or done: what differs from the completion that came nearest, and who changed it. Writes nothing.
    /// </summary>
    /// <param name="names">Task ids; none asks for all tasks.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    /// <returns>The report.</returns>
    /// <exception cref="LorchException">A name is no task id, or there is no such task.</exception>
    public Task<WhyReport> WhyAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        var tasks = names.Count == 0 ? _context.Configuration.Tasks.Select(task => task.Id) : names.Select(Selection.Find);
        return _context.Redactor.ShownAsync(() => WhySurvey.TakeAsync(_context, [.. tasks], cancellationToken));
    }

    /// <summary>Starts every agent, waits for its first sign of life, and ends it. None is asked for work.</summary>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <returns>What was found, one for each agent.</returns>
    public Task<IReadOnlyList<AgentFound>> CheckAgentsAsync(CancellationToken cancellationToken) => Agents.CheckAsync(cancellationToken);

    /// <summary>Checks every snapshot, ledger, receipt, completion and artifact against each other. Changes nothing.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>What was checked and what is wrong.</returns>
    public Task<VerificationResult> VerifyAsync(CancellationToken cancellationToken) =>
        _context.Redactor.ShownAsync(
            () => new Verification(_context.Stores, _context.Verifier, _context.Graph).RunAsync(cancellationToken));

    /// <summary>
    /// Removes what is old and needed by nothing: manifests, parts of commands, finished runs' ledgers, transcripts and logs. Never a
    /// receipt or a completion.
    /// </summary>
    /// <param name="request">What is old, and whether it is only to be shown.</param>
    /// <param name="observer">Shows what is waited for.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>What was removed, or would be.</returns>
    /// <exception cref="LorchException">Something that would tell what is needed can't be read, or a file can't be deleted.</exception>
    public async Task<PruneResult> PruneAsync(PruneRequest request, IRunObserver observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var locks = await Locks.ForRecordsAsync(observer, cancellationToken);
        return await _context.Redactor.ShownAsync(
            () => new Pruning(_context.Stores, _context.Catalog, request).RunAsync(cancellationToken));
    }

    /// <summary>Writes pages for people to look at, one for each of some runs and one of all. Changes nothing else.</summary>
    /// <param name="request">Which runs.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="LorchException">There is no such run, or a page can't be written.</exception>
    public Task<ReportResult> ReportAsync(ReportRequest request, CancellationToken cancellationToken) =>
        _context.Redactor.ShownAsync(() => new Reporting(_context).WriteAsync(request, cancellationToken));

    /// <summary>Sends the traces of runs that weren't sent yet. Changes nothing else.</summary>
    public Task<TraceResult> SendTracesAsync(CancellationToken cancellationToken) =>
        new TraceExport(_context).SendAsync(cancellationToken);

    /// <summary>Shows what a run, or the last one that worked a task, changed: a unified diff, line by line. Writes nothing.</summary>
    /// <exception cref="LorchException">There is no such run, or it is damaged.</exception>
    public IReadOnlyList<string> Diff(RunId? runId, CancellationToken cancellationToken) =>
        new Reporting(_context).Diff(runId, cancellationToken);

    /// <summary>Gets what captures snapshots and compares them.</summary>
    public SnapshotComparison Snapshots => new(_context.Stores, _context.Capture);

    private TaskSelection Selection => new(_context.Configuration, _context.Graph);

    private ConfiguredAgents Agents => new(_settings, _context.Stores, _context.Configuration, _context.Agents);

    private WorkspaceLocks Locks => new(_settings, _context);

    /// <summary>
    /// The workspace by what lorch.json and the prompts say once its turn has come: others may have worked, and people have edited, while
    /// it was waited for.
    /// </summary>
    private WorkspaceTurn Turn(TurnLocks locks, IRunObserver observer) => new(
        ConfigurationEdits.Find(_context.Configuration, Layout.WorkspaceRoot).Count == 0 ? _context : _composition.Compose(),
        locks,
        observer);
}
