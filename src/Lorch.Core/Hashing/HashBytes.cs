using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Lorch.Core.Hashing;

/// <summary>A SHA-256 digest as its 32 bytes.</summary>
[InlineArray(SHA256.HashSizeInBytes)]
internal struct HashBytes
{
    // The framework's digits are code for vectors, which isn't compiled beforehand and takes many times as long in a build, where it runs
    // for the first time.
    private static readonly byte[] Digits = [.. Enumerable.Range(0, 256).SelectMany(value => $"{value:x2}").Select(digit => (byte)digit)];

    private byte _first;

    /// <summary>Writes the digest in lower-case hexadecimal digits, and gives their number.</summary>
    public readonly int WriteDigits(Span<byte> place)
    {
        ReadOnlySpan<byte> bytes = this;
        place = place[..(2 * SHA256.HashSizeInBytes)];
        for (var i = 0; i < bytes.Length; i++)
        {
            place[2 * i] = Digits[2 * bytes[i]];
            place[(2 * i) + 1] = Digits[(2 * bytes[i]) + 1];
        }

        return place.Length;
    }

    public readonly Sha256Digest ToDigest() => Sha256Digest.FromHash(this);

    public readonly SnapshotId ToSnapshotId()
    {
        ReadOnlySpan<byte> bytes = this;
        return SnapshotId.FromHex(Convert.ToHexStringLower(bytes));
    }
}
