using Lorch.Core;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>
/// A run is cancelled at each of its durable operations. Unlike a crash, that is an end with a word of its own in the ledger.
/// </summary>
public sealed class CancelledAtEveryOperation(ITestOutputHelper output)
{
    private const int Every = 5;

    [LongSet]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Is_recorded_once_the_run_has_begun_and_nothing_is_worked_twice(bool goesOn)
    {
        using var undisturbed = OnModelDisk();
        var operations = await CancelAsync(undisturbed, goesOn, new CrashPoint(0, Side.Before, Loss.Nothing), []);
        var expected = FinishedWork.Of(undisturbed, await undisturbed.RunAsync());
        List<CrashPoint> points = [.. Enumerable.Range(1, operations.Count)
            .SelectMany(
                number => new[] { new CrashPoint(number, Side.Before, Loss.Nothing), new CrashPoint(number, Side.After, Loss.Nothing) })];

        var problems = new List<string>();
        foreach (var point in Thoroughness.Select(points, Every))
        {
            using var workspace = OnModelDisk();
            var found = new List<string>();
            await CancelAsync(workspace, goesOn, point, found);
            await FinishAsync(workspace, expected, found);
            problems.AddRange(found.Select(problem => $"{point} ({operations[point.Operation - 1]}): {problem}"));
        }

        output.WriteLine($"{operations.Count} operations");
        Thoroughness.AssertNone(problems, output);
    }

    /// <summary>Works the task until it is cancelled at a point; says what is missing in the ledger and in the result.</summary>
    private static async Task<IReadOnlyList<string>> CancelAsync(
        WorkspaceUnderTest workspace,
        bool goesOn,
        CrashPoint point,
        List<string> problems)
    {
        if (goesOn)
        {
            await InterruptAsync(workspace);
        }

        var before = Interruptions(workspace);
        using var cancellation = new CancellationTokenSource();
        var (files, wholeFiles) = (new CancellingFiles(workspace.Files, point, cancellation), workspace.Files);
        (workspace.Files, workspace.Agents.Answer) = (files, command => AgentBehaviors.WithLoops(workspace.Agents, command));
        try
        {
            var result = await workspace.RunAsync(cancellationToken: cancellation.Token);
            if (result.Outcome is RunOutcome.Interrupted
                && (Interruptions(workspace) != before + 1 || result.Diagnostics.All(said => said.Code != DiagnosticCode.RunInterrupted)))
            {
                problems.Add(
                    $"the ledgers have {Interruptions(workspace) - before} interruptions, and the result "
                        + $"says {string.Join(' ', result.Diagnostics.Select(said => said.Code))}");
            }
        }
        catch (OperationCanceledException) when (workspace.RunIds.Count == (goesOn ? 1 : 0) && !HasBegun(workspace, goesOn))
        {
            // Nothing of a run can be seen yet.
        }
        finally
        {
            workspace.Files = wholeFiles;
        }

        return files.Operations;
    }

    private static WorkspaceUnderTest OnModelDisk()
    {
        var workspace = new WorkspaceUnderTest();
        workspace.Files = new CrashingFiles(workspace.Root, new UnsyncedChanges());
        return workspace;
    }

    private static async Task InterruptAsync(WorkspaceUnderTest workspace)
    {
        using var cancellation = new CancellationTokenSource();
        workspace.Agents.Answer = _ =>
        {
            cancellation.Cancel();
            return [];
        };
        await workspace.RunAsync(cancellationToken: cancellation.Token);
    }

    private static async Task FinishAsync(WorkspaceUnderTest workspace, FinishedWork expected, List<string> problems)
    {
        var received = workspace.Agents.Received.Count;
        var proven = workspace.Receipts().Select(receipt => receipt.IdempotencyKey).ToHashSet();
        var result = await workspace.RunAsync();
        problems.AddRange(expected.DifferencesFrom(FinishedWork.Of(workspace, result)));
        problems.AddRange(workspace.Agents.Received.Skip(received).Where(command => proven.Contains(command.IdempotencyKey))
            .Select(command => $"{command.Action} {command.IdempotencyKey} was worked again although it had a receipt"));
    }

    private static bool HasBegun(WorkspaceUnderTest workspace, bool goesOn) =>
        workspace.RunIds.Any(
            run => workspace.Events(run).Last(said => said != "system.snapshot_drift") != (goesOn ? "system.run_interrupted" : ""));

    private static int Interruptions(WorkspaceUnderTest workspace) =>
        workspace.RunIds.Sum(run => workspace.Events(run).Count(said => said == "system.run_interrupted"));
}
