using Lorch.Core;
using Lorch.Core.Ledgers;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Lorch.Processes.Tests.Agents;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Fuzzing;

/// <summary>
/// Whole runs with agents that write fuzzed lines before they answer, or instead: each ends completed, or failed with a coded reason.
/// </summary>
[Collection(AnAgentThatTalksNonsense.Alone)]
public sealed class RunsOfAgentsThatTalkNonsense(ITestOutputHelper output) : IRunObserver
{
    private const int LinesOfAnAgent = 30;

    private static readonly (string Type, string Action, string Terminal)[] Parts =
    [
        ("builder", "implement", """ "event":"builder.completed" """),
        ("reviewer", "review", """ "event":"review.completed","status":"approved" """),
        ("spec_maintainer", "update_spec", """ "event":"spec.no_changes_needed" """),
    ];

    private static int Runs => LongTests.AreAsked ? 200 : 3;

    void IRunObserver.Say(RunNotice notice)
    {
        // What counts is how the run ends.
    }

    [LongSet]
    [Fact]
    public async Task Complete_or_fail_with_a_code_and_leave_nothing_broken()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        var seed = RandomSeed.Choose(20260131);
        var endings = new SortedDictionary<string, int>(StringComparer.Ordinal);

        for (var number = 0; number < Runs; number++)
        {
            var ending = await RunAsync(seed, number);
            endings[ending] = endings.GetValueOrDefault(ending) + 1;
        }

        output.WriteLine($"{Runs} runs: {string.Join(", ", endings.Select(ending => $"{ending.Value} {ending.Key}"))}");
    }

    private async Task<string> RunAsync(int seed, int number)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var folder = new TemporaryWorkspace();
        Prepare(folder, new Random(unchecked(seed + number)));
        var workspace = LorchWorkspace.Open(
            new WorkspaceSettings
            {
                WorkspaceRoot = folder.Root,
                AgentHost = AgentStage.Host,
                Environment = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "" },
            },
            TimeProvider.System);

        var result = await workspace.RunAsync(new RunRequest { TaskId = TaskId.Parse("T-1") }, this, guard.Token);

        var where = $"LORCH_SEED={seed}, run {number}";
        var verified = await workspace.VerifyAsync(guard.Token);
        Assert.True(verified.IsContent, $"{where}: {string.Join(" | ", verified.Diagnostics)}");
        Assert.NotEmpty(LedgerReader.Read(result.LedgerPath!, guard.Token));
        if (result.Outcome is RunOutcome.Completed)
        {
            return "completed";
        }

        Assert.True(result.Outcome is RunOutcome.Failed, $"{where}: {result.Outcome}");
        var error = Assert.Single(result.Diagnostics, diagnostic => diagnostic.Severity is DiagnosticSeverity.Error);
        Assert.Matches("^LORCH[34][0-9]{3}$", error.Code);
        return error.Code;
    }

    /// <summary>Each attempt of each agent has lines of its own: valid ones, a few fuzzed ones, mostly an answer at the end.</summary>
    private static void Prepare(TemporaryWorkspace folder, Random random)
    {
        folder.Write("specs/a.md", "# A\n");
        folder.Write("src/hello.txt", "hello\n");
        folder.Write("lorch.json", """
            {"version":"1.0","policy":{"retry":{"max_attempts":3,"backoff":{"initial_ms":1,"max_ms":2}},"max_restarts":20},
             "agents":{
               "builder":{"cmd":["sh","agent.sh","builder"],"timeouts_s":{"implement":20,"implement_changes":20}},
               "reviewer":{"cmd":["sh","agent.sh","reviewer"],"timeouts_s":{"review":20}},
               "spec_maintainer":{"cmd":["sh","agent.sh","spec_maintainer"],"timeouts_s":{"update_spec":20}}},
             "tasks":[{"id":"T-1","goal":"greet","inputs":["specs/**"],"expected_outputs":[{"path":"src/hello.txt"}]}]}
            """);
        folder.Write("agent.sh", """
            while read -r line; do
              attempt=${line#*\"attempt\":}; attempt=${attempt%%,*}
              cat "lines/$1-$attempt"
            done
            """);
        Directory.CreateDirectory(folder.At("lines"));
        foreach (var (type, action, terminal) in Parts)
        {
            for (var attempt = 0; attempt < 3; attempt++)
            {
                File.WriteAllBytes(folder.At($"lines/{type}-{attempt}"), Lines(type, action, terminal, random));
            }
        }
    }

    private static byte[] Lines(string type, string action, string terminal, Random random)
    {
        var valid = ValidLines.For(type, action, terminal);
        var fuzzed = new FuzzedLines(valid, random);
        var howOften = random.Next(6) * 0.06;
        var bytes = new List<byte>();
        for (var i = 0; i < LinesOfAnAgent; i++)
        {
            bytes.AddRange(random.NextDouble() < howOften ? fuzzed.Next() : ValidLines.Event(type, action, 100 + i, """ "event":"log" """));
            bytes.Add((byte)'\n');
        }

        bytes.AddRange(ValidLines.Event(type, action, 99, terminal));
        bytes.Add((byte)'\n');
        return [.. bytes];
    }
}
