using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots.Index;

/// <summary>
/// What the system tells of a file without reading it, in the form in which the index keeps it: equal stamps, same file with the same
/// content.
/// </summary>
/// <remarks>Where the system numbers no files (<see cref="Number"/> is 0) a stamp tells too little to know a file again.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = ByteCount)]
internal struct RawStamp : IEquatable<RawStamp>
{
    public const int ByteCount = 52;

    private const int TypeBits = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Directory = 0x4000;
    private const int SymbolicLink = 0xA000;

    public long Size;
    public long WrittenSeconds;
    public long ChangedSeconds;
    public ulong Number;
    public ulong Device;
    public uint WrittenNanoseconds;
    public uint ChangedNanoseconds;
    public int Mode;

    public readonly bool IsRegular => (Mode & TypeBits) == RegularFile;

    public readonly bool IsFolder => (Mode & TypeBits) == Directory;

    public readonly bool IsLink => (Mode & TypeBits) == SymbolicLink;

    /// <summary>Gets the time at which the content was last written.</summary>
    public readonly DateTimeOffset WrittenAt => SystemTime.Of(WrittenSeconds, WrittenNanoseconds);

    /// <summary>Gets the later of the times of the last write and the last change of anything about the file.</summary>
    public readonly DateTimeOffset TouchedAt
    {
        get
        {
            var changedAt = SystemTime.Of(ChangedSeconds, ChangedNanoseconds);
            return WrittenAt > changedAt ? WrittenAt : changedAt;
        }
    }

    /// <summary>Reads <c>struct statx</c> of linux/stat.h, whose layout is the same on every architecture.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe RawStamp FromStatx(byte* status) => new()
    {
        Size = *(long*)(status + 40),
        WrittenSeconds = *(long*)(status + 112),
        ChangedSeconds = *(long*)(status + 96),
        Number = *(ulong*)(status + 32),
        Device = *(ulong*)(status + 136),
        WrittenNanoseconds = *(uint*)(status + 120),
        ChangedNanoseconds = *(uint*)(status + 104),
        Mode = *(ushort*)(status + 28),
    };

    /// <summary>Makes the stamp of a regular file where nothing but its size and the time of its last write is known.</summary>
    public static RawStamp Of(FileStamp stamp)
    {
        var (seconds, ticks) = Math.DivRem((stamp.WrittenAt - DateTimeOffset.UnixEpoch).Ticks, TimeSpan.TicksPerSecond);
        return new RawStamp
        {
            Size = stamp.Size,
            WrittenSeconds = seconds,
            WrittenNanoseconds = (uint)(ticks * TimeSpan.NanosecondsPerTick),
            Mode = RegularFile,
        };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Equals(RawStamp other) =>
        Size == other.Size
        && WrittenSeconds == other.WrittenSeconds
        && ChangedSeconds == other.ChangedSeconds
        && Number == other.Number
        && Device == other.Device
        && WrittenNanoseconds == other.WrittenNanoseconds
        && ChangedNanoseconds == other.ChangedNanoseconds
        && Mode == other.Mode;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is RawStamp other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Number, ChangedSeconds, ChangedNanoseconds);
}
