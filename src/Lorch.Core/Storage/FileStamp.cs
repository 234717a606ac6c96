using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lorch.Core.Storage;

/// <summary>What a file system tells of a file without reading it: equal stamps, same file with the same content.</summary>
/// <remarks>
/// On Linux the time of the last change is in it, which no program can set. A change within the same tick of the system's clock,
/// some milliseconds, may leave it equal. Elsewhere it is weaker: length and time of the last write.
/// </remarks>
internal readonly record struct FileStamp
{
    /// <summary>How many bytes <see cref="WriteTo"/> writes.</summary>
    public const int ByteCount = 56;

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

    /// <summary>Gets the time at which the content was last written.</summary>
    public DateTimeOffset WrittenAt => ToTime(Written);

    /// <summary>Gets the later of the times of the last write and the last change of anything about the file.</summary>
    public DateTimeOffset TouchedAt => Written.CompareTo(Changed) > 0 ? ToTime(Written) : ToTime(Changed);

    /// <summary>Looks at what a path leads to, over links.</summary>
    /// <param name="path">An absolute path.</param>
    /// <returns>The stamp; <see langword="null"/> if nothing is there, or nothing that can be looked at.</returns>
    public static FileStamp? Of(string path) => OperatingSystem.IsLinux() ? OnLinux(path) : Elsewhere(path);

    /// <summary>Looks at what a path names, on Linux even if that is a link.</summary>
    /// <param name="path">An absolute path.</param>
    /// <returns>The stamp; <see langword="null"/> if nothing is there, or nothing that can be looked at.</returns>
    public static FileStamp? OfEntry(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Elsewhere(path);
        }

        Span<byte> status = stackalloc byte[UnixCalls.StatusSize];
        return UnixCalls.GetOwnStatus(path, status) < 0 ? null : FromStatx(status);
    }

    /// <summary>Looks at an open regular file.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The stamp; <see langword="null"/> if it can't be looked at.</returns>
    public static FileStamp? Of(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Elsewhere(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
        }

        Span<byte> status = stackalloc byte[UnixCalls.StatusSize];
        return UnixCalls.GetStatus(file, status) < 0 ? null : FromStatx(status);
    }

    /// <summary>Writes all that tells one file and its content from another, always in the same bytes.</summary>
    /// <param name="bytes">Where to, at least <see cref="ByteCount"/> bytes.</param>
    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Size);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Written.Seconds);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Changed.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], Written.Nanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[28..], Changed.Nanoseconds);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], Identity.Device);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[40..], Identity.Number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[48..], Access);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[52..], IsRegular ? 1 : 0);
    }

    /// <summary>Whether the other stamp is of the same file, whatever it held then.</summary>
    /// <param name="other">Another stamp.</param>
    /// <returns><see langword="true"/> where the system numbers no files.</returns>
    public bool IsSameFileAs(FileStamp other) => Identity == other.Identity && IsRegular == other.IsRegular;

    /// <summary>Gets when a file was last written.</summary>
    /// <param name="path">An absolute path.</param>
    /// <returns>The time; the earliest there is if nothing is there.</returns>
    public static DateTimeOffset WrittenAtOf(string path) => Of(path)?.WrittenAt ?? DateTimeOffset.MinValue;

    private static FileStamp? OnLinux(string path)
    {
        Span<byte> status = stackalloc byte[UnixCalls.StatusSize];
        return UnixCalls.GetStatus(path, status) < 0 ? null : FromStatx(status);
    }

    /// <summary>Reads <c>struct statx</c> of linux/stat.h, whose layout is the same on every architecture.</summary>
    private static FileStamp FromStatx(ReadOnlySpan<byte> status)
    {
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

    private static DateTimeOffset ToTime((long Seconds, uint Nanoseconds) time) => SystemTime.Of(time.Seconds, time.Nanoseconds);

    private static FileStamp? Elsewhere(string path)
    {
        var file = new FileInfo(path);
        return file.Exists
            ? Elsewhere(file.Length, file.LastWriteTimeUtc)
            : Directory.Exists(path) ? new FileStamp { Size = 0, IsRegular = false } : null;
    }

    private static FileStamp Elsewhere(long size, DateTime writtenAt)
    {
        var (seconds, ticks) = Math.DivRem((writtenAt - DateTime.UnixEpoch).Ticks, TimeSpan.TicksPerSecond);
        return new FileStamp { Size = size, IsRegular = true, Written = (seconds, (uint)(ticks * TimeSpan.NanosecondsPerTick)) };
    }
}
