using System.Numerics;
using System.Runtime.InteropServices;

namespace Lorch.Core.Hashing;

/// <summary>A checksum against accidents: CRC-32C (RFC 3720, appendix B.4), for which processors have an instruction.</summary>
/// <remarks>
/// For 11 MB in a process that starts it takes 4 ms, SHA-256 more than 20, and the XXH64 of System.IO.Hashing 17: that isn't compiled for
/// the processor yet, and would be one assembly more to load in each build.
/// </remarks>
internal static class Checksum
{
    /// <summary>Goes on with the sum of what stands before.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint sum)
    {
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            sum = BitOperations.Crc32C(sum, word);
        }

        foreach (var last in bytes[(bytes.Length - (bytes.Length % sizeof(ulong)))..])
        {
            sum = BitOperations.Crc32C(sum, last);
        }

        return sum;
    }
}
