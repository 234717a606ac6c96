using System.Collections.Concurrent;
using System.Globalization;
using Lorch.Core;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Processes.Tests.Fuzzing;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Hostile;

/// <summary>
/// Real agents that misbehave by lot, at any command: each run ends completed or failed, with a reason that has a code, and good agents can
/// go on from there.
/// </summary>
[Collection(AnAgentThatTalksNonsense.Alone)]
public sealed class ChaosOfProcesses(ITestOutputHelper output)
{
    private const int DefaultSeeds = 4;
    private const int AllSeeds = 120;
    private const int Commands = 30;
    private const int AtOnce = 4;

    private static readonly IReadOnlyList<string> Modes =
        [.. Misdeeds.All.Where(misdeed => misdeed.IsPossible)
            .Where(misdeed => misdeed.Mode is not ("close_stdin" or "never_read_a_command" or "die_before_the_first_command"))
            .Select(misdeed => misdeed.Mode)
            .Distinct()];

    [LongSet]
    [Fact]
    public async Task Ends_in_order()
    {
        var first = RandomSeed.Choose(20260131);
        var count = int.TryParse(Environment.GetEnvironmentVariable("LORCH_SEED"), CultureInfo.InvariantCulture, out _)
            ? 1
            : LongTests.AreAsked ? AllSeeds : DefaultSeeds;
        var endings = new ConcurrentBag<string>();
        var problems = new ConcurrentBag<string>();

        await Parallel.ForEachAsync(
            Enumerable.Range(first, count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken },
            async (seed, _) => endings.Add(await LiveAsync(new Random(seed), problem => problems.Add($"LORCH_SEED={seed}: {problem}"))));

        output.WriteLine(
            $"{count} runs: "
                + $"{string.Join(", ", endings.CountBy(ending => ending).OrderBy(ending => ending.Key, StringComparer.Ordinal).Select(ending => $"{ending.Value} {ending.Key}"))}");
        Assert.Empty(problems);
        Assert.Equal(count, endings.Count);
    }

    private static async Task<string> LiveAsync(Random chance, Action<string> complain)
    {
        using var run = new HostileRun();
        var lot = Enumerable.Range(0, Commands).Select(_ => chance.Next(2) == 0 ? "work" : Modes[chance.Next(Modes.Count)]).ToList();
        var misdeed = new Misdeed("by_lot", "misbehaves by lot")
        {
            At = Misdeed.Anywhere,
            MaxAttempts = 1 + chance.Next(4),
            Policy = $"\"output_max_bytes\":1000000,\"max_iterations\":{1 + chance.Next(3)},\"max_restarts\":{chance.Next(6)}",
            DeadlineSeconds = 1,
            HeartbeatSeconds = 0.2,
            ReviewAsks = chance.Next(2),
        };
        run.Write(".lot", string.Join('\n', lot) + "\n");

        var result = await run.WorkAsync(misdeed);
        await ExamineAsync(run, result, problem => complain($"{problem} ({string.Join(' ', lot)})"));
        MendLinks(run);
        run.Write(".lot", "");
        var again = await run.WorkAsync(misdeed with { DeadlineSeconds = 60 });
        await ExamineAsync(run, again, problem => complain($"with good agents {problem} ({string.Join(' ', lot)})"));
        if (again.Outcome is not (RunOutcome.Completed or RunOutcome.UpToDate))
        {
            complain($"with good agents it ends as {again.Outcome}: {string.Join("; ", again.Diagnostics)} ({string.Join(' ', lot)})");
        }

        return result.Outcome is RunOutcome.Failed ? CodeOf(result)! : result.Outcome.ToString();
    }

    /// <summary>A link that leads out of the workspace fails the next snapshot (LORCH2004), until somebody deletes it.</summary>
    private static void MendLinks(HostileRun run)
    {
        var artifact = Path.Join(run.Layout.WorkspaceRoot, "src", "hello.txt");
        if (new FileInfo(artifact).LinkTarget is not null)
        {
            File.Delete(artifact);
        }
        else if (Directory.Exists(artifact))
        {
            // One misdeed makes a folder of it, and the next a link in that.
            foreach (var link in new DirectoryInfo(artifact).EnumerateFileSystemInfos().Where(entry => entry.LinkTarget is not null))
            {
                link.Delete();
            }
        }
    }

    private static async Task ExamineAsync(HostileRun run, RunResult result, Action<string> complain)
    {
        var last = result.LedgerPath is null ? null : (run.Ledger(result)[^1] as Event)?.Name;
        if (result.Outcome is RunOutcome.Failed ? last is not EventName.RunFailed || CodeOf(result) is null
            : result.Outcome is not (RunOutcome.Completed or RunOutcome.UpToDate) || (last is not null and not EventName.Recorded))
        {
            complain($"it ended as {result.Outcome} with the code {CodeOf(result)}, its ledger with {last}");
        }

        foreach (var process in await run.ProcessesThatStayAsync())
        {
            complain($"it left {process}");
        }

        foreach (var damage in (await run.VerifyAsync()).Diagnostics.Where(diagnostic => diagnostic.Severity is DiagnosticSeverity.Error))
        {
            complain($"it left {damage.Code}: {damage.Message}");
        }
    }

    private static string? CodeOf(RunResult result) =>
        result.Diagnostics.LastOrDefault(diagnostic => diagnostic.Severity is DiagnosticSeverity.Error)?.Code;
}
