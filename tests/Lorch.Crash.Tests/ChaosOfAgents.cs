using System.Globalization;
using Lorch.Core;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Crash.Tests;

/// <summary>
/// Agents do anything at random: each run ends completed or failed, with a reason that has a code, and good agents can go on from there.
/// </summary>
public sealed class ChaosOfAgents(ITestOutputHelper output)
{
    private const int DefaultSeeds = 40;
    private const int AllSeeds = 800;

    [LongSet]
    [Fact]
    public async Task Ends_in_order()
    {
        var seeds = Thoroughness.Seed is { } one ? [one] : Enumerable.Range(1, Thoroughness.IsComplete ? AllSeeds : DefaultSeeds);
        var problems = new List<string>();
        var endings = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var seed in seeds)
        {
            var (story, ending, found) = await LiveAsync(seed);
            endings[ending] = endings.GetValueOrDefault(ending) + 1;
            problems.AddRange(
                found.Select(problem => string.Create(CultureInfo.InvariantCulture, $"LORCH_SEED={seed} ({story}): {problem}")));
        }

        output.WriteLine($"{seeds.Count()} seeds: {string.Join(", ", endings.Select(ending => $"{ending.Value} {ending.Key}"))}");
        Thoroughness.AssertNone(problems, output);
    }

    private static async Task<(string Story, string Ending, IReadOnlyList<string> Problems)> LiveAsync(int seed)
    {
        var chance = new Random(seed);
        var clock = new ImpatientClock();
        using var workspace = new WorkspaceUnderTest { Clock = clock };
        workspace.Files = new CrashingFiles(workspace.Root, new UnsyncedChanges());
        workspace.Configure(
            [WorkspaceUnderTest.OneTask],
            $$"""{"max_iterations":{{1 + chance.Next(3)}},"max_restarts":{{chance.Next(6)}},"retry":{"max_attempts":{{1 + chance.Next(4)}} } }""");
        var misbehaving = new MisbehavingAgents(workspace.Agents, workspace.Root, clock, chance);
        workspace.Agents.Answer = misbehaving.Answer;
        workspace.Agents.LeavesAfter = _ => chance.Next(8) == 0;

        // A run that hangs is interrupted, and the problem says its seed.
        using var guard = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var result = await workspace.RunAsync(cancellationToken: guard.Token);
        var problems = ProblemsOf(workspace, result).Concat(await DamageAsync(workspace)).ToList();

        workspace.Agents.Answer = command => workspace.Agents.Play(command);
        var again = await workspace.RunAsync(cancellationToken: guard.Token);
        if (again.Outcome is not (RunOutcome.Completed or RunOutcome.UpToDate))
        {
            problems.Add($"with good agents it ends as {again.Outcome}: {string.Join("; ", again.Diagnostics)}");
        }

        problems.AddRange(await DamageAsync(workspace));
        var ending = result.Outcome is RunOutcome.Failed ? CodeOf(result) ?? "without a code" : result.Outcome.ToString();
        return (string.Join(' ', misbehaving.Story), ending, problems);
    }

    private static IEnumerable<string> ProblemsOf(WorkspaceUnderTest workspace, RunResult result)
    {
        var last = (Event)workspace.Ledger(result.RunId!.Value)[^1];
        switch (result.Outcome)
        {
            case RunOutcome.Completed when last.Name is not EventName.Recorded:
            case RunOutcome.Failed when last.Name is not EventName.RunFailed:
                yield return $"it ended as {result.Outcome}, its ledger with {last.Name.WireName}";
                break;
            case RunOutcome.Failed when CodeOf(result) is null:
                yield return "it failed without a code";
                break;
            case RunOutcome.Completed or RunOutcome.Failed:
                break;
            default:
                yield return $"it ended as {result.Outcome}";
                break;
        }
    }

    private static string? CodeOf(RunResult result) =>
        result.Diagnostics.LastOrDefault(diagnostic => diagnostic.Severity is DiagnosticSeverity.Error)?.Code;

    private static async Task<IEnumerable<string>> DamageAsync(WorkspaceUnderTest workspace) =>
        (await workspace.Open().VerifyAsync(CancellationToken.None)).Diagnostics
            .Where(diagnostic => diagnostic.Severity is DiagnosticSeverity.Error)
            .Select(diagnostic => $"{diagnostic.Code} {diagnostic.Message}");

    /// <summary>
    /// Stands still but for waits between attempts, which it lets pass at once. A deadline passes when an agent's misbehaving says so.
    /// </summary>
    private sealed class ImpatientClock() : FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56))
    {
        private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime > TimeSpan.Zero && dueTime <= LongestWait)
            {
                Advance(dueTime);
            }

            return timer;
        }
    }
}
