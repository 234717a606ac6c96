using Lorch.Core.Hashing;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots.Manifests;

namespace Lorch.Core.Runs.Landing;

/// <summary>What a run's work was made from: whoever changed a file since changed it beside the run.</summary>
/// <param name="Snapshot">The snapshot that the work stands on.</param>
/// <param name="Carried">What earlier runs for the same snapshot had made of it by the time that the run began.</param>
internal sealed record LandingGround(Manifest Snapshot, IReadOnlyDictionary<RelativePath, Sha256Digest?> Carried)
{
    /// <summary>Gives what a path held; no digest if nothing was there.</summary>
    /// <returns>Whether it is known; if not, only the view may tell whether it was touched.</returns>
    public bool TryFind(RunContext context, RelativePath path, out Sha256Digest? digest)
    {
        if (Carried.TryGetValue(path, out digest))
        {
            return true;
        }

        digest = Snapshot.Find(path)?.Sha256;
        return digest is not null || context.Tracked.Rules.IsTracked(path);
    }
}
