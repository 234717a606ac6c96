using System.Text.Json.Serialization;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;

namespace Lorch.Core.Snapshots.Index;

/// <summary>One file of a manifest.</summary>
internal sealed record ManifestFile
{
    /// <summary>Gets the path below the workspace root.</summary>
    [JsonPropertyName("path")]
    public required RelativePath Path { get; init; }

    /// <summary>Gets the digest of the content; of a symbolic link, that of its target's text.</summary>
    [JsonPropertyName("sha256")]
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>Gets the size in bytes, 0 or more.</summary>
    [JsonPropertyName("size")]
    public required long Size { get; init; }

    /// <summary>Gets the time of the last change, UTC, in whole milliseconds; it is for people and never part of an id.</summary>
    [JsonPropertyName("mtime")]
    [JsonConverter(typeof(ManifestTime))]
    public required DateTimeOffset Mtime { get; init; }

    /// <summary>Gives what an agent would claim of the file as it is here.</summary>
    internal Artifact ToArtifact() => new() { Path = Path, Sha256 = Sha256, Size = Size };
}
