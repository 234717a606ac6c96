using Lorch.Core.Snapshots.Manifests;

namespace Lorch.Core.Runs.Contract;

/// <summary>A captured snapshot, and how it differs from the last one.</summary>
internal sealed record SnapshotResult
{
    /// <summary>Gets the snapshot's id.</summary>
    public required SnapshotId Id { get; init; }

    /// <summary>Gets how many files it holds.</summary>
    public required int FileCount { get; init; }

    /// <summary>Gets the last snapshot before it; <see langword="null"/> if it is the first.</summary>
    public SnapshotId? PreviousId { get; init; }

    /// <summary>Gets what changed since the last one; <see langword="null"/> if it is the first.</summary>
    public ManifestDifference? Difference { get; init; }

    /// <summary>Gets what was skipped, and why.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; init; } = [];

    /// <summary>Gets the absolute path of the manifest.</summary>
    public required string ManifestPath { get; init; }
}
