using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lorch.Core.Storage;

/// <summary>What a file system tells of a file without reading it: equal stamps, same file with the same content.</summary>
/// <remarks>
/// On Linux and macOS the time of the last change is in it, which no program can set. A change within the same tick of the system's clock,
/// some milliseconds, may leave it equal. On Windows it is weaker: the file's number, its length and the time of the last write.
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

    /// <summary>Gets whether no change can leave it equal but one within a tick of the clock.</summary>
    public bool IsSound => HasIdentity && Changed != default;

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
    public static FileStamp? Of(string path) =>
        OperatingSystem.IsWindows() ? OnWindows(path, followsLink: true) : OnUnix(path, followsLink: true);

    /// <summary>Looks at what a path names, even if that is a link.</summary>
    /// <param name="path">An absolute path.</param>
    /// <returns>The stamp; <see langword="null"/> if nothing is there, or nothing that can be looked at.</returns>
    public static FileStamp? OfEntry(string path) =>
        OperatingSystem.IsWindows() ? OnWindows(path, followsLink: false) : OnUnix(path, followsLink: false);

    /// <summary>Looks at an open regular file.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The stamp; <see langword="null"/> if it can't be looked at.</returns>
    public static FileStamp? Of(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
        {
            return OnWindows(file);
        }

        Span<byte> status = stackalloc byte[UnixCalls.StatusSize];
        return UnixCalls.GetStatus(file, status) < 0 ? null : FromUnix(status);
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

    private static FileStamp? OnUnix(string path, bool followsLink)
    {
        Span<byte> status = stackalloc byte[UnixCalls.StatusSize];
        return (followsLink ? UnixCalls.GetStatus(path, status) : UnixCalls.GetOwnStatus(path, status)) < 0 ? null : FromUnix(status);
    }

    private static FileStamp? OnWindows(string path, bool followsLink)
    {
        using var file = WindowsCalls.Look(path, followsLink);
        return file.IsInvalid ? null : OnWindows(file);
    }

    private static FileStamp? OnWindows(SafeFileHandle file)
    {
        Span<byte> information = stackalloc byte[WindowsCalls.InformationSize];
        return WindowsCalls.TryGetInformation(file, information) ? FromInformation(information) : null;
    }

    private static FileStamp FromUnix(ReadOnlySpan<byte> status) => OperatingSystem.IsMacOS() ? FromStat(status) : FromStatx(status);

    /// <summary>
    /// Reads <c>BY_HANDLE_FILE_INFORMATION</c> (fileapi.h), whose times are FILETIMEs and whose halves of long numbers stand with the high
    /// one first.
    /// </summary>
    internal static FileStamp FromInformation(ReadOnlySpan<byte> information)
    {
        const uint folderOrLinkOrDevice = 0x10 | 0x400 | 0x40;
        var (seconds, ticks) = Math.DivRem(
            (long)Joined(information, high: 24, low: 20) - DateTime.UnixEpoch.ToFileTimeUtc(),
            TimeSpan.TicksPerSecond);
        if (ticks < 0)
        {
            (seconds, ticks) = (seconds - 1, ticks + TimeSpan.TicksPerSecond);
        }

        var isRegular = (MemoryMarshal.Read<uint>(information) & folderOrLinkOrDevice) == 0;
        return new FileStamp
        {
            Size = isRegular ? (long)Joined(information, high: 32, low: 36) : 0,
            IsRegular = isRegular,
            Identity = (MemoryMarshal.Read<uint>(information[28..]), Joined(information, high: 44, low: 48)),
            Written = (seconds, (uint)(ticks * TimeSpan.NanosecondsPerTick)),
        };

        static ulong Joined(ReadOnlySpan<byte> bytes, int high, int low) =>
            ((ulong)MemoryMarshal.Read<uint>(bytes[high..]) << 32) | MemoryMarshal.Read<uint>(bytes[low..]);
    }

    /// <summary>Reads macOS' <c>struct stat</c> with 64 bits for a file's number: sys/stat.h.</summary>
    internal static FileStamp FromStat(ReadOnlySpan<byte> status)
    {
        var mode = MemoryMarshal.Read<ushort>(status[4..]);
        return new FileStamp
        {
            Size = MemoryMarshal.Read<long>(status[96..]),
            IsRegular = (mode & 0xF000) == RegularFile,
            IsFifo = (mode & 0xF000) == Fifo,
            Access = mode & 0xFFF,
            Owner = MemoryMarshal.Read<uint>(status[16..]),
            Identity = (MemoryMarshal.Read<uint>(status), MemoryMarshal.Read<ulong>(status[8..])),
            Changed = (MemoryMarshal.Read<long>(status[64..]), (uint)MemoryMarshal.Read<long>(status[72..])),
            Written = (MemoryMarshal.Read<long>(status[48..]), (uint)MemoryMarshal.Read<long>(status[56..])),
        };
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
}
