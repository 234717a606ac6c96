using System.Runtime.InteropServices;
using Lorch.Core.Hashing;

namespace Lorch.Core.Snapshots.Index;

/// <summary>The places of a table that is being made.</summary>
internal readonly struct TableParts(int filesStart, int orderStart, int namesStart, byte[] bytes)
{
    public const int HeaderSize = 64;

    public Span<TableFolder> Folders => MemoryMarshal.Cast<byte, TableFolder>(bytes.AsSpan(HeaderSize, filesStart - HeaderSize));

    public Span<TableFile> Files => MemoryMarshal.Cast<byte, TableFile>(bytes.AsSpan(filesStart, orderStart - filesStart));

    public Span<int> Order => MemoryMarshal.Cast<byte, int>(bytes.AsSpan(orderStart, namesStart - orderStart));

    public Span<byte> Names => bytes.AsSpan(namesStart);
}

/// <summary>A folder of a table.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct TableFolder
{
    public int PathOffset;
    public int PathLength;

    /// <summary>The number of its first file; those of the next folder follow its last one.</summary>
    public int FirstFile;

    /// <summary>
    /// The number behind that of the last folder below it; the first folder in it, if there is one, has the next number after its own.
    /// </summary>
    public int End;

    /// <summary>The folder that it lies in; -1 for the root.</summary>
    public int Parent;
}

/// <summary>A file of a table.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct TableFile
{
    public RawStamp Stamp;
    public int NameOffset;
    public ushort NameLength;
    public FileTrust Trust;
    public int Folder;
    public HashBytes Hash;
}

/// <summary>What an equal stamp says of a file's content.</summary>
internal enum FileTrust : ushort
{
    /// <summary>Nothing: it was touched so shortly before it was read that a later change may have left the stamp as it is.</summary>
    None,

    /// <summary>That it is as it was.</summary>
    Stamp,

    /// <summary>Nothing is asked: it is a link, whose target is read each time.</summary>
    Link,
}
