using System.Runtime.InteropServices;

namespace Lorch.Core.Storage;

/// <summary>What a file system tells of a file without reading it: equal stamps, same file with the same content.</summary>
/// <remarks>
/// On Linux the time of the last change is in it, which no program can set. A change within the same tick of the system's clock,
/// some milliseconds, may leave it equal. Elsewhere it is weaker: length and time of the last write.
/// </remarks>
internal readonly record struct FileStamp
{
    private const int RegularFile = 0x8000;
    private const int Fifo = 0x1000;

    /// <summary>Gets the size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Gets whether it is a regular file.</summary>
    public required bool IsRegular { get; init; }

    /// <summary>Gets whether it is a FIFO, as far as the system was asked.</summary>
    public bool IsFifo { get; init; }

    /// <summary>Gets the access bits of the mode; 0 where the system has none.</summary>
    public int Access { get; init; }

    /// <summary>Gets the number of the user who owns it; 0 where the system has none.</summary>
    public uint Owner { get; init; }

    /// <summary>Gets whether the system numbers its files.</summary>
    public bool HasIdentity => Identity != default;

    private (ulong Device, ulong Number) Identity { get; init; }

    private (long Seconds, uint Nanoseconds) Written { get; init; }

    private (long Seconds, uint Nanoseconds) Changed { get; init; }

    /// <summary>Looks at what a path leads to, over links.</summary>
    /// <param name="path">An absolute path.</param>
    /// <returns>The stamp; <see langword="null"/> if nothing is there, or nothing that can be looked at.</returns>
    public static FileStamp? Of(string path) => OperatingSystem.IsLinux() ? OnLinux(path) : Elsewhere(path);

    /// <summary>Whether the other stamp is of the same file, whatever it held then.</summary>
    /// <param name="other">Another stamp.</param>
    /// <returns><see langword="true"/> where the system numbers no files.</returns>
    public bool IsSameFileAs(FileStamp other) => Identity == other.Identity && IsRegular == other.IsRegular;

    private static FileStamp? OnLinux(string path)
    {
        Span<byte> status = stackalloc byte[512];
        if (UnixCalls.GetStatus(path, status) < 0)
        {
            return null;
        }

        // struct statx, linux/stat.h.
        var mode = MemoryMarshal.Read<ushort>(status[28..]);
        return new FileStamp
        {
            Size = MemoryMarshal.Read<long>(status[40..]),
            IsRegular = (mode & 0xF000) == RegularFile,
            IsFifo = (mode & 0xF000) == Fifo,
            Access = mode & 0xFFF,
            Owner = MemoryMarshal.Read<uint>(status[20..]),
            Identity = (MemoryMarshal.Read<ulong>(status[136..]), MemoryMarshal.Read<ulong>(status[32..])),
            Changed = (MemoryMarshal.Read<long>(status[96..]), MemoryMarshal.Read<uint>(status[104..])),
            Written = (MemoryMarshal.Read<long>(status[112..]), MemoryMarshal.Read<uint>(status[120..])),
        };
    }

    private static FileStamp? Elsewhere(string path)
    {
        var file = new FileInfo(path);
        return file.Exists
            ? new FileStamp { Size = file.Length, IsRegular = true, Written = (file.LastWriteTimeUtc.Ticks, 0) }
            : Directory.Exists(path) ? new FileStamp { Size = 0, IsRegular = false } : null;
    }
}
