using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

public sealed class ComparingSnapshots
{
    [Fact]
    public async Task Compares_the_workspace_with_the_last_snapshot_or_with_one_that_is_named()
    {
        using var workspace = new WorkspaceUnderTest();
        var first = (await TakeAsync(workspace)).Id;
        workspace.Write("specs/b.md", "b");
        var second = await TakeAsync(workspace);
        workspace.Write("specs/c.md", "c");

        var sinceLast = await TakeAsync(workspace);
        workspace.Write("specs/a.md", "changed");
        var sinceFirst = await TakeAsync(workspace, first.ToString());

        Assert.Equal(first, second.PreviousId);
        Assert.Equal(["specs/c.md"], sinceLast.Difference!.Added.Select(path => path.ToString()));
        Assert.Equal(first, sinceFirst.PreviousId);
        Assert.Equal(["specs/b.md", "specs/c.md"], sinceFirst.Difference!.Added.Select(path => path.ToString()));
        Assert.Equal(["specs/a.md"], sinceFirst.Difference.Changed.Select(path => path.ToString()));
    }

    [Fact]
    public async Task Leaves_an_index_behind_though_there_was_no_folder_for_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        using var workspace = new WorkspaceUnderTest();

        await TakeAsync(workspace);

        Assert.True(File.Exists(workspace.Layout.StatIndex));
    }

    [Fact]
    public async Task Reads_no_manifest_where_the_same_content_or_the_last_index_says_what_it_holds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        using var workspace = new WorkspaceUnderTest();
        var first = await TakeAsync(workspace);
        await File.WriteAllTextAsync(first.ManifestPath, "torn", CancellationToken.None);

        var same = await TakeAsync(workspace);
        workspace.Write("specs/b.md", "b");
        var changed = await TakeAsync(workspace);

        Assert.True(same is { Difference.IsEmpty: true } && same.PreviousId == first.Id);
        Assert.Equal("torn", await File.ReadAllTextAsync(first.ManifestPath, CancellationToken.None));
        Assert.Equal((first.Id, "specs/b.md"), (changed.PreviousId, Assert.Single(changed.Difference!.Added).ToString()));
    }

    [Fact]
    public async Task Reads_the_last_manifest_where_the_index_is_of_another_content()
    {
        using var workspace = new WorkspaceUnderTest();
        var first = await TakeAsync(workspace);
        workspace.Write("specs/b.md", "b");
        var second = await TakeAsync(workspace);
        File.SetLastWriteTimeUtc(first.ManifestPath, File.GetLastWriteTimeUtc(second.ManifestPath).AddMinutes(1));
        workspace.Write("specs/c.md", "c");

        var third = await TakeAsync(workspace);

        Assert.Equal(first.Id, third.PreviousId);
        Assert.Equal(["specs/b.md", "specs/c.md"], third.Difference!.Added.Select(path => path.ToString()));
    }

    [Fact]
    public async Task Compares_any_two_and_writes_nothing()
    {
        using var workspace = new WorkspaceUnderTest();
        var first = (await TakeAsync(workspace)).Id;
        workspace.Delete("specs/a.md");
        var second = (await TakeAsync(workspace)).Id;
        workspace.Write("specs/z.md", "z");

        var back = workspace.Open().Snapshots.Of(second.ToString(), first.ToString());

        Assert.Equal(["specs/a.md"], back.Difference!.Added.Select(path => path.ToString()));
        Assert.Equal(2, Directory.GetFiles(workspace.Layout.SnapshotsFolder).Length);
    }

    [Fact]
    public async Task Names_the_nearest_when_one_is_not_there()
    {
        using var workspace = new WorkspaceUnderTest();
        var id = (await TakeAsync(workspace)).Id.ToString();
        var altered = id[..^1] + (id[^1] == '0' ? '1' : '0');

        Assert.All([id[..9], altered], wrong =>
        {
            var refusal = Assert.Throws<LorchException>(() => workspace.Open().Snapshots.Of(wrong, id));
            Assert.Equal(DiagnosticCode.SnapshotNotFound, refusal.Diagnostic.Code);
            Assert.Contains($"Did you mean '{id}'?", refusal.Diagnostic.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("snap-000000000000", true, "The newest are snap-")]
    [InlineData("yesterday", false, "no snapshots at all")]
    public async Task Says_what_there_is_when_none_is_near(string wrong, bool isTaken, string expected)
    {
        using var workspace = new WorkspaceUnderTest();
        if (isTaken)
        {
            await TakeAsync(workspace);
        }

        var refusal = await Assert.ThrowsAsync<LorchException>(() => TakeAsync(workspace, wrong));

        Assert.Contains(expected, refusal.Diagnostic.Message, StringComparison.Ordinal);
    }

    private static Task<SnapshotResult> TakeAsync(WorkspaceUnderTest workspace, string? from = null) =>
        workspace.Open().Snapshots.WithNowAsync(from, CancellationToken.None);
}
