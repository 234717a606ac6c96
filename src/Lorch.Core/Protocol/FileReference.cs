using System.Text.Json.Serialization;
using Lorch.Core.Hashing;

namespace Lorch.Core.Protocol;

/// <summary>A file of Lorch's own, named by path and digest.</summary>
internal sealed record FileReference
{
    /// <summary>Gets the path below the state root, with <c>/</c>.</summary>
    [JsonPropertyName("path")]
    public required string Path { get; init; }

    /// <summary>Gets the digest of its bytes.</summary>
    [JsonPropertyName("sha256")]
    public required Sha256Digest Sha256 { get; init; }
}
