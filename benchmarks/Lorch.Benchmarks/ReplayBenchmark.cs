using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Records;
using Lorch.Core.Storage;

namespace Lorch.Benchmarks;

/// <summary>How long a fresh process takes to replay a long ledger, and how much managed memory it needs.</summary>
internal static class ReplayBenchmark
{
    private static readonly TaskId Task = TaskId.Parse("T-1");
    private static readonly RunId Run1 = RunId.Parse("run-20260131-090500-0a1b2c3d");
    private static readonly CorrelationId Correlation = CorrelationId.Create(Task, "implement", 0);
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 9, 5, 0, TimeSpan.Zero);

    public static int Run(int megabytes, int runs)
    {
        var folder = Directory.CreateTempSubdirectory("lorch-benchmark-").FullName;
        try
        {
            var ledger = new WorkspaceLayout(folder, null).Ledger(Run1);
            var lines = Generate(ledger, megabytes * 1_000_000L);
            Console.WriteLine($"{new FileInfo(ledger).Length} bytes, {lines} lines");
            var results = Enumerable.Range(0, runs + 1).Select(_ => ReplayInNewProcess(folder)).Skip(1).ToList();
            Print("whole process, s", results.ConvertAll(result => result.Process));
            Print("replay alone, s", results.ConvertAll(result => result.Replay));
            Print("managed memory, MB", results.ConvertAll(result => result.Memory));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static int ReplayOnce(string folder, string runId)
    {
        var watch = Stopwatch.StartNew();
        var record = RunRecord.Replay(new WorkspaceLayout(folder, null), RunId.Parse(runId), CancellationToken.None)!;
        var seconds = watch.Elapsed.TotalSeconds;
        var memory = GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes;
        var heap = Math.Max(memory, GC.GetTotalMemory(forceFullCollection: false)) / 1e6;
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{seconds} {heap} {record.History.Status} {GC.GetTotalAllocatedBytes() / 1e6}"));
        return 0;
    }

    private static (double Process, double Replay, double Memory) ReplayInNewProcess(string folder)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            ["replay-once", folder, Run1.ToString()])
        { RedirectStandardOutput = true };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var words = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        return (watch.Elapsed.TotalSeconds, Number(words[0]), Number(words[1]));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static void Print(string what, List<double> values)
    {
        values.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-20} min {values[0]:0.000}  median {values[values.Count / 2]:0.000}  max {values[^1]:0.000}"));
    }

    /// <summary>Writes a run whose builder told its progress for a very long time.</summary>
    private static long Generate(string ledger, long bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ledger)!);
        using var file = new BufferedStream(File.Create(ledger), 1 << 20);
        var random = new Random(1);
        var lines = 0L;
        Write(SystemEvent(EventName.RunStarted, SystemJson.ToElement(Started())));
        Write(Command());
        while (file.Position < bytes)
        {
            var words = string.Join(
                ' ',
                Enumerable.Range(0, 10 + random.Next(40)).Select(_ => random.Next().ToString("x", CultureInfo.InvariantCulture)));
            Write(new Event
            {
                MessageId = MessageId.Create(Start.AddSeconds(lines)),
                CorrelationId = Correlation,
                TaskId = Task,
                From = new AgentAddress { AgentType = AgentType.Builder, AgentId = "builder-1" },
                Name = EventName.BuilderProgress,
                Payload = JsonElement.Parse($$"""{"summary":"{{words}}","percent":{{random.Next(100)}}}"""),
                OccurredAt = Start.AddSeconds(lines),
            });
        }

        return lines;

        void Write(Message message)
        {
            file.Write(MessageJson.GetLine(message));
            lines++;
        }
    }

    private static Event SystemEvent(EventName name, JsonElement payload) => new()
    {
        MessageId = MessageId.Create(Start),
        CorrelationId = CorrelationId.ForRun(Task),
        TaskId = Task,
        From = new AgentAddress { AgentType = AgentType.System },
        Name = name,
        Payload = payload,
        OccurredAt = Start,
    };

    private static RunStarted Started() => new()
    {
        Format = 1,
        RunId = Run1,
        SnapshotId = SnapshotId.Parse("snap-d0ab7e60b764"),
        TaskKey = IdempotencyKey.Parse("ik:" + new string('0', 64)),
        Definition = JsonElement.Parse("""{"goal":"greet"}"""),
        Agents = new[]
        {
            AgentType.Builder,
            AgentType.Reviewer,
            AgentType.SpecMaintainer
        }.ToDictionary(type => type, _ => Sha256Digest.Of([])),
        MaxAttempts = 3,
        MaxIterations = 10,
        OnFailingTests = FailingTestsRule.Fail,
    };

    private static Command Command() => new()
    {
        MessageId = MessageId.Create(Start),
        CorrelationId = Correlation,
        TaskId = Task,
        IdempotencyKey = IdempotencyKey.Parse("ik:" + new string('1', 64)),
        To = new AgentAddress { AgentType = AgentType.Builder, AgentId = "builder-1" },
        Action = AgentAction.Implement,
        Inputs = JsonElement.Parse("""{"goal":"greet","iteration":0}"""),
        ExpectedOutputs = [],
        Version = new VersionPin { SnapshotId = SnapshotId.Parse("snap-d0ab7e60b764") },
        Deadline = Start.AddHours(1),
        Retry = new Retry { Attempt = 0, MaxAttempts = 3 },
        Priority = 0,
    };
}
