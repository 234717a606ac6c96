using System.Text.Json;
using Lorch.Core.Runs.Records;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>What holds of every prune, whatever came before it.</summary>
[LongSet]
public sealed class LawsOfPruning
{
    private static int Histories => LongTests.AreAsked ? 25 : 3;

    [Fact]
    public async Task It_changes_nothing_of_what_is_told_resumed_or_worked_afterwards() => await ForEachAsync(async history =>
    {
        using var untouched = history.Copy();

        await history.PruneAsync(history.RandomRequest());

        Assert.Equal(await untouched.GoOnAsync(), await history.GoOnAsync());
    });

    [Fact]
    public async Task It_leaves_receipts_open_runs_and_an_index_that_is_right() => await ForEachAsync(async history =>
    {
        var workspace = history.Workspace;
        var receipts = PrunedHistory.Contents(workspace, "receipts");
        var open = (await workspace.Open().StatusAsync(CancellationToken.None)).Tasks.Select(task => task.Run?.RunId)
            .OfType<RunId>()
            .ToList();
        var before = history.Records;

        var result = await history.PruneAsync(history.RandomRequest());

        Assert.Equal(receipts, PrunedHistory.Contents(workspace, "receipts"));
        Assert.All(
            before.Keys.Where(path => open.Any(run => path.Contains(run.ToString(), StringComparison.Ordinal))),
            path => Assert.True(File.Exists(workspace.At(path)), path));
        var index = new RunStateFile(workspace.Layout, workspace.Files, workspace.Clock).ReadIndex();
        Assert.Equal(workspace.RunIds, index.Select(run => run.RunId));
        if (workspace.RunIds.Count > 0)
        {
            Assert.Equal(workspace.RunIds[^1], StateOf(workspace).RunId);
        }

        var gone = before.Keys.Except(history.Records.Keys).Order();
        Assert.Equal(
            gone,
            result.Kinds.SelectMany(kind => kind.Files)
                .Select(file => Path.GetRelativePath(workspace.Root, file).Replace('\\', '/'))
                .Order());
    });

    [Fact]
    public async Task A_dry_run_tells_what_would_go_and_touches_nothing() => await ForEachAsync(async history =>
    {
        var request = history.RandomRequest();
        var before = history.Records;

        var told = await history.PruneAsync(request with { IsDryRun = true });
        var untouched = history.Records;
        var done = await history.PruneAsync(request);
        var again = await history.PruneAsync(request);

        Assert.Equal(before, untouched);
        Assert.Equal(done.Kinds.SelectMany(kind => kind.Files), told.Kinds.SelectMany(kind => kind.Files));
        Assert.Equal(
            done.Kinds.Select(kind => (kind.Name, kind.Bytes, kind.Needed)),
            told.Kinds.Select(kind => (kind.Name, kind.Bytes, kind.Needed)));
        Assert.Empty(again.Kinds.SelectMany(kind => kind.Files));
    });

    private static RunState StateOf(WorkspaceUnderTest workspace) =>
        JsonSerializer.Deserialize(File.ReadAllBytes(workspace.Layout.RunState), RunsJson.Default.RunState)!;

    private static async Task ForEachAsync(Func<PrunedHistory, Task> test)
    {
        var first = RandomSeed.Choose(otherwise: 1);
        for (var i = 0; i < Histories; i++)
        {
            using var history = new PrunedHistory(first + i);
            await history.LiveAsync(deeds: 4 + (i % 10));
            await history.AddWhatNothingNeedsAsync();
            try
            {
                await test(history);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"With LORCH_SEED={first + i} and {4 + (i % 10)} deeds: {exception.Message}",
                    exception);
            }
        }
    }
}
