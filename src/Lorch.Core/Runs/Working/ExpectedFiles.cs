using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>What the workspace must hold at one point of a run: the run's snapshot, with all that its proven steps did.</summary>
/// <remarks>
/// This is composed here and nowhere else: drift, what is handed to agents and what a completion says of its inputs all ask it. What
/// differs may be explained by a receipt of another run, if the disk holds exactly what that says: another task's that came later, or one
/// of the same task for the same snapshot.
/// </remarks>
internal sealed class ExpectedFiles
{
    private readonly ReceiptStore _receipts;
    private readonly ArtifactVerifier _verifier;
    private readonly TaskGraph _graph;
    private readonly RunId _runId;
    private readonly DateTimeOffset _startedAt;
    private readonly TaskId _task;
    private readonly Manifest _snapshot;
    private readonly Dictionary<RelativePath, Artifact?> _since = [];
    private readonly Lazy<ILookup<RelativePath, Explanation>> _explanations;

    /// <summary>Initializes a new instance of the <see cref="ExpectedFiles"/> class.</summary>
    /// <param name="graph">Which task depends on which.</param>
    /// <param name="receipts">What all tasks' steps left.</param>
    /// <param name="verifier">Measures what no snapshot holds.</param>
    /// <param name="runId">The run.</param>
    /// <param name="startedAt">When it began.</param>
    /// <param name="history">What it has proven.</param>
    /// <param name="snapshot">The snapshot that it is pinned to.</param>
    public ExpectedFiles(
        TaskGraph graph, ReceiptStore receipts, ArtifactVerifier verifier, RunId runId, DateTimeOffset startedAt, History history, Manifest snapshot)
    {
        _graph = graph;
        (_receipts, _verifier, _runId, _startedAt, _task, _snapshot) = (receipts, verifier, runId, startedAt, history.TaskId, snapshot);
        foreach (var path in history.Removals())
        {
            _since[path] = null;
        }

        foreach (var (artifact, _) in history.Products())
        {
            _since[artifact.Path] = artifact;
        }

        _explanations = new Lazy<ILookup<RelativePath, Explanation>>(() => Explain().ToLookup(explanation => explanation.Path));
    }

    /// <summary>Gets the paths that proven steps wrote or removed, with what they must hold.</summary>
    public IReadOnlyDictionary<RelativePath, Artifact?> Since => _since;

    /// <summary>What a path must hold; <see langword="null"/> if nothing.</summary>
    public Artifact? At(RelativePath path) => _since.TryGetValue(path, out var artifact) ? artifact : _snapshot.Find(path)?.ToArtifact();

    /// <summary>
    /// Compares with what the workspace holds. A file that is ignored by now, and so in no snapshot, is looked at by itself.
    /// </summary>
    /// <param name="now">A snapshot of the workspace.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What differs, sorted by path.</returns>
    public async Task<IReadOnlyList<FileDifference>> CompareAsync(Manifest now, CancellationToken cancellationToken)
    {
        var paths = new SortedSet<RelativePath>(_since.Keys);
        if (now.SnapshotId != _snapshot.SnapshotId)
        {
            var difference = ManifestDifference.Between(_snapshot.Files, now.Files);
            paths.UnionWith([.. difference.Added, .. difference.Changed, .. difference.Removed]);
        }

        var disk = new DiskView(now, await _verifier.MeasureBesidesAsync(now, paths, cancellationToken));
        return
        [
            .. from path in paths
               let found = disk.At(path)
               let expected = At(path)
               where !Artifact.HaveSameContent(found, expected)
               let explanation = _explanations.Value[path].LastOrDefault(
                   explanation => Artifact.HaveSameContent(explanation.Artifact, found))
               select new FileDifference(path, expected, found, explanation),
        ];
    }

    private IEnumerable<Explanation> Explain()
    {
        var receipts = _receipts.LoadAll()
            .Select(stored => stored.Receipt)
            .Where(receipt => receipt.RunId != _runId)
            .ToLookup(receipt => receipt.TaskId == _task);
        var earlier = receipts[true].Where(receipt => receipt.SnapshotId == _snapshot.SnapshotId).SelectMany(Explanation.Of);
        var ofOthers = receipts[false]
            .Where(receipt => MayExplain(receipt.TaskId))
            .Where(receipt => receipt.RunId.CompareTo(_runId) > 0 || receipt.CreatedAt > _startedAt)
            .OrderBy(receipt => receipt.CreatedAt)
            .SelectMany(Explanation.Of)
            .GroupBy(explanation => explanation.Path, (_, all) => all.Last());
        return earlier.Concat(ofOthers);
    }

    /// <summary>
    /// Whether what another task did leaves the run as good as it was: one that regenerates its files follows all but those behind it.
    /// </summary>
    private bool MayExplain(TaskId other) =>
        !_graph.Knows(_task) || !_graph[_task].Regenerate || _graph.DependsOn(other, _task);
}

/// <summary>A path that doesn't hold what it must.</summary>
/// <param name="Path">The path.</param>
/// <param name="Expected">What it must hold; <see langword="null"/> if nothing.</param>
/// <param name="Found">What it holds; <see langword="null"/> if no regular file is there.</param>
/// <param name="Explanation">Whose work that is; <see langword="null"/> if no receipt says so.</param>
internal sealed record FileDifference(RelativePath Path, Artifact? Expected, Artifact? Found, Explanation? Explanation);

/// <summary>What a receipt of another run says of a path.</summary>
/// <param name="TaskId">The task whose receipt it is.</param>
/// <param name="Step">The step that the receipt proves.</param>
/// <param name="Path">The path.</param>
/// <param name="Artifact">What was produced there; <see langword="null"/> if it was removed.</param>
internal sealed record Explanation(TaskId TaskId, int Step, RelativePath Path, Artifact? Artifact)
{
    /// <summary>All that a receipt says.</summary>
    public static IEnumerable<Explanation> Of(Receipt receipt) =>
    [
        .. receipt.Artifacts.Select(artifact => new Explanation(receipt.TaskId, receipt.Step, artifact.Path, artifact)),
        .. receipt.Removed.Select(path => new Explanation(receipt.TaskId, receipt.Step, path, null)),
    ];
}
