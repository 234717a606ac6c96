using System.Globalization;
using Lorch.Core;
using Lorch.Core.Protocol;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>Every durable operation fails once: the disk is full, broken, or not to be written to.</summary>
public sealed class FailingOperations(ITestOutputHelper output)
{
    private static readonly Exception[] Reasons = [Fault.DiskFull, Fault.InputOutputError, Fault.AccessDenied];

    [LongSet]
    [Fact]
    public async Task End_the_run_with_a_diagnostic_and_lose_nothing()
    {
        var timeline = await Timeline.RecordAsync(() => new CrashTrial());
        var problems = new List<string>();
        var failed = 0;
        for (var number = 1; number <= timeline.Count; number += Thoroughness.IsComplete ? 1 : 4)
        {
            foreach (var reason in Thoroughness.IsComplete ? Reasons : [Reasons[number % Reasons.Length]])
            {
                using var trial = new CrashTrial();
                var losesPower = (number + failed) % 2 == 0;
                var found = (await FailAsync(trial, new Fault(number, reason), losesPower)).ToList();
                found.AddRange(await trial.FinishAsync(timeline.Work));
                problems.AddRange(
                    found.Select(problem => $"operation {number} ({timeline[number]}) fails with '{reason.Message}': {problem}"));
                failed++;
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{timeline.Count} operations, {failed} failures"));
        Thoroughness.AssertNone(problems, output);
    }

    private static async Task<IEnumerable<string>> FailAsync(CrashTrial trial, Fault fault, bool losesPower)
    {
        var failure = await trial.FailAsync(fault);
        var problems = new List<string>();
        if (failure?.Diagnostic is not { Code: DiagnosticCode.StorageFailed, File: not null } diagnostic)
        {
            problems.Add($"it ended {trial.Result?.Outcome} with {failure?.Diagnostic.Code ?? "no diagnostic"}");
        }
        else if (!diagnostic.Message.Contains(fault.Reason.Message.TrimEnd('.'), StringComparison.Ordinal))
        {
            problems.Add($"the diagnostic doesn't say why: {diagnostic.Message}");
        }

        problems.AddRange(trial.AfterFailure.Select(operation => $"the failure was followed by {operation}"));
        if (losesPower)
        {
            trial.LosePower();
        }

        if ((await trial.Workspace.JudgeAsync()).IsUpToDate && !trial.Workspace.RunIds.Any(run => IsComplete(trial, run)))
        {
            problems.Add("the task is taken for done although no ledger says so");
        }

        return problems;
    }

    private static bool IsComplete(CrashTrial trial, RunId run) =>
        trial.Workspace.Ledger(run) is [.., Event { Name: EventName.RunCompleted or EventName.Recorded }];
}
