using Lorch.Core.Receipts;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Contract;

/// <summary>What a completion that answers is asked for.</summary>
internal sealed record CompletedWork
{
    /// <summary>Gets the run that completed the task.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Gets the snapshot that the run began with.</summary>
    public required SnapshotId SnapshotId { get; init; }

    /// <summary>Gets the newest artifact of each path.</summary>
    public required IReadOnlyList<CompletionArtifact> Artifacts { get; init; }

    /// <summary>Gets what the last review found and nobody resolved.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    internal static CompletedWork Of(Completion completion) => new()
    {
        RunId = completion.RunId,
        SnapshotId = completion.SnapshotId,
        Artifacts = completion.Artifacts,
        Findings = Finding.Of(completion),
    };
}
