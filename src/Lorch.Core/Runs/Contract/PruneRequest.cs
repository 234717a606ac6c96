namespace Lorch.Core.Runs.Contract;

/// <summary>What counts as old. Of both limits, the one that is passed first counts; with neither nothing is old.</summary>
internal sealed record PruneRequest
{
    /// <summary>Gets after how many days something is old; <see langword="null"/> for never.</summary>
    public int? Days { get; init; }

    /// <summary>Gets how many runs, snapshots and parts of commands are kept, the newest; <see langword="null"/> for all.</summary>
    public int? Keep { get; init; }

    /// <summary>Gets a value indicating whether nothing is removed, only shown.</summary>
    public bool IsDryRun { get; init; }
}

/// <summary>What a prune removed, or would remove.</summary>
/// <param name="Kinds">One entry for each kind of file.</param>
internal sealed record PruneResult(IReadOnlyList<PrunedKind> Kinds);

/// <summary>What was removed of one kind of file.</summary>
internal sealed record PrunedKind
{
    /// <summary>Gets what files of the kind are called: <c>snapshots</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the absolute paths of what was removed, or would be.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Gets how many bytes those held.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets how many are old and stay, because something needs them.</summary>
    public required int Needed { get; init; }
}
