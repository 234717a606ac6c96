using CsCheck;
using Lorch.Core.Hashing;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Snapshots;

/// <summary>The stat index: it saves reading, and never changes what a snapshot says.</summary>
public sealed class RememberingDigests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();
    private readonly WorkspaceLayout _layout;
    private readonly LateClock _clock = new();

    public RememberingDigests()
    {
        _layout = new WorkspaceLayout(_workspace.Root, null);
        Directory.CreateDirectory(_workspace.At("state"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Reads_nothing_again_that_is_as_it_was()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        _workspace.Write("src/a", "1");
        _workspace.Write("src/sub/b", "2");
        var first = await CaptureAsync();
        Assert.Equal(2, await CountTrustedAsync());

        _workspace.Write("src/c", "3");
        var second = await CaptureAsync();
        Assert.Equal(3, await CountTrustedAsync());

        Assert.Equal((2, 1), (first.Read, second.Read));
        Assert.Equal(await IdWithoutIndexAsync(), second.Id);
    }

    [Fact]
    public async Task Keeps_nothing_of_a_file_that_was_touched_just_before()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        _clock.Lead = TimeSpan.Zero;
        _workspace.Write("src/a", "1");

        await CaptureAsync();

        Assert.Equal(0, await CountTrustedAsync());
    }

    [Fact]
    public async Task Keeps_nothing_where_the_file_system_has_another_clock()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        _clock.LeadWhenWriting = TimeSpan.FromSeconds(2);
        _workspace.Write("src/a", "1");

        await CaptureAsync();

        Assert.False(File.Exists(_layout.StatIndex));
        Assert.Empty(Directory.EnumerateFiles(_workspace.At("state")));
    }

    [LongSet]
    [Fact]
    public async Task Is_never_fooled_by_a_file_of_the_same_size_written_in_the_same_tick()
    {
        // The clock is the real one here: whatever was written just now has to be read again.
        _clock.Lead = TimeSpan.Zero;
        var rewrites = LongTests.AreAsked ? 10_000 : 300;
        for (var i = 0; i < rewrites; i++)
        {
            var text = (i % 2 == 0 ? "even" : "odd!") + (i % 10);
            _workspace.Write("src/a", text);

            var capture = await CaptureAsync();

            Assert.Equal(Sha256Digest.Of(System.Text.Encoding.ASCII.GetBytes(text)), capture.Files.Single().Sha256);
        }
    }

    [Fact]
    public async Task A_file_restored_with_its_old_time_and_size_is_read_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        var file = _workspace.Write("src/a", "1");
        var time = File.GetLastWriteTimeUtc(file);
        await CaptureAsync();

        WaitForTheNextTick();
        _workspace.Write("src/a", "2");
        File.SetLastWriteTimeUtc(file, time);
        var capture = await CaptureAsync();

        Assert.Equal(time, File.GetLastWriteTimeUtc(file));
        Assert.Equal(Sha256Digest.Of("2"u8), capture.Files.Single().Sha256);
    }

    [LongSet]
    [Fact]
    public void Gives_the_same_id_with_and_without_it_whatever_is_edited() =>
        Gen.Int[0, 8].Select(Gen.Int[0, 5], Gen.Int[0, 5]).Array[1, 6].Sample(
            edits =>
            {
                foreach (var (kind, one, other) in edits)
                {
                    WaitForTheNextTick();
                    Edit(kind, $"src/{one % 2}/{one}", $"src/{other % 2}/{other}");
                    var capture = CaptureAsync().GetAwaiter().GetResult();
                    if (capture.Id != IdWithoutIndexAsync().GetAwaiter().GetResult())
                    {
                        return false;
                    }
                }

                return true;
            },
            iter: LongTests.AreAsked ? 800 : 60,
            threads: 1);

    [LongSet]
    [Fact]
    public void Gives_the_same_id_with_and_without_it_whatever_is_edited_in_one_tick()
    {
        // The clock is the real one here, and nothing waits for its ticks.
        _clock.Lead = TimeSpan.Zero;
        Gen.Int[0, 8].Select(Gen.Int[0, 5], Gen.Int[0, 5]).Array[1, 6].Sample(
            edits =>
            {
                foreach (var (kind, one, other) in edits)
                {
                    Edit(kind, $"src/{one % 2}/{one}", $"src/{other % 2}/{other}");
                    if (CaptureAsync().GetAwaiter().GetResult().Id != IdWithoutIndexAsync().GetAwaiter().GetResult())
                    {
                        return false;
                    }
                }

                return true;
            },
            iter: LongTests.AreAsked ? 800 : 60,
            threads: 1);
    }

    [Fact]
    public async Task Content_alone_counts_where_lorch_json_says_so()
    {
        _workspace.Write("src/a", "1");
        await CaptureAsync();

        await CaptureAsync(SnapshotTrust.Content);
        var capture = new SnapshotCapture(_layout, new TrackingRules(null, [], []), new DurableFiles(), SnapshotTrust.Content, _clock);
        File.Delete(_layout.StatIndex);
        await capture.CaptureAsync(Token);
        capture.Remember();

        Assert.False(File.Exists(_layout.StatIndex));
    }

    /// <summary>
    /// The clock of these tests runs ahead so that files seem old; within one tick that would be a lie which no index can see through.
    /// </summary>
    private void WaitForTheNextTick()
    {
        var probe = _workspace.At("state/probe");
        File.WriteAllText(probe, "");
        var before = FileStamp.OfEntry(probe)!.Value.TouchedAt;
        while (OperatingSystem.IsLinux() && FileStamp.OfEntry(probe)!.Value.TouchedAt == before)
        {
            // This, too, stamps the file, for less than writing it does.
            File.SetLastWriteTimeUtc(probe, DateTime.UnixEpoch);
        }

        File.Delete(probe);
    }

    private void Edit(int kind, string path, string other)
    {
        var (at, from) = (_workspace.At(path), _workspace.At(other));
        switch (kind)
        {
            case 0:
                _workspace.Write(path, "one");
                break;
            case 1:
                _workspace.Write(path, "two");
                break;
            case 2 when File.Exists(at):
                File.SetLastWriteTimeUtc(at, DateTime.UnixEpoch);
                break;
            case 3 when File.Exists(from):
                Directory.CreateDirectory(Path.GetDirectoryName(at)!);
                File.Move(from, at, overwrite: true);
                break;
            case 4 when File.Exists(at):
                File.Delete(at);
                break;
            case 5 when File.Exists(at) && !OperatingSystem.IsWindows():
                File.Delete(at);
                File.CreateSymbolicLink(at, "elsewhere");
                break;
            case 7 when File.Exists(at) && File.Exists(from) && at != from:
                File.Move(at, at + "~");
                File.Move(from, at);
                File.Move(at + "~", from);
                break;
            case 8 when Directory.Exists(Path.GetDirectoryName(at)):
                var inner = Path.Join(Path.GetDirectoryName(at), "inner");
                if (Directory.Exists(Path.Join(inner, "inner", "inner")))
                {
                    Directory.Delete(inner, recursive: true);
                    break;
                }

                Directory.Move(Path.GetDirectoryName(at)!, _workspace.At("src/moved"));
                Directory.CreateDirectory(Path.GetDirectoryName(at)!);
                Directory.Move(_workspace.At("src/moved"), inner);
                break;
            case 6 when File.Exists(at) && new FileInfo(at).LinkTarget is null:
                var (time, size) = (File.GetLastWriteTimeUtc(at), new FileInfo(at).Length);
                File.WriteAllBytes(at, [.. Enumerable.Repeat((byte)'x', (int)size)]);
                File.SetLastWriteTimeUtc(at, time);
                break;
            default:
                break;
        }
    }

    private async Task<Captured> CaptureAsync(SnapshotTrust trust = SnapshotTrust.Stat)
    {
        var capture = new SnapshotCapture(_layout, new TrackingRules(null, [], []), new DurableFiles(), trust, _clock);
        _clock.IsWriting = false;
        var found = await capture.CaptureAsync(Token);
        _clock.IsWriting = true;
        capture.Remember();
        return new Captured(found.Manifest.SnapshotId, found.Manifest.Files, found.FilesRead);
    }

    private async Task<SnapshotId> IdWithoutIndexAsync() =>
        (await new SnapshotCapture(
            _layout,
            new TrackingRules(null, [], []),
            new DurableFiles(),
            SnapshotTrust.Content,
            _clock).CaptureAsync(Token)).Manifest.SnapshotId;

    private async Task<FileTable> IndexAsync() =>
        File.Exists(_layout.StatIndex) ? FileTable.Parse(await File.ReadAllBytesAsync(_layout.StatIndex, Token)) : FileTable.Empty;

    /// <summary>Counts the files that the index knows again by their stamps.</summary>
    private async Task<int> CountTrustedAsync() => (await IndexAsync()).Files.ToArray().Count(file => file.Trust is FileTrust.Stamp);

    private sealed record Captured(SnapshotId Id, IReadOnlyList<ManifestFile> Files, int Read);
}
