using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lorch.Core.Hashing;

namespace Lorch.Core.Snapshots.Index;

/// <summary>
/// The tracked files of a workspace with their digests and with what the system said of them, in the bytes that the stat index keeps.
/// </summary>
/// <remarks>
/// <para>As a list: the files sorted by path, each made when it is asked for. 100,000 of them are there at the price of reading the
/// index.</para>
/// <para>The bytes, in the machine's own order: <c>LORCHIDX</c>; format, number of files, of folders, of bytes of names, 32 bits each; the
/// digest that the snapshot's id is made of; a checksum of all the rest. Then the folders, each before those in it; the files, folder by
/// folder in the order in which the system listed them; the files' numbers sorted by path; the names.</para>
/// </remarks>
internal sealed class FileTable : IReadOnlyList<ManifestFile>
{
    public const int Format = 2;
    private const int OffsetOfHash = 24;
    private const int OffsetOfChecksum = 56;

    private readonly byte[] _bytes;
    private readonly int _folders;
    private readonly int _filesStart;
    private readonly int _orderStart;
    private readonly int _namesStart;

    private FileTable(byte[] bytes)
    {
        _bytes = bytes;
        Count = MemoryMarshal.Read<int>(bytes.AsSpan(12));
        _folders = MemoryMarshal.Read<int>(bytes.AsSpan(16));
        _filesStart = TableParts.HeaderSize + (_folders * Unsafe.SizeOf<TableFolder>());
        _orderStart = _filesStart + (Count * Unsafe.SizeOf<TableFile>());
        _namesStart = _orderStart + (Count * sizeof(int));
    }

    /// <summary>A table that knows no file and no folder, not even the root.</summary>
    public static FileTable Empty { get; } = Seal(Allocate(0, 0, 0), default);

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Gets the table as it is kept on disk.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Gives the bytes away, to be changed: the table mustn't be used any more.</summary>
    public byte[] TakeBytes() => _bytes;

    /// <summary>Gets the digest that the snapshot's id is made of.</summary>
    public HashBytes Hash => MemoryMarshal.Read<HashBytes>(_bytes.AsSpan(OffsetOfHash));

    public SnapshotId SnapshotId => Hash.ToSnapshotId();

    public ReadOnlySpan<TableFolder> Folders =>
        MemoryMarshal.Cast<byte, TableFolder>(_bytes.AsSpan(TableParts.HeaderSize, _filesStart - TableParts.HeaderSize));

    /// <summary>Gets the files, folder by folder.</summary>
    public ReadOnlySpan<TableFile> Files => MemoryMarshal.Cast<byte, TableFile>(_bytes.AsSpan(_filesStart, _orderStart - _filesStart));

    /// <summary>Gets the files' numbers, sorted by path.</summary>
    public ReadOnlySpan<int> Order => MemoryMarshal.Cast<byte, int>(_bytes.AsSpan(_orderStart, _namesStart - _orderStart));

    public ReadOnlySpan<byte> Names => _bytes.AsSpan(_namesStart);

    /// <inheritdoc/>
    public ManifestFile this[int index] => GetFile(Order[index]);

    private static ReadOnlySpan<byte> Magic => "LORCHIDX"u8;

    /// <summary>Makes room for a table; <see cref="Seal"/> makes it one when everything is filled in.</summary>
    public static byte[] Allocate(int files, int folders, int nameBytes)
    {
        var size =
            TableParts.HeaderSize + ((long)folders * Unsafe.SizeOf<TableFolder>())
                + ((long)files * (Unsafe.SizeOf<TableFile>() + sizeof(int)))
                + nameBytes;
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)size));
        Magic.CopyTo(bytes);
        MemoryMarshal.Write(bytes.AsSpan(8), Format);
        MemoryMarshal.Write(bytes.AsSpan(12), files);
        MemoryMarshal.Write(bytes.AsSpan(16), folders);
        MemoryMarshal.Write(bytes.AsSpan(20), nameBytes);
        return bytes;
    }

    /// <summary>Gives the places of a table that are to be filled in.</summary>
    public static TableParts PartsOf(byte[] bytes)
    {
        var table = new FileTable(bytes);
        return new TableParts(table._filesStart, table._orderStart, table._namesStart, bytes);
    }

    /// <summary>Takes bytes that are filled in, but for what <see cref="Seal"/> sets, for a table.</summary>
    public static FileTable Unsealed(byte[] bytes) => new(bytes);

    /// <summary>Makes a table of bytes that are filled in.</summary>
    public static FileTable Seal(byte[] bytes, HashBytes hash)
    {
        MemoryMarshal.Write(bytes.AsSpan(OffsetOfHash), hash);
        MemoryMarshal.Write(bytes.AsSpan(OffsetOfChecksum), Sum(bytes));
        return new FileTable(bytes);
    }

    /// <summary>Takes bytes for a table, or for the empty one if anything about them is odd.</summary>
    public static FileTable Parse(byte[] bytes)
    {
        if (bytes.Length < TableParts.HeaderSize
            || !bytes.AsSpan().StartsWith(Magic)
            || MemoryMarshal.Read<int>(bytes.AsSpan(8)) != Format
            || MemoryMarshal.Read<ulong>(bytes.AsSpan(OffsetOfChecksum)) != Sum(bytes))
        {
            return Empty;
        }

        var (files, folders, names) = (
            MemoryMarshal.Read<int>(
                bytes.AsSpan(12)), MemoryMarshal.Read<int>(bytes.AsSpan(16)), MemoryMarshal.Read<int>(bytes.AsSpan(20)));
        var size =
            TableParts.HeaderSize + ((long)folders * Unsafe.SizeOf<TableFolder>())
                + ((long)files * (Unsafe.SizeOf<TableFile>() + sizeof(int)))
                + names;
        if (files < 0 || folders < 0 || names < 0 || size != bytes.Length)
        {
            return Empty;
        }

        var table = new FileTable(bytes);
        return table.HoldsTogether() ? table : Empty;
    }

    /// <summary>Gives the path of a folder below the root, empty for the root.</summary>
    public ReadOnlySpan<byte> PathOf(in TableFolder folder) => Names.Slice(folder.PathOffset, folder.PathLength);

    public ReadOnlySpan<byte> NameOf(in TableFile file) => Names.Slice(file.NameOffset, file.NameLength);

    /// <summary>Gives the last part of a folder's path.</summary>
    public ReadOnlySpan<byte> NameOf(in TableFolder folder)
    {
        var path = PathOf(folder);
        return path[(path.LastIndexOf((byte)'/') + 1)..];
    }

    /// <summary>Gives the number behind that of a folder's last file.</summary>
    public int EndOfFiles(int folder) => folder + 1 < _folders ? Folders[folder + 1].FirstFile : Count;

    /// <summary>Finds a file by its path; -1 if there is none.</summary>
    public int Find(RelativePath path)
    {
        var text = path.ToString();
        var bytes = PathBytes.Of(text);
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var file = Order[middle];
            var order = Compare(Files[file], bytes);
            if (order == 0)
            {
                return file;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>Makes what a manifest holds of a file.</summary>
    /// <param name="number">Its number, not its place in the order of paths.</param>
    public ManifestFile GetFile(int number)
    {
        ref readonly var file = ref Files[number];
        var folder = PathOf(Folders[file.Folder]);
        var name = PathBytes.ToText(NameOf(file));
        return new ManifestFile
        {
            Path = RelativePath.Parse(folder.IsEmpty ? name : $"{PathBytes.ToText(folder)}/{name}"),
            Sha256 = file.Hash.ToDigest(),
            Size = file.Stamp.Size,
            Mtime = ManifestTime.Round(file.Stamp.WrittenAt),
        };
    }

    /// <inheritdoc/>
    public IEnumerator<ManifestFile> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static ulong Sum(byte[] bytes) =>
        Checksum.Of(bytes.AsSpan(TableParts.HeaderSize), Checksum.Of(bytes.AsSpan(0, OffsetOfChecksum), 0));

    /// <summary>Compares a file's path with the bytes of another.</summary>
    private int Compare(in TableFile file, ReadOnlySpan<byte> path)
    {
        var folder = PathOf(Folders[file.Folder]);
        if (folder.IsEmpty)
        {
            return NameOf(file).SequenceCompareTo(path);
        }

        var common = Math.Min(folder.Length, path.Length);
        var order = folder[..common].SequenceCompareTo(path[..common]);
        if (order != 0 || path.Length <= folder.Length)
        {
            return order != 0 ? order : 1;
        }

        return path[folder.Length] == '/'
            ? NameOf(file).SequenceCompareTo(path[(folder.Length + 1)..])
            : '/'.CompareTo((char)path[folder.Length]);
    }

    /// <summary>Whether every number in the table points into it, so that nothing in it can lead astray.</summary>
    private bool HoldsTogether()
    {
        var folders = Folders;
        for (var i = 0; i < folders.Length; i++)
        {
            ref readonly var folder = ref folders[i];
            var isRoot = i == 0;
            if (!Lies(folder.PathOffset, folder.PathLength)
                || folder.FirstFile < (isRoot ? 0 : folders[i - 1].FirstFile)
                || folder.FirstFile > Count
                || folder.End <= i
                || folder.End > (isRoot ? folders.Length : folders[Math.Clamp(folder.Parent, 0, i - 1)].End)
                || (isRoot
                    ? folder.Parent != -1 || folder.PathLength != 0 || folder.FirstFile != 0
                    : folder.Parent < 0 || folder.Parent >= i || folder.PathLength == 0))
            {
                return false;
            }
        }

        var files = Files;
        for (var i = 0; i < files.Length; i++)
        {
            ref readonly var file = ref files[i];
            if (!Lies(file.NameOffset, file.NameLength)
                || file.NameLength == 0
                || (uint)file.Folder >= (uint)folders.Length
                || i < folders[file.Folder].FirstFile
                || i >= EndOfFiles(file.Folder))
            {
                return false;
            }
        }

        foreach (var number in Order)
        {
            if ((uint)number >= (uint)files.Length)
            {
                return false;
            }
        }

        return files.IsEmpty || !folders.IsEmpty;
    }

    private bool Lies(int offset, int length) => offset >= 0 && length >= 0 && (long)offset + length <= _bytes.Length - _namesStart;
}
