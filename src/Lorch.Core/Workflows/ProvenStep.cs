using Lorch.Core.Hashing;
using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>A step that has a receipt, whether it was worked in this run or answered by an earlier run's receipt.</summary>
internal sealed record ProvenStep
{
    public required int Step { get; init; }

    /// <summary>Whether the run worked the step itself.</summary>
    public required bool WasWorked { get; init; }

    public required FileReference Receipt { get; init; }

    public required IdempotencyKey Key { get; init; }

    public required AgentAction Action { get; init; }

    public required int Iteration { get; init; }

    /// <summary>The newest artifact of each path that the step named or Lorch measured.</summary>
    public required IReadOnlyList<Artifact> Artifacts { get; init; }

    public required IReadOnlyList<RelativePath> Removed { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>The paths that somebody else changed while the step was worked.</summary>
    public IReadOnlyList<RelativePath> EditedMeanwhile { get; init; } = [];
}
