using System.Globalization;
using Lorch.Core.Hashing;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Verdicts;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Snapshots.Scanning;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

public sealed class JudgingManyTasks
{
    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public async Task Takes_one_scan_whatever_their_number(int count)
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure(Enumerable.Range(1, count).Select(TaskText), snapshot: """{"trust":"content"}""");
        workspace.Write("src/b", "b");
        workspace.Write("src/c", "c");
        var reads = 0;
        workspace.Scanning = new ScanSettings { BetweenLooks = () => Interlocked.Increment(ref reads) };

        var opened = workspace.Open();
        var verdicts = await opened.JudgeAsync(opened.Select([]), WorkMode.WhenStale, TestContext.Current.CancellationToken);

        // Where content alone is trusted, a scan reads each of the three files once.
        Assert.Equal(count, verdicts.Count);
        Assert.Equal(3, reads);
    }

    [Fact]
    public async Task Takes_one_scan_although_only_one_of_them_is_forced()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([TaskText(1), TaskText(2)], snapshot: """{"trust":"content"}""");
        var reads = 0;
        workspace.Scanning = new ScanSettings { BetweenLooks = () => Interlocked.Increment(ref reads) };

        var opened = workspace.Open();
        var verdicts = await opened.JudgeAsync(
            opened.Select([]),
            id => id == TaskId.Parse("T-2") ? WorkMode.Force : WorkMode.WhenStale,
            TestContext.Current.CancellationToken);

        Assert.Contains("mode whenstale", verdicts[0].KeyText, StringComparison.Ordinal);
        Assert.Contains("mode force", verdicts[1].KeyText, StringComparison.Ordinal);
        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task Parses_the_manifest_once_that_one_after_the_other_began_from()
    {
        using var workspace = new WorkspaceUnderTest();
        var store = new ManifestStore(workspace.Layout, workspace.Files);
        var first = await SaveAsync(store, "src/a");
        var second = await SaveAsync(store, "src/b");
        var manifests = new LastManifest(store);

        var parsed = new[] { first, first, second, first }.Select(manifests.TryLoad).ToList();

        Assert.Equal([first, first, second, first], parsed.Select(manifest => manifest!.SnapshotId));
        Assert.Same(parsed[0], parsed[1]);
        Assert.NotSame(parsed[0], parsed[3]);
    }

    private static async Task<SnapshotId> SaveAsync(ManifestStore store, string path)
    {
        var file = new ManifestFile
        {
            Path = RelativePath.Parse(path),
            Sha256 = Sha256Digest.Of("abc"u8),
            Size = 3,
            Mtime = DateTimeOffset.UnixEpoch,
        };
        var manifest = Manifest.Create([file], DateTimeOffset.UnixEpoch);
        await store.SaveAsync(manifest, TestContext.Current.CancellationToken);
        return manifest.SnapshotId;
    }

    private static string TaskText(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"id":"T-{{number}}","goal":"greet","inputs":["specs/**","src/{{number}}*"],"expected_outputs":[{"path":"out/{{number}}"}]}""");
}
