using System.Text.Json.Serialization;
using Lorch.Core.Hashing;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>A file that a step produced.</summary>
internal sealed record Artifact
{
    /// <summary>Gets the path below the workspace root.</summary>
    [JsonPropertyName("path")]
    public required RelativePath Path { get; init; }

    /// <summary>Gets the digest of its content.</summary>
    [JsonPropertyName("sha256")]
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>Gets its size in bytes, 0 or more.</summary>
    [JsonPropertyName("size")]
    [JsonConverter(typeof(NotNegativeInt64Converter))]
    public required long Size { get; init; }

    /// <summary>Whether two files have the same content, or neither is there.</summary>
    internal static bool HaveSameContent(Artifact? left, Artifact? right) => (left?.Sha256, left?.Size) == (right?.Sha256, right?.Size);
}
