using System.Globalization;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>A person's word ends at each of its durable operations, while a run of the task is open.</summary>
public sealed class AcceptingAtEveryOperation(ITestOutputHelper output)
{
    [LongSet]
    [Fact]
    public async Task Is_said_or_not_said_and_saying_it_again_finishes_it()
    {
        var operations = await UndisturbedAsync();
        Assert.Contains(operations, operation => operation is { Deed: "append" });
        var points = Enumerable.Range(1, operations.Count)
            .SelectMany(number => (CrashPoint[])
            [
                new(number, Side.Before, Loss.Everything),
                new(number, Side.After, Loss.Nothing),
                new(number, Side.After, Loss.HalfOfAppends),
                new(number, Side.After, Loss.Everything),
            ])
            .ToList();

        var (problems, tried) = (new List<string>(), 0);
        foreach (var point in Thoroughness.Select(points, every: 4))
        {
            problems.AddRange(
                (await SayAgainAsync(point)).Concat(await HaveItWorkedAsync(point))
                    .Select(problem => $"{point} ({operations[point.Operation - 1]}): {problem}"));
            tried++;
        }

        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{operations.Count} operations, {points.Count} points, {tried} tried"));
        Thoroughness.AssertNone(problems, output);
    }

    private static async Task<IReadOnlyList<FileOperation>> UndisturbedAsync()
    {
        using var workspace = await StartAsync();
        var files = new CrashingFiles(workspace.Root, new UnsyncedChanges());
        workspace.Files = files;
        await workspace.AcceptAsync();
        return files.Operations;
    }

    private static async Task<IReadOnlyList<string>> SayAgainAsync(CrashPoint point)
    {
        using var workspace = await StartAsync();
        await AcceptUntilAsync(workspace, point);
        var began = workspace.Agents.Started;

        await workspace.AcceptAsync();
        var result = await workspace.RunAsync();

        return
        [
            .. result.Outcome is RunOutcome.UpToDate ? [] : new[] { $"said again, the task ended {result.Outcome}" },
            .. workspace.Agents.Started == began ? [] : new[] { "an agent was started" },
            .. workspace.Read("src/hello.txt") == "by hand\n" ? [] : new[] { "the work was overwritten" },
            .. new WorkspaceInvariants(workspace).Problems(),
        ];
    }

    private static async Task<IReadOnlyList<string>> HaveItWorkedAsync(CrashPoint point)
    {
        using var workspace = await StartAsync();
        await AcceptUntilAsync(workspace, point);
        workspace.Agents.Answer = command => workspace.Agents.Play(command);

        var wasSaid = (await workspace.JudgeAsync()).IsUpToDate;
        var result = await workspace.RunAsync();
        var again = await workspace.RunAsync();

        return
        [
            .. result.Outcome == (wasSaid ? RunOutcome.UpToDate : RunOutcome.Completed)
                ? []
                : new[] { $"judged {(wasSaid ? "done" : "stale")}, the task ended {result.Outcome}" },
            .. again.Outcome is RunOutcome.UpToDate ? [] : new[] { $"one more run ended {again.Outcome}" },
            .. new WorkspaceInvariants(workspace).Problems(),
        ];
    }

    /// <summary>A task whose run failed, and which a person finished.</summary>
    private static async Task<WorkspaceUnderTest> StartAsync()
    {
        var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => [workspace.Agents.Fail(command, "no_quota", retriable: false)];
        await workspace.RunAsync();
        workspace.Write("src/hello.txt", "by hand\n");
        return workspace;
    }

    private static async Task AcceptUntilAsync(WorkspaceUnderTest workspace, CrashPoint point)
    {
        var unsynced = new UnsyncedChanges();
        workspace.Files = new CrashingFiles(workspace.Root, unsynced, point);
        await Assert.ThrowsAsync<SimulatedCrashException>(() => workspace.AcceptAsync());
        workspace.Files = new CrashingFiles(workspace.Root, unsynced);
    }
}
