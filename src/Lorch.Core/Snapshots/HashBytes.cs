using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Lorch.Core.Hashing;

namespace Lorch.Core.Snapshots;

/// <summary>A SHA-256 digest as its 32 bytes.</summary>
[InlineArray(SHA256.HashSizeInBytes)]
internal struct HashBytes
{
    private byte _first;

    public readonly Sha256Digest ToDigest() => Sha256Digest.FromHash(this);

    public readonly SnapshotId ToSnapshotId()
    {
        ReadOnlySpan<byte> bytes = this;
        return SnapshotId.FromHex(Convert.ToHexStringLower(bytes));
    }
}
