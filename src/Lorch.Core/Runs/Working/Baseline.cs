using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Verdicts;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Finds the snapshot that a new run is pinned to.</summary>
/// <remarks>
/// Agents write into folders that are tracked, so after a run the workspace has another snapshot than before it, and no receipt of that run
/// could ever answer. But if the workspace is an earlier run's snapshot with nothing but that run's own products on top, the earlier
/// snapshot is what the work is about, as it would be for a run that is resumed. Any path that somebody else changed forbids it.
/// </remarks>
internal sealed class Baseline(RunStores stores, ArtifactVerifier verifier, WorkspaceLook look)
{
    /// <summary>Gives the snapshot of an earlier run whose receipts still hold, or the one just taken.</summary>
    /// <param name="task">The task.</param>
    /// <param name="start">Makes the history of a run that is pinned to a snapshot.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<Manifest> FindAsync(TaskId task, Func<SnapshotId, History> start, CancellationToken cancellationToken)
    {
        var current = look.Capture.Manifest;
        var answers = new ReceiptAnswers(stores.Receipts, verifier, task);
        foreach (var snapshot in answers.Snapshots.Where(snapshot => snapshot != current.SnapshotId))
        {
            var history = start(snapshot);
            var chain = answers.Chain(history);
            if (chain.Count > 0
                && stores.Manifests.TryLoad(snapshot) is { } manifest
                && IsExplained(manifest, chain)
                && (await answers.HoldingAsync(history, chain, cancellationToken)).Count > 0)
            {
                return manifest;
            }
        }

        return current;
    }

    /// <summary>Whether every path that differs holds exactly what one of the receipts says of it.</summary>
    private bool IsExplained(Manifest earlier, List<ReceiptAnswer> chain)
    {
        var difference = ManifestDifference.Between(earlier.Files, look.Capture.Manifest.Files);
        var receipts = chain.ConvertAll(answer => answer.Stored.Receipt);
        return difference.Added.Concat(difference.Changed)
            .All(path => receipts.Any(receipt => receipt.Artifacts.Any(artifact => IsOnDisk(artifact, path))))
            && difference.Removed.All(path => receipts.Any(receipt => receipt.Removed.Contains(path)));
    }

    private bool IsOnDisk(Artifact artifact, RelativePath path) =>
        artifact.Path == path && Artifact.HaveSameContent(look.Disk.At(path), artifact);
}
