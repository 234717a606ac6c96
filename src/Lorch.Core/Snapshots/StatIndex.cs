using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Lorch.Core.Hashing;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots;

/// <summary>The digests of files by what the system said of them when they were read. A cache: what is odd about it is no entry.</summary>
/// <remarks>
/// Little-endian. <c>LORCHIDX</c>, format and count as 32-bit numbers, SHA-256 of all that follows; then per file, sorted by path: length of the path
/// in 16 bits, the path in UTF-8, the stamp, the digest.
/// </remarks>
internal sealed class StatIndex
{
    private const int Format = 1;
    private const int HeaderSize = 8 + 4 + 4 + SHA256.HashSizeInBytes;
    private const int LengthSize = sizeof(ushort);
    private const int EntrySize = LengthSize + FileStamp.ByteCount + SHA256.HashSizeInBytes;

    private static readonly UTF8Encoding Utf8 = new(false);

    /// <summary>An index that knows no file.</summary>
    public static readonly StatIndex Empty = Create([]);

    private readonly byte[] _bytes;

    private StatIndex(byte[] bytes) => _bytes = bytes;

    /// <summary>Gets the number of files.</summary>
    public int Count => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(12));

    /// <summary>Gets the index as it is kept on disk.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    private static ReadOnlySpan<byte> Magic => "LORCHIDX"u8;

    /// <summary>Makes an index.</summary>
    /// <param name="files">The files, sorted by path.</param>
    /// <returns>The index.</returns>
    public static StatIndex Create(IReadOnlyCollection<(RelativePath Path, FileStamp Stamp, Sha256Digest Digest)> files)
    {
        var bytes = new byte[HeaderSize + files.Sum(file => EntrySize + Utf8.GetByteCount(file.Path.ToString()))];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Format);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), files.Count);
        var rest = bytes.AsSpan(HeaderSize);
        foreach (var (path, stamp, digest) in files)
        {
            var length = Utf8.GetBytes(path.ToString(), rest[LengthSize..]);
            BinaryPrimitives.WriteUInt16LittleEndian(rest, checked((ushort)length));
            rest = rest[(LengthSize + length)..];
            stamp.WriteTo(rest);
            _ = Convert.FromHexString(digest.Hex, rest[FileStamp.ByteCount..], out _, out _);
            rest = rest[(FileStamp.ByteCount + SHA256.HashSizeInBytes)..];
        }

        SHA256.HashData(bytes.AsSpan(HeaderSize), bytes.AsSpan(16));
        return new StatIndex(bytes);
    }

    /// <summary>Takes bytes for an index, or for none if anything about them is odd.</summary>
    /// <param name="bytes">What a file holds.</param>
    /// <returns>The index.</returns>
    public static StatIndex Parse(byte[] bytes) =>
        bytes.Length >= HeaderSize
        && bytes.AsSpan().StartsWith(Magic)
        && BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8)) == Format
        && SHA256.HashData(bytes.AsSpan(HeaderSize)).AsSpan().SequenceEqual(bytes.AsSpan(16, SHA256.HashSizeInBytes))
        && HasEntries(bytes)
            ? new StatIndex(bytes)
            : Empty;

    /// <summary>Finds the digests of files that are as they were when they were read.</summary>
    /// <param name="files">The files, sorted by path.</param>
    /// <returns>Their digests in the same order, <see langword="null"/> for those that have to be read.</returns>
    public Sha256Digest?[] Find(IReadOnlyList<ScannedFile> files)
    {
        var digests = new Sha256Digest?[files.Count];
        var rest = _bytes.AsSpan(HeaderSize);
        Span<byte> stamp = stackalloc byte[FileStamp.ByteCount];
        var path = new byte[ushort.MaxValue + 1];
        for (var i = 0; i < files.Count && !rest.IsEmpty; i++)
        {
            if (files[i].Stamp is not { } seen || !Utf8.TryGetBytes(files[i].Path.ToString(), path, out var length))
            {
                continue;
            }

            var order = -1;
            while (!rest.IsEmpty && (order = PathOf(rest).SequenceCompareTo(path.AsSpan(0, length))) < 0)
            {
                rest = Behind(rest);
            }

            if (order == 0)
            {
                seen.WriteTo(stamp);
                var known = rest[(LengthSize + length)..];
                digests[i] = known.StartsWith(stamp) ? Sha256Digest.FromHash(known.Slice(FileStamp.ByteCount, SHA256.HashSizeInBytes)) : null;
            }
        }

        return digests;
    }

    private static bool HasEntries(byte[] bytes)
    {
        var rest = bytes.AsSpan(HeaderSize);
        var count = 0;
        for (; rest.Length >= EntrySize && rest.Length >= EntrySize + LengthOf(rest); count++)
        {
            rest = Behind(rest);
        }

        return rest.IsEmpty && count == BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
    }

    private static int LengthOf(ReadOnlySpan<byte> entry) => BinaryPrimitives.ReadUInt16LittleEndian(entry);

    private static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> entry) => entry.Slice(LengthSize, LengthOf(entry));

    private static Span<byte> Behind(Span<byte> entry) => entry[(EntrySize + LengthOf(entry))..];
}
