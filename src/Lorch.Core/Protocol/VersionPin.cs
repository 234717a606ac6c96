using System.Text.Json.Serialization;
using Lorch.Core.Hashing;

namespace Lorch.Core.Protocol;

/// <summary>The sources that a command is about.</summary>
internal sealed record VersionPin
{
    /// <summary>Gets the snapshot of the workspace.</summary>
    [JsonPropertyName("snapshot_id")]
    public required SnapshotId SnapshotId { get; init; }

    /// <summary>Gets a digest over the specifications, if one was taken.</summary>
    [JsonPropertyName("specs_hash")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? SpecsHash { get; init; }

    /// <summary>Gets a digest over the code, if one was taken.</summary>
    [JsonPropertyName("code_hash")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? CodeHash { get; init; }
}

/// <summary>The sources that an agent says it saw.</summary>
internal sealed record ObservedVersion
{
    /// <summary>Gets the snapshot of the workspace.</summary>
    [JsonPropertyName("snapshot_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SnapshotId? SnapshotId { get; init; }

    /// <summary>Gets a digest over the specifications.</summary>
    [JsonPropertyName("specs_hash")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? SpecsHash { get; init; }

    /// <summary>Gets a digest over the code.</summary>
    [JsonPropertyName("code_hash")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? CodeHash { get; init; }
}
