using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lorch.Core.Hashing;

/// <summary>
/// A 64-bit checksum against accidents, at the speed of memory: XXH64 without its avalanche of the last bytes, which are padded instead.
/// </summary>
/// <remarks>
/// After https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md. Each step is a bijection of what goes in, so a single changed byte
/// changes the sum.
/// </remarks>
internal static class Checksum
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const int BlockSize = 32;

    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed)
    {
        var (a, b, c, d) = (seed + Prime1 + Prime2, seed + Prime2, seed, seed - Prime1);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes[..(bytes.Length - (bytes.Length % BlockSize))]);
        for (; words.Length >= 4; words = words[4..])
        {
            a = Round(a, words[0]);
            b = Round(b, words[1]);
            c = Round(c, words[2]);
            d = Round(d, words[3]);
        }

        Span<ulong> last = stackalloc ulong[4];
        last.Clear();
        bytes[(bytes.Length - (bytes.Length % BlockSize))..].CopyTo(MemoryMarshal.AsBytes(last));
        (a, b, c, d) = (Round(a, last[0]), Round(b, last[1]), Round(c, last[2]), Round(d, last[3]));
        var sum = BitOperations.RotateLeft(
            a,
            1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        sum = Merge(Merge(Merge(Merge(sum, a), b), c), d) + (ulong)bytes.Length;
        sum = (sum ^ (sum >> 33)) * Prime2;
        sum = (sum ^ (sum >> 29)) * Prime3;
        return sum ^ (sum >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Round(ulong sum, ulong word) => BitOperations.RotateLeft(sum + (word * Prime2), 31) * Prime1;

    private static ulong Merge(ulong sum, ulong lane) => ((sum ^ Round(0, lane)) * Prime1) + Prime4;
}
