namespace Lorch.Core.Runs.Contract;

/// <summary>What a verdict was taken from.</summary>
internal sealed record VerdictGrounds
{
    /// <summary>When the look began: before lorch.json was read.</summary>
    public required DateTimeOffset LookedAt { get; init; }

    /// <summary>The snapshot of all that is tracked.</summary>
    public required SnapshotId Snapshot { get; init; }

    /// <summary>Whether receipts had to explain anything, of whichever task.</summary>
    public required bool RestsOnReceipts { get; init; }

    /// <summary>
    /// The files that the completion says are there and the snapshot doesn't hold, whyever: each is to be watched by itself.
    /// </summary>
    public required IReadOnlyList<RelativePath> Besides { get; init; }

    /// <summary>The files that the completion says are gone; they count although no snapshot holds them.</summary>
    public required IReadOnlyList<RelativePath> Removed { get; init; }
}
