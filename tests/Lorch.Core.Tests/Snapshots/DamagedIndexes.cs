using System.Runtime.CompilerServices;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Snapshots;

/// <summary>A stat index about which anything is odd is none.</summary>
public sealed class DamagedIndexes : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();
    private readonly WorkspaceLayout _layout;
    private readonly LateClock _clock = new();

    public DamagedIndexes()
    {
        _layout = new WorkspaceLayout(_workspace.Root, null);
        Directory.CreateDirectory(_workspace.At("state"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Gives_the_same_id_with_a_damaged_index_wherever_it_is_damaged()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        _workspace.Write("src/a", "1");
        _workspace.Write("src/ü/b", "2");
        var id = await CaptureAsync();
        var sound = await File.ReadAllBytesAsync(_layout.StatIndex, Token);

        for (var i = 0; i < sound.Length; i++)
        {
            var flipped = sound.ToArray();
            flipped[i] ^= (byte)(1 << (i % 8));
            foreach (var bytes in new[] { flipped, sound[..i] })
            {
                await File.WriteAllBytesAsync(_layout.StatIndex, bytes, Token);
                Assert.Equal(id, await CaptureAsync());
            }
        }
    }

    [Fact]
    public async Task An_index_that_leads_astray_is_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        _workspace.Write("src/a", "1");
        _workspace.Write("src/sub/b", "2");
        await CaptureAsync();
        var sound = await File.ReadAllBytesAsync(_layout.StatIndex, Token);
        var (hash, refused) = (FileTable.Parse(sound).Hash, 0);

        // Every number that points into it is spoilt, and the checksum is made to fit.
        foreach (var place in PlacesOfNumbers(FileTable.Parse(sound)))
        {
            foreach (var value in new[] { -1, int.MaxValue, int.MinValue, 1000 })
            {
                var spoilt = sound.ToArray();
                BitConverter.TryWriteBytes(spoilt.AsSpan(place), value);
                if (!spoilt.SequenceEqual(sound))
                {
                    Assert.True(FileTable.Parse(FileTable.Seal(spoilt, hash).Bytes.ToArray()).Folders.IsEmpty, $"{value} at {place}");
                    refused++;
                }
            }
        }

        // Three counts; three folders of five numbers, one of which is -1 already; two files of three and their order.
        Assert.Equal((4 * (3 + (3 * 5) + (2 * 3) + 2)) - 1, refused);
        Assert.Equal(2, FileTable.Parse(FileTable.Seal(sound.ToArray(), hash).Bytes.ToArray()).Count);
    }

    private static IEnumerable<int> PlacesOfNumbers(FileTable table)
    {
        const int counts = 12;
        var folders = TableParts.HeaderSize;
        var files = folders + (table.Folders.Length * Unsafe.SizeOf<TableFolder>());
        var order = files + (table.Count * Unsafe.SizeOf<TableFile>());
        return Words(counts, counts + (3 * sizeof(int)))
            .Concat(Words(folders, files))
            .Concat(Enumerable.Range(0, table.Count)
                .Select(file => files + (file * Unsafe.SizeOf<TableFile>()) + RawStamp.ByteCount)
                .SelectMany(names => Words(names, names + (3 * sizeof(int)))))
            .Concat(Words(order, order + (table.Count * sizeof(int))));
    }

    private static IEnumerable<int> Words(int start, int end) =>
        Enumerable.Range(0, (end - start) / sizeof(int)).Select(word => start + (word * sizeof(int)));

    [Fact]
    public async Task A_damaged_index_is_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        _workspace.Write("src/a", "1");
        _workspace.Write("src/ü", "2");
        await CaptureAsync();
        var sound = await File.ReadAllBytesAsync(_layout.StatIndex, Token);

        Assert.Equal(2, FileTable.Parse(sound).Count);
        for (var i = 0; i < sound.Length; i++)
        {
            var flipped = sound.ToArray();
            flipped[i] ^= 0x55;
            Assert.Same(FileTable.Empty, FileTable.Parse(flipped));
            Assert.Same(FileTable.Empty, FileTable.Parse(sound[..i]));
        }
    }

    private async Task<SnapshotId> CaptureAsync()
    {
        var capture = new SnapshotCapture(_layout, new TrackingRules(null, [], []), new DurableFiles(), SnapshotTrust.Stat, _clock);
        _clock.IsWriting = false;
        var found = await capture.CaptureAsync(Token);
        _clock.IsWriting = true;
        capture.Remember();
        return found.Manifest.SnapshotId;
    }
}
