using System.Runtime.InteropServices;
using Lorch.Core.Snapshots.Index;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>An entry of a folder, where the system wrote it: the type and the name, and little else can be relied on.</summary>
/// <param name="record">Its first byte. In <c>struct linux_dirent64</c>, getdents(2), these come first: inode and offset, 8 bytes
/// each.</param>
internal readonly unsafe struct LinuxEntry(byte* record)
{
    // The length of the record has 2 bytes, the type 1; then comes the name with its NUL.
    private const int OffsetOfLength = 16;
    private const int OffsetOfType = 18;
    private const int OffsetOfName = 19;

    // d_type of dirent.h.
    private const int TypeUnknown = 0;
    private const int TypeFolder = 4;
    private const int TypeFile = 8;
    private const int TypeLink = 10;

    /// <summary>Gets how many bytes after this entry's first one the next entry begins.</summary>
    public int Length => *(ushort*)(record + OffsetOfLength);

    public bool IsFile => record[OffsetOfType] == TypeFile;

    public bool IsFolder => record[OffsetOfType] == TypeFolder;

    /// <summary>Gets whether it may lead to a folder although it isn't said to be one.</summary>
    public bool MayLeadToFolder => record[OffsetOfType] is TypeLink or TypeUnknown;

    /// <summary>Gets the name with its NUL, as the system takes it.</summary>
    public byte* TerminatedName => record + OffsetOfName;

    public bool IsSelfOrParent =>
        record[OffsetOfName] == '.'
            && (record[OffsetOfName + 1] == 0 || (record[OffsetOfName + 1] == '.' && record[OffsetOfName + 2] == 0));

    public ReadOnlySpan<byte> Name => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(TerminatedName);

    /// <summary>Reads where a link leads; <see langword="null"/> if it is gone.</summary>
    /// <param name="folder">The open folder that it lies in.</param>
    public string? ReadLink(int folder)
    {
        // No target is longer than PATH_MAX.
        const int longest = 4096;
        var buffer = stackalloc byte[longest];
        return LinuxCalls.ReadLink(folder, TerminatedName, buffer, longest) is var length and >= 0
            ? PathBytes.ToText(new ReadOnlySpan<byte>(buffer, length))
            : null;
    }
}
