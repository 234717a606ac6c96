using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots.Manifests;

namespace Lorch.Core.Runs.Working;

/// <summary>A run that is open for work.</summary>
/// <param name="Journal">Its ledger.</param>
/// <param name="Snapshot">The snapshot that it is pinned to.</param>
/// <param name="IsNew">Whether it was started just now.</param>
/// <param name="Carried">What steps of earlier runs for the same snapshot did, is still there, and no step of this run has done
/// again.</param>
/// <param name="Warnings">What somebody should know about going on with it.</param>
internal sealed record OpenedRun(
    RunJournal Journal,
    Manifest Snapshot,
    bool IsNew,
    IReadOnlyList<Explanation> Carried,
    IReadOnlyList<Diagnostic> Warnings)
{
    /// <summary>What the disk held when the run was opened.</summary>
    public required Manifest Found { get; init; }

    /// <summary>The paths that the task rests on and that somebody else had changed by then.</summary>
    public IReadOnlyList<RelativePath> Drifted { get; init; } = [];
}
