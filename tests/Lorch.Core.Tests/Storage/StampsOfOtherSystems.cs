using System.Buffers.Binary;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Storage;

/// <summary>What macOS and Windows tell of a file, byte by byte as their headers lay it out.</summary>
[DiffersOnWindows]
public sealed class StampsOfOtherSystems
{
    [Fact]
    public void MacOS_tells_a_file_by_its_number_its_size_and_its_times()
    {
        var stamp = FileStamp.FromStat(Stat(mode: 0x81A4));

        Assert.True(stamp.IsRegular);
        Assert.Equal((42, 0x1A4, 501u), (stamp.Size, stamp.Access, stamp.Owner));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 9, 5, 0, 500, TimeSpan.Zero), stamp.WrittenAt);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 9, 6, 0, TimeSpan.Zero), stamp.TouchedAt);
        Assert.True(stamp.IsSound);
    }

    [Fact]
    public void MacOS_tells_a_FIFO_from_a_file()
    {
        var stamp = FileStamp.FromStat(Stat(mode: 0x11A4));

        Assert.Equal((false, true), (stamp.IsRegular, stamp.IsFifo));
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(0, 1)]
    [InlineData(64, 8)]
    [InlineData(96, 1)]
    public void MacOS_tells_two_files_apart_by(int offset, byte other)
    {
        var changed = Stat(mode: 0x81A4);
        changed[offset] ^= other;

        Assert.NotEqual(FileStamp.FromStat(Stat(mode: 0x81A4)), FileStamp.FromStat(changed));
    }

    [Fact]
    public void Windows_tells_a_file_by_its_number_its_size_and_its_time()
    {
        var stamp = FileStamp.FromInformation(Information(attributes: 0x20));

        Assert.True(stamp.IsRegular);
        Assert.Equal(0x1_0000_002AL, stamp.Size);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 9, 5, 0, 500, TimeSpan.Zero), stamp.WrittenAt);
        Assert.Equal((true, false), (stamp.HasIdentity, stamp.IsSound));
    }

    [Theory]
    [InlineData(0x10u)]
    [InlineData(0x410u)]
    [InlineData(0x420u)]
    public void Windows_tells_folders_and_links_from_files(uint attributes) =>
        Assert.False(FileStamp.FromInformation(Information(attributes)).IsRegular);

    [Fact]
    public void Windows_may_date_a_file_before_1970()
    {
        var information = Information(attributes: 0x20);
        WriteTime(information, new DateTime(1969, 12, 31, 23, 59, 59, 750, DateTimeKind.Utc));

        Assert.Equal(new DateTimeOffset(1969, 12, 31, 23, 59, 59, 750, TimeSpan.Zero), FileStamp.FromInformation(information).WrittenAt);
    }

    [Fact]
    public void This_system_tells_of_a_file_by_its_path_as_by_its_handle()
    {
        using var workspace = new TemporaryWorkspace();
        var path = workspace.Write("a.txt", "hello");
        using var file = File.OpenHandle(path);

        Assert.Equal(5, FileStamp.Of(path)!.Value.Size);
        Assert.Equal(FileStamp.Of(path), FileStamp.Of(file));
        Assert.Equal(FileStamp.Of(path), FileStamp.OfEntry(path));
        Assert.Equal((false, true), (FileStamp.Of(workspace.Root)!.Value.IsRegular, FileStamp.Of(workspace.Root)!.Value.HasIdentity));
        Assert.Null(FileStamp.Of(workspace.At("gone")));
    }

    [Theory]
    [InlineData("/w", "src/a.cs", "/w/src/a.cs", null)]
    [InlineData("/", "src/a.cs", "/src/a.cs", null)]
    [InlineData("/w", "SRC/a.cs", "/w/src/a.cs", "is written 'src/a.cs' on the disk, not 'SRC/a.cs'")]
    [InlineData("/w", "src/é.cs", "/w/src/e\u0301.cs", null)]
    [InlineData("/w", "src/e\u0301.cs", "/w/src/é.cs", null)]
    [InlineData("/w", "receipt\u017F/a", "/w/receipts/a", "is reached over a link: it lies at '/w/receipts/a'")]
    [InlineData("/w", "src/a.cs", "/elsewhere/a.cs", "is reached over a link: it lies at '/elsewhere/a.cs'")]
    [InlineData(@"\\?\C:\w", "src/a.cs", @"\\?\C:\w\src\a.cs", null)]
    [InlineData(@"\\?\C:\", "src/a.cs", @"\\?\C:\src\a.cs", null)]
    [InlineData(@"\\?\C:\w", "src/a.cs", @"\\?\C:\other\a.cs", @"is reached over a link: it lies at '\\?\C:\other\a.cs'")]
    public void A_file_is_where_its_path_says_in_the_letters_of_the_disk(string root, string path, string file, string? expected) =>
        Assert.Equal(expected, FileOpening.FindOtherSpelling(root, path, file));

    private static byte[] Stat(ushort mode)
    {
        var status = new byte[144];
        BinaryPrimitives.WriteInt32LittleEndian(status, 0x0100_0004);
        BinaryPrimitives.WriteUInt16LittleEndian(status.AsSpan(4), mode);
        BinaryPrimitives.WriteUInt16LittleEndian(status.AsSpan(6), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(status.AsSpan(8), 123456);
        BinaryPrimitives.WriteUInt32LittleEndian(status.AsSpan(16), 501);
        BinaryPrimitives.WriteInt64LittleEndian(status.AsSpan(48), 1769850300);
        BinaryPrimitives.WriteInt64LittleEndian(status.AsSpan(56), 500_000_000);
        BinaryPrimitives.WriteInt64LittleEndian(status.AsSpan(64), 1769850360);
        BinaryPrimitives.WriteInt64LittleEndian(status.AsSpan(96), 42);
        return status;
    }

    private static byte[] Information(uint attributes)
    {
        var information = new byte[52];
        BinaryPrimitives.WriteUInt32LittleEndian(information, attributes);
        WriteTime(information, new DateTime(2026, 1, 31, 9, 5, 0, 500, DateTimeKind.Utc));
        BinaryPrimitives.WriteUInt32LittleEndian(information.AsSpan(28), 0xCAFE);
        BinaryPrimitives.WriteUInt32LittleEndian(information.AsSpan(32), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(information.AsSpan(36), 0x2A);
        BinaryPrimitives.WriteUInt32LittleEndian(information.AsSpan(40), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(information.AsSpan(48), 77);
        return information;
    }

    private static void WriteTime(byte[] information, DateTime time)
    {
        var ticks = time.ToFileTimeUtc();
        BinaryPrimitives.WriteUInt32LittleEndian(information.AsSpan(20), (uint)ticks);
        BinaryPrimitives.WriteUInt32LittleEndian(information.AsSpan(24), (uint)(ticks >> 32));
    }
}
