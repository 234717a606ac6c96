using System.Globalization;
using System.Text;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Snapshots;

/// <summary>Trees at the limits of what file systems hold.</summary>
public sealed class LargeAndOddTrees : IDisposable
{
    private readonly TemporaryWorkspace _workspace = TemporaryWorkspace.InMemory();

    private static int Many => LongTests.AreAsked ? 100_000 : 10_000;

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData('n', 255)]
    [InlineData('ü', 127)]
    [InlineData('語', 85)]
    public async Task Names_of_255_bytes_are_held(char letter, int count)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows counts names in UTF-16.");
        var name = new string(letter, count);
        Assert.InRange(Encoding.UTF8.GetByteCount(name), 254, 255);
        _workspace.Write($"src/{name}/{name}", "abc");
        _workspace.Write($"src/{name}/{name[1..]}", "abc");

        var first = await CaptureAsync();
        var second = await CaptureAsync();

        Assert.Equal([$"src/{name[1..]}", $"src/{name}"], first.Files.Select(file => $"src/{Path.GetFileName(file.Path.ToString())}"));
        Assert.Equal(first.SnapshotId, second.SnapshotId);
    }

    [LongSet]
    [Fact]
    public async Task Ten_thousand_files_in_one_folder_a_hundred_thousand_in_the_long_set()
    {
        var folder = _workspace.At("src/many");
        Directory.CreateDirectory(folder);
        Parallel.For(0, Many, i => File.WriteAllText(Path.Join(folder, string.Create(CultureInfo.InvariantCulture, $"{i:x}.txt")), ""));

        var first = await CaptureAsync();
        _workspace.Write("src/many/0.txt", "changed");
        var second = await CaptureAsync();

        Assert.Equal(Many, first.Files.Count);
        Assert.Equal(["src/many/0.txt"], ManifestDifference.Between(first.Files, second.Files).Changed.Select(path => path.ToString()));
    }

    private async Task<Manifest> CaptureAsync()
    {
        var layout = new WorkspaceLayout(_workspace.Root, null);
        var capture = new SnapshotCapture(
            layout,
            new TrackingRules(null, [], []),
            new DurableFiles(),
            SnapshotTrust.Stat,
            TimeProvider.System);
        var manifest = (await capture.CaptureAsync(TestContext.Current.CancellationToken)).Manifest;
        capture.Remember();
        return manifest;
    }
}
