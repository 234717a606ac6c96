using System.Text.Json.Serialization;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>
/// Payload of <c>system.rebased</c>: what a run made in its view stands on the workspace as it has become meanwhile, and no longer on what
/// the run began with.
/// </summary>
internal sealed record Rebased
{
    /// <summary>Gets the workspace that the work stands on from here.</summary>
    [JsonPropertyName("snapshot_id")]
    public required SnapshotId SnapshotId { get; init; }

    /// <summary>Gets the texts in which the run's change and somebody else's were put together, marks where that didn't work.</summary>
    [JsonPropertyName("merged")]
    public required IReadOnlyList<Artifact> Merged { get; init; }

    /// <summary>Gets the paths where somebody else's change stays and the run's is none of its work any more.</summary>
    [JsonPropertyName("given_up")]
    public required IReadOnlyList<RelativePath> GivenUp { get; init; }

    /// <summary>Gets the paths that the run and somebody else changed, and that somebody has to look at.</summary>
    [JsonPropertyName("conflicts")]
    public required IReadOnlyList<RelativePath> Conflicts { get; init; }

    /// <summary>Gets why changes are asked for; <see langword="null"/> if the work is as good as it was.</summary>
    [JsonPropertyName("cause")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Cause { get; init; }
}
