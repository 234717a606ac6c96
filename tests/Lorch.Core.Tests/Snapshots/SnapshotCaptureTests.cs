using System.Globalization;
using Lorch.Core.Hashing;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Core.Tests.Snapshots;

public sealed class SnapshotCaptureTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 31, 9, 5, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Holds_path_digest_size_and_times()
    {
        var file = _workspace.Write("src/a.cs", "abc");
        File.SetLastWriteTimeUtc(file, new DateTime(2025, 5, 4, 3, 2, 1, 123, 456, DateTimeKind.Utc));

        var manifest = (await CaptureAsync()).Manifest;

        var expected = new ManifestFile
        {
            Path = RelativePath.Parse("src/a.cs"),
            Sha256 = Sha256Digest.Of("abc"u8),
            Size = 3,
            Mtime = new DateTimeOffset(2025, 5, 4, 3, 2, 1, 123, TimeSpan.Zero),
        };
        Assert.Equal([expected], manifest.Files);
        Assert.Equal(_clock.GetUtcNow(), manifest.CreatedAt);
        Assert.Equal("./", manifest.WorkspaceRoot);
        Assert.Equal(1, manifest.Format);
        Assert.Equal(Manifest.ComputeId([expected]), manifest.SnapshotId);
    }

    [Fact]
    public async Task Of_an_empty_workspace_is_the_id_of_nothing() =>
        Assert.Equal(Manifest.ComputeId([]), (await CaptureAsync()).Manifest.SnapshotId);

    [Fact]
    public async Task Is_the_same_for_the_same_content_elsewhere_and_later()
    {
        using var other = new TemporaryWorkspace();
        foreach (var workspace in new[] { _workspace, other })
        {
            workspace.Write("src/b", "2");
            workspace.Write("specs/a", "1");
        }

        File.SetLastWriteTimeUtc(other.At("specs/a"), DateTime.UnixEpoch);
        var first = (await CaptureAsync()).Manifest.SnapshotId;
        _clock.Advance(TimeSpan.FromDays(1));
        var layout = new WorkspaceLayout(other.Root, null);

        var second = await new SnapshotCapture(
            layout,
            new TrackingRules(null, [], []),
            new DurableFiles(),
            SnapshotTrust.Stat,
            _clock).CaptureAsync(Token);

        Assert.Equal(first, second.Manifest.SnapshotId);
    }

    [Fact]
    public async Task Changes_with_the_content_even_if_size_and_time_stay()
    {
        var file = _workspace.Write("src/a", "1");
        var time = File.GetLastWriteTimeUtc(file);
        var first = (await CaptureAsync()).Manifest;
        _workspace.Write("src/a", "2");
        File.SetLastWriteTimeUtc(file, time);

        var second = (await CaptureAsync()).Manifest;

        Assert.NotEqual(first.SnapshotId, second.SnapshotId);
        Assert.Equal(["src/a"], ManifestDifference.Between(first.Files, second.Files).Changed.Select(path => path.ToString()));
    }

    [Fact]
    public async Task Holds_any_number_of_files_in_order()
    {
        for (var i = 0; i < 300; i++)
        {
            _workspace.Write(string.Create(CultureInfo.InvariantCulture, $"src/{i % 7}/{i}"), $"{i}");
        }

        var manifest = (await CaptureAsync()).Manifest;

        Assert.Equal(300, manifest.Files.Count);
        Assert.Equal(manifest.Files.OrderBy(file => file.Path), manifest.Files);
        Assert.All(
            manifest.Files,
            file => Assert.Equal(Sha256Digest.Of(File.ReadAllBytes(_workspace.At(file.Path.ToString()))), file.Sha256));
    }

    [Fact]
    public async Task Writes_nothing()
    {
        _workspace.Write("src/a", "1");

        var result = await CaptureAsync();

        Assert.Single(result.Manifest.Files);
        Assert.Equal(["src"], Directory.GetFileSystemEntries(_workspace.Root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Stops_when_cancelled()
    {
        _workspace.Write("src/a", "1");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Capturing().CaptureAsync(new CancellationToken(canceled: true)));
    }

    private SnapshotCapture Capturing() =>
        new(new WorkspaceLayout(_workspace.Root, null), new TrackingRules(null, [], []), new DurableFiles(), SnapshotTrust.Stat, _clock);

    private Task<Capture> CaptureAsync() => Capturing().CaptureAsync(Token);
}
