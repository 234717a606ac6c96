using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Landing;

/// <summary>What came of bringing a run's work into the workspace.</summary>
internal abstract record LandingResult
{
    private LandingResult()
    {
    }

    /// <summary>All of it is there.</summary>
    /// <param name="Snapshot">The snapshot that the work stands on.</param>
    public sealed record Landed(Manifest Snapshot) : LandingResult;

    /// <summary>Nothing of it is there, and a builder must look at it again.</summary>
    /// <param name="Snapshot">The snapshot that the work stands on from now on.</param>
    public sealed record Rebased(Manifest Snapshot) : LandingResult;

    /// <summary>Nothing of it is there, and nobody can be asked.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Failed(FailureReason Reason) : LandingResult;
}
