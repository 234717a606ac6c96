using Lorch.Core.Receipts;
using Lorch.Core.Snapshots;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs;

/// <summary>What one look at the workspace found: its snapshot, its runs, and which tasks are up to date.</summary>
internal sealed record WorkspaceLook
{
    public required Capture Capture { get; init; }

    public required DiskView Disk { get; init; }

    public required IReadOnlyList<RunIndexEntry> Runs { get; init; }

    /// <summary>The newest product of each path; reads all receipts when it is first asked for.</summary>
    public required Lazy<IReadOnlyDictionary<RelativePath, Product>> Products { get; init; }

    public required IReadOnlyList<Judgement> Judgements { get; init; }

    public Judgement Of(TaskId task) => Judgements.First(judgement => judgement.TaskId == task);

    /// <summary>The runs of a task that neither completed nor were given up, the newest last.</summary>
    public IReadOnlyList<RunIndexEntry> OpenRuns(TaskId task) => [.. Runs.Where(run => run.TaskId == task && run.IsOpen)];

    /// <summary>What somebody who has a task worked should know: what the capture skipped, and which of its globs match nothing.</summary>
    public IReadOnlyList<Diagnostic> WarningsFor(TaskDefinition task, TrackingRules tracking) =>
    [
        .. Capture.Warnings,
        .. from glob in tracking.FindInputsMatchingNothing(Capture.Manifest.Files.Select(file => file.Path))
           where task.Inputs?.Contains(glob) ?? false
           select new Diagnostic
           {
               Code = DiagnosticCode.GlobMatchesNothing,
               Severity = DiagnosticSeverity.Warning,
               Message = $"The input '{glob}' of {task.Id} matches no tracked file. Look whether it is misspelt, left out by 'snapshot.exclude' or a .gitignore, or still to come.",
               File = task.File,
               Line = task.Line,
               Column = task.Column,
           },
    ];

    /// <summary>Looks: scans once, whatever the number of tasks, and writes nothing.</summary>
    public static async Task<WorkspaceLook> TakeAsync(RunServices services, IReadOnlyList<TaskId> tasks, CancellationToken cancellationToken)
    {
        var capture = await services.Capture.CaptureAsync(cancellationToken);
        var runs = services.Catalog.List(cancellationToken);
        var completions = Completions(services, services.Catalog.Unwritten(runs, cancellationToken), tasks);
        var disk = new DiskView(capture.Manifest, await services.MeasureBesidesAsync(capture.Manifest, PathsOf(completions.Values), cancellationToken));
        var products = new Lazy<IReadOnlyDictionary<RelativePath, Product>>(() => Product.Newest(AllReceipts(services)));
        var check = new UpToDateCheck(new UpToDateFacts
        {
            Graph = services.Graph,
            InputsOf = services.InputsOf,
            Agents = services.AgentIdentities,
            Disk = disk,
            Completions = task => completions[task],
            Receipts = task => [.. services.Receipts.Load(task).Select(stored => stored.Receipt)],
            Products = products,
            Manifests = services.Manifests.TryLoad,
            StartOf = run => RunRecord.ReadStart(services.Layout, run, cancellationToken),
        });
        return new WorkspaceLook
        {
            Capture = capture,
            Disk = disk,
            Runs = runs,
            Products = products,
            Judgements = check.Judge(tasks),
        };
    }

    private static IEnumerable<Receipt> AllReceipts(RunServices services) =>
        services.Receipts.Tasks().SelectMany(services.Receipts.Load).Select(stored => stored.Receipt);

    /// <summary>The completions that files hold, and those that only ledgers hold yet.</summary>
    private static Dictionary<TaskId, IReadOnlyList<Completion>> Completions(
        RunServices services,
        IReadOnlyList<Completion> unwritten,
        IReadOnlyList<TaskId> tasks) =>
        tasks.ToDictionary(
            task => task,
            IReadOnlyList<Completion> (task) =>
            [
                .. services.Completions.Load(task)
                    .Concat(unwritten.Where(completion => completion.TaskId == task))
                    .OrderBy(completion => completion.RunId),
            ]);

    private static IEnumerable<RelativePath> PathsOf(IEnumerable<IReadOnlyList<Completion>> completions) =>
        completions.SelectMany(list => list)
            .SelectMany(completion => completion.Artifacts.Select(artifact => artifact.Path).Concat(completion.Removed));
}
