using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Snapshots.Manifests;

namespace Lorch.Core.Runs.Records;

/// <summary>Looks at what no snapshot holds.</summary>
internal static class BesidesSnapshots
{
    /// <summary>
    /// Measures those of some paths that a snapshot of the workspace doesn't hold: whatever keeps them out of it, they may be there.
    /// </summary>
    public static async Task<IReadOnlyDictionary<RelativePath, Artifact?>> MeasureBesidesAsync(
        this ArtifactVerifier verifier,
        Manifest snapshot,
        IEnumerable<RelativePath> paths,
        CancellationToken cancellationToken)
    {
        var measured = new Dictionary<RelativePath, Artifact?>();
        foreach (var path in paths.Where(path => snapshot.Find(path) is null).Distinct())
        {
            measured[path] = await verifier.MeasureAsync(path, cancellationToken) is Measurement.Measured(var artifact) ? artifact : null;
        }

        return measured;
    }
}
