using System.Text.Json.Serialization;

namespace Lorch.Core.Protocol;

/// <summary>Payload of <c>system.snapshot_drift</c>: what changed while the run stood still.</summary>
internal sealed record SnapshotDrift
{
    /// <summary>Gets the new files.</summary>
    [JsonPropertyName("added")]
    public required IReadOnlyList<RelativePath> Added { get; init; }

    /// <summary>Gets the files that are gone.</summary>
    [JsonPropertyName("removed")]
    public required IReadOnlyList<RelativePath> Removed { get; init; }

    /// <summary>Gets the files with other content.</summary>
    [JsonPropertyName("changed")]
    public required IReadOnlyList<RelativePath> Changed { get; init; }

    /// <summary>Gets those of the above that the interrupted agent may have been writing.</summary>
    [JsonPropertyName("in_flight")]
    public required IReadOnlyList<RelativePath> InFlight { get; init; }
}
