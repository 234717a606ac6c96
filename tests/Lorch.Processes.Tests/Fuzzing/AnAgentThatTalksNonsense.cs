using System.Text.Json;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Processes.Tests.Agents;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Fuzzing;

[CollectionDefinition(AnAgentThatTalksNonsense.Alone, DisableParallelization = true)]
public sealed class FuzzingRunsAlone;

/// <summary>
/// Fuzzed lines, written by a real process to a real session: every one comes out as a message, a rejection or a line of the log.
/// </summary>
[Collection(Alone)]
public sealed class AnAgentThatTalksNonsense(ITestOutputHelper output)
{
    /// <summary>The tests that look at the memory of the whole process, or keep the machine busy, run when the others have ended.</summary>
    public const string Alone = "Fuzzing";

    private const int Batch = 5_000;

    private static int Count => LongTests.AreAsked ? 1_000_000 : Batch;

    [LongSet]
    [Fact]
    public async Task Is_heard_line_by_line_without_growth_of_memory()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no cat.");
        var seed = RandomSeed.Choose(20260131);
        var lines = new FuzzedLines(
            ValidLines.For("builder", "implement", """ "event":"builder.completed","payload":{"tests":{"status":"pass"}} """),
            new Random(seed));
        await using var stage = new AgentStage();
        var sum = new Tally();
        LiveMemory? memory = null;

        for (var batch = 0; batch < Count / Batch; batch++)
        {
            var written = await WriteAsync(stage.Workspace.At("lines"), lines);
            var heard = await HearAsync(stage);
            Assert.True(written == heard.Sum, $"LORCH_SEED={seed}, batch {batch}: {written} lines were written, heard were {heard}");
            sum += heard;

            // What is compiled and pooled once is there after the first batch.
            memory ??= LiveMemory.Measure();
        }

        var after = LiveMemory.Measure();
        output.WriteLine($"{sum.Sum} lines: {sum}; in use were {memory} after the first {Batch}, {after} after all");
        Assert.InRange(sum.Sum, Count, 2 * Count);
        Assert.All([sum.Events, sum.Rejected, sum.Logged], count => Assert.InRange(count, Count / 1000, sum.Sum));
        Assert.True(!LongTests.AreAsked || after.HasHardlyGrown(memory!, sum.Sum), $"LORCH_SEED={seed}: {after} are in use, {memory} were");
    }

    /// <summary>Counts the lines as a reader of lines does: those that are blank are none.</summary>
    private static async Task<long> WriteAsync(string path, FuzzedLines lines)
    {
        await using var file = File.Create(path);
        for (var i = 0; i < Batch; i++)
        {
            file.Write(lines.Next());
            file.WriteByte((byte)'\n');
        }

        file.Position = 0;
        var reader = new NdjsonReader(file, Message.MaxBytes);
        var count = 0L;
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is not null)
        {
            count++;
        }

        return count;
    }

    private static async Task<Tally> HearAsync(AgentStage stage)
    {
        var log = new CountingLog();
        var settings = new AgentSettings { Type = AgentType.Builder, Command = ["cat", "lines"], Identity = JsonElement.Parse("{}") };
        var commandLine = AgentCommandLine.Resolve(settings, AgentStage.Host, stage.Layout, stage.Environment);
        var process = AgentProcess.Start(commandLine, TimeProvider.System);
        await using var session = new AgentSession(
            process,
            settings,
            new SessionLog(log, text => text, TimeProvider.System),
            new AgentChannel(),
            TimeProvider.System);
        var heard = new Tally();
        while (true)
        {
            switch (await session.ReadAsync(TestContext.Current.CancellationToken))
            {
                case AgentSignal.Spoke:
                    heard.Events++;
                    break;
                case AgentSignal.Misspoke(var line):
                    Assert.NotEmpty(line.Reason);
                    heard.Rejected++;
                    break;
                case AgentSignal.Ended(var exit):
                    Assert.Equal(0, exit.ExitCode);
                    return heard with { Logged = log.Count };
                case var other:
                    Assert.Fail($"Not expected: {other}");
                    break;
            }
        }
    }

    /// <summary>What came of lines. A heartbeat of <c>cat</c> can't name its process: it leaves a line in the log.</summary>
    private sealed record Tally
    {
        public long Events { get; set; }

        public long Rejected { get; set; }

        public long Logged { get; set; }

        public long Sum => Events + Rejected + Logged;

        public static Tally operator +(Tally left, Tally right) => new()
        {
            Events = left.Events + right.Events,
            Rejected = left.Rejected + right.Rejected,
            Logged = left.Logged + right.Logged,
        };

        public override string ToString() => $"{Events} events, {Rejected} rejected, {Logged} for the log";
    }

    /// <summary>Counts what the agent said for the log, and what it said of heartbeats; rejected lines stand there a second time.</summary>
    private sealed class CountingLog : IAgentLog
    {
        public long Count { get; private set; }

        public void Write(LogMessage message) => Count += message.Text.StartsWith("A line was rejected", StringComparison.Ordinal) ? 0 : 1;

        public void Dispose()
        {
        }
    }
}
