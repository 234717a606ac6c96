using Lorch.Core.Receipts;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.GitIgnore;
using Lorch.Core.Storage;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Verdicts;

/// <summary>What one look at the workspace found: its snapshot, its runs, and which tasks are up to date.</summary>
internal sealed record WorkspaceLook
{
    public required Capture Capture { get; init; }

    public required DiskView Disk { get; init; }

    public required IReadOnlyList<RunIndexEntry> Runs { get; init; }

    /// <summary>The runs whose ledgers can't be believed.</summary>
    public required IReadOnlyList<DamagedRun> DamagedRuns { get; init; }

    /// <summary>The receipts that were asked for.</summary>
    public required KnownReceipts Receipts { get; init; }

    /// <summary>The completions of the tasks that were judged, the newest last.</summary>
    public required IReadOnlyDictionary<TaskId, IReadOnlyList<Completion>> Completions { get; init; }

    public required IReadOnlyList<Judgement> Judgements { get; init; }

    private IReadOnlyDictionary<TaskId, Judgement> JudgementsByTask => field ??= Judgements.ToDictionary(judgement => judgement.TaskId);

    private ILookup<TaskId, RunIndexEntry> RunsByTask => field ??= Runs.ToLookup(run => run.TaskId);

    public Judgement Of(TaskId task) => JudgementsByTask[task];

    /// <summary>The runs of a task, the newest last.</summary>
    public IEnumerable<RunIndexEntry> RunsOf(TaskId task) => RunsByTask[task];

    /// <summary>The runs of a task that neither completed nor were given up, the newest last.</summary>
    public IReadOnlyList<RunIndexEntry> OpenRuns(TaskId task) => [.. RunsOf(task).Where(run => run.IsOpenHere)];

    /// <summary>The globs of tasks' inputs that match nothing.</summary>
    public required Lazy<IReadOnlyList<string>> UnmatchedInputs { get; init; }

    /// <summary>The folders of records in which others could have written.</summary>
    public required IReadOnlyList<Diagnostic> FolderProblems { get; init; }

    /// <summary>Refuses to work a task of which a record can't be believed: what it proves would be paid for again.</summary>
    /// <exception cref="LorchException">There is such a record.</exception>
    public void RefuseDamage(TaskId task, RunContext context)
    {
        if (DamageOf(task, context) is [var damage, ..])
        {
            throw new LorchException(damage);
        }
    }

    /// <summary>What is said of records that tell of a task and can't be believed.</summary>
    public IReadOnlyList<Diagnostic> DamageOf(TaskId task, RunContext context)
    {
        var judged = JudgementsByTask.GetValueOrDefault(task)?.Damage ?? [];
        List<Diagnostic> damage = [.. DamagedRuns.Where(run => run.TaskId == task).Select(run => run.Diagnostic), .. judged];
        context.Stores.Completions.Load(task, damage);
        context.Stores.Receipts.Load(task, damage);
        return [.. damage.Distinct()];
    }

    /// <summary>
    /// What somebody who asks for a task should know: what the capture skipped, whose the records are, ledgers of nobody knows which task,
    /// and which of its globs match nothing.
    /// </summary>
    public IReadOnlyList<Diagnostic> WarningsFor(TaskDefinition task, RunContext context) =>
    [
        .. Capture.Warnings,
        .. FolderProblems,
        .. RunsOf(task.Id).Where(run => run is { IsOpen: true, Elsewhere: not null })
            .Select(run => OtherWorkspaces.Describe(run, context.Layout, DiagnosticSeverity.Warning)),
        .. DamagedRuns.Where(run => run.TaskId is null).Select(run => run.Diagnostic with { Severity = DiagnosticSeverity.Warning }),
        .. from glob in UnmatchedInputs.Value
           where task.Inputs?.Contains(glob) ?? false
           select new Diagnostic
           {
               Code = DiagnosticCode.GlobMatchesNothing,
               Severity = DiagnosticSeverity.Warning,
               Message =
                   $"The input '{glob}' of {task.Id} matches no tracked file. Check the spelling, 'snapshot.exclude' and .gitignore; or "
                       + $"create the file.",
               File = task.File,
               Line = task.Line,
               Column = task.Column,
           },
    ];

    /// <summary>What was judged, in the order in which a build works it.</summary>
    /// <exception cref="LorchException">There is no such order (LORCH1012).</exception>
    public IEnumerable<Judgement> InBuildOrder(RunContext context) =>
        new RegenerationOrder(
            context.Graph,
            context.InputsOf,
            task => Completions[task]).Sort([.. Judgements.Select(judgement => judgement.TaskId)])
            .Select(Of);

    /// <summary>Looks: scans once, whatever the number of tasks, and writes nothing.</summary>
    public static async Task<WorkspaceLook> TakeAsync(RunContext context, IReadOnlyList<TaskId> tasks, CancellationToken cancellationToken)
    {
        var capture = await context.Capture.CaptureAsync(cancellationToken);
        var damagedRuns = new List<DamagedRun>();
        var runs = context.Catalog.List(damagedRuns, cancellationToken);
        var damage = tasks.ToDictionary(task => task, _ => new List<Diagnostic>());
        var completions = CompletionsOf(context, context.Catalog.Unwritten(runs, damagedRuns, cancellationToken), damage);
        var disk = new DiskView(
            capture.Manifest,
            await context.Verifier.MeasureBesidesAsync(capture.Manifest, PathsOf(completions.Values), cancellationToken));
        var receipts = new KnownReceipts(context.Stores.Receipts);
        var ignored = new Lazy<GitIgnoreFiles?>(() => context.Tracked.Ignored);
        var check = new UpToDateCheck(new UpToDateFacts
        {
            Graph = context.Graph,
            InputsOf = context.InputsOf,
            Team = context.Agents.TeamOf,
            Disk = disk,
            Completions = task => completions[task],
            Receipts = receipts.Of,
            ReceiptsNaming = receipts.Naming,
            Damage = task => [.. damage[task], .. damagedRuns.Where(run => run.TaskId == task).Select(run => run.Diagnostic)],
            DiffersByLineEnds = new LineEnds(new WorkspaceRoot(context.Layout.WorkspaceRoot)).AreAllThatDiffers,
            IsIgnored = path => ignored.Value?.Ignore(path) ?? false,
            Products = new Lazy<IReadOnlyDictionary<RelativePath, Product>>(() => receipts.Products),
            Manifests = new LastManifest(context.Stores.Manifests).TryLoad,
            StartOf = run => RunRecord.ReadStart(context.Layout, run, cancellationToken),
        });
        return new WorkspaceLook
        {
            Capture = capture,
            Disk = disk,
            Runs = runs,
            DamagedRuns = damagedRuns,
            Receipts = receipts,
            Completions = completions,
            UnmatchedInputs = new Lazy<IReadOnlyList<string>>(
                () => context.Tracked.Rules.FindInputsMatchingNothing(capture.Manifest.Files.Select(file => file.Path))),
            FolderProblems = PrivateFolders.FindProblems(context.Layout),
            Judgements = WithoutLandings(context, check.Judge(tasks), cancellationToken),
        };
    }

    /// <summary>Gives what a run finds at the place where its agents work, which may have been copied a moment after the look.</summary>
    public async Task<WorkspaceLook> AtAsync(RunContext place, CancellationToken cancellationToken)
    {
        if (!place.View.IsApart)
        {
            return this;
        }

        var capture = await place.Capture.CaptureAsync(cancellationToken);
        var besides = await place.Verifier.MeasureBesidesAsync(capture.Manifest, PathsOf(Completions.Values), cancellationToken);
        return this with { Capture = capture, Disk = new DiskView(capture.Manifest, besides) };
    }

    /// <summary>The completions that files hold, and those that only ledgers hold yet.</summary>
    private static Dictionary<TaskId, IReadOnlyList<Completion>> CompletionsOf(
        RunContext context,
        IReadOnlyList<Completion> unwritten,
        Dictionary<TaskId, List<Diagnostic>> damage)
    {
        var unwrittenOf = unwritten.ToLookup(completion => completion.TaskId);
        return damage.ToDictionary(
            task => task.Key,
            IReadOnlyList<Completion> (task) =>
                [.. context.Stores.Completions.Load(task.Key, task.Value)
                    .Concat(unwrittenOf[task.Key])
                    .OrderBy(completion => completion.RunId)]);
    }

    /// <summary>A task whose landing was cut off is not up to date, whatever the half of it looks like.</summary>
    private static IReadOnlyList<Judgement> WithoutLandings(
        RunContext context,
        IReadOnlyList<Judgement> judgements,
        CancellationToken cancellationToken)
    {
        var landing = LandingRuns.Find(context, cancellationToken)
            .ToLookup(run => RunRecord.TryReplay(context.Stores.Layout, run, cancellationToken)?.History.TaskId);
        return landing.Count == 0 ? judgements :
        [
            .. judgements.Select(judgement => landing[judgement.TaskId].FirstOrDefault() is var run && run == default
                ? judgement
                : judgement with { Answer = null, Reasons = [new StaleReason($"the landing of {run} was cut off")] }),
        ];
    }

    private static IEnumerable<RelativePath> PathsOf(IEnumerable<IReadOnlyList<Completion>> completions) =>
        completions.SelectMany(list => list)
            .SelectMany(completion => completion.Artifacts.Select(artifact => artifact.Path).Concat(completion.Removed));
}
