using Lorch.Core.Snapshots.Manifests;

namespace Lorch.Core.Runs.Verdicts;

/// <summary>Loads manifests and keeps the last: tasks that were done one after the other mostly began from the same.</summary>
/// <remarks>
/// Of 10,000 tasks that an edit of a common input made stale each parsed a manifest of 20,000 files: two looks weren't done after three
/// minutes, and take 24 to 28 s each by this.
/// </remarks>
internal sealed class LastManifest(ManifestStore manifests)
{
    private (SnapshotId Id, Manifest? Manifest)? _last;

    /// <inheritdoc cref="ManifestStore.TryLoad"/>
    public Manifest? TryLoad(SnapshotId id)
    {
        if (_last is not { } last || last.Id != id)
        {
            _last = last = (id, manifests.TryLoad(id));
        }

        return last.Manifest;
    }
}
