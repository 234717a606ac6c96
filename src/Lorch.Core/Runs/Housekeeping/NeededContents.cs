using Lorch.Core.Hashing;
using Lorch.Core.Runs.Records;

namespace Lorch.Core.Runs.Housekeeping;

/// <summary>Finds the contents that something may still ask for.</summary>
/// <remarks>
/// An open run's view is rebuilt from what its steps made; what its files held before is for its landing and its patch. A landing that
/// isn't old can be undone.
/// </remarks>
internal static class NeededContents
{
    /// <summary>Finds them.</summary>
    /// <param name="stores">The records.</param>
    /// <param name="runs">All runs.</param>
    /// <param name="isOld">Whether a run is over, and old.</param>
    /// <param name="cancellationToken">Stops between two lines of a ledger.</param>
    public static HashSet<Sha256Digest> Find(
        RunStores stores,
        IReadOnlyList<RunIndexEntry> runs,
        Func<RunId, bool> isOld,
        CancellationToken cancellationToken)
    {
        var landed = stores.Receipts.Landings([])
            .Where(landing => !isOld(landing.RunId))
            .SelectMany(landing => landing.Paths)
            .SelectMany(path => new[] { path.Before, path.After })
            .OfType<Sha256Digest>();
        var open = runs.Where(run => run.IsOpen).SelectMany(run => OfRun(stores, run, cancellationToken));
        return [.. landed, .. open];
    }

    private static IEnumerable<Sha256Digest> OfRun(RunStores stores, RunIndexEntry run, CancellationToken cancellationToken)
    {
        if (RunRecord.TryReplay(stores.Layout, run.RunId, cancellationToken) is not { } record)
        {
            yield break;
        }

        var manifest = stores.Manifests.TryLoad(run.SnapshotId);
        var made = record.History.Products().Select(product => product.Artifact).ToList();
        foreach (var artifact in made)
        {
            yield return artifact.Sha256;
        }

        foreach (var path in made.Select(artifact => artifact.Path).Concat(record.History.Removals()))
        {
            if (manifest?.Find(path) is { } before)
            {
                yield return before.Sha256;
            }
        }
    }
}
