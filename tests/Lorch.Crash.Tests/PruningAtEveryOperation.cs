using System.Globalization;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>A prune ends at each of its durable operations.</summary>
public sealed class PruningAtEveryOperation(ITestOutputHelper output)
{
    private const int Deeds = 8;

    [LongSet]
    [Fact]
    public async Task Does_no_harm_and_the_next_one_finishes_it()
    {
        using var start = new PrunedHistory(RandomSeed.Choose(otherwise: 3));
        await start.LiveAsync(Deeds);
        await start.AddWhatNothingNeedsAsync();
        var request = new PruneRequest { Keep = 1 };
        var (operations, expected, story) = await UndisturbedAsync(start, request);
        Assert.Contains(
            operations,
            operation => operation is { Deed: "delete" } && operation.Path.StartsWith("events/", StringComparison.Ordinal));
        Assert.Contains(
            operations,
            operation => operation is { Deed: "delete" } && operation.Path.StartsWith("snapshots/", StringComparison.Ordinal));

        var problems = new List<string>();
        var points = Enumerable.Range(1, operations.Count)
            .SelectMany(
                number => (CrashPoint[])[
                    new(number, Side.Before, Loss.Everything),
                    new(number, Side.After, Loss.Nothing),
                    new(number, Side.After, Loss.Everything)
                ])
            .ToList();
        foreach (var point in Thoroughness.Select(points, every: 20))
        {
            using var history = start.Copy();
            await PruneUntilAsync(history, request, point);
            using (var interrupted = history.Copy())
            {
                problems.AddRange(Differences(story, await interrupted.GoOnAsync()).Select(problem => $"{point}: {problem}"));
            }

            await history.PruneAsync(request);
            problems.AddRange(
                Differences(
                    expected,
                    [.. history.Records.Keys.Order(StringComparer.Ordinal)]).Select(problem => $"{point}, and pruned again: {problem}"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{operations.Count} operations, {points.Count} points"));
        Thoroughness.AssertNone(problems, output);
    }

    private static async Task<(IReadOnlyList<FileOperation> Operations, IReadOnlyList<string> Left, IReadOnlyList<string> Story)> UndisturbedAsync(
        PrunedHistory start,
        PruneRequest request)
    {
        using var history = start.Copy();
        using var untouched = start.Copy();
        var files = new CrashingFiles(history.Workspace.Root, new UnsyncedChanges());
        history.Workspace.Files = files;
        await history.PruneAsync(request);
        return (files.Operations, [.. history.Records.Keys.Order(StringComparer.Ordinal)], await untouched.GoOnAsync());
    }

    private static async Task PruneUntilAsync(PrunedHistory history, PruneRequest request, CrashPoint point)
    {
        history.Workspace.Files = new CrashingFiles(history.Workspace.Root, new UnsyncedChanges(), point);
        await Assert.ThrowsAsync<SimulatedCrashException>(() => history.PruneAsync(request));
        history.Workspace.Files = new CrashingFiles(history.Workspace.Root, new UnsyncedChanges());
    }

    private static IEnumerable<string> Differences(IReadOnlyList<string> expected, IReadOnlyList<string> found) =>
        expected.Except(found).Select(line => $"missing: {line}").Concat(found.Except(expected).Select(line => $"not expected: {line}"));
}
