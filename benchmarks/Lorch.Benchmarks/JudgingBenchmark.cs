using System.Diagnostics;
using System.Globalization;
using System.Text;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Configuration;
using Lorch.Core.Hashing;
using Lorch.Core.Receipts;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Storage;
using Lorch.Core.Transcripts;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Benchmarks;

/// <summary>
/// How long it takes to read and judge as many tasks as a large repository has, in each of the states that they can be in.
/// </summary>
internal static class JudgingBenchmark
{
    private static readonly UTF8Encoding Utf8 = new(false);

    public static async Task<int> RunAsync(int count, int rounds)
    {
        foreach (var state in new[] { "never completed", "done", "done by an earlier builder", "stale by an input", "regenerate, done" })
        {
            var root = Directory.CreateTempSubdirectory("lorch-benchmark-").FullName;
            try
            {
                await MeasureAsync(root, count, rounds, state);
            }
            finally
            {
                Directory.Delete(root, recursive: true);
            }
        }

        return 0;
    }

    /// <summary>How long a workspace with as many task files takes to be opened, beside the same with all tasks in lorch.json.</summary>
    public static int RunFiles(int count, int rounds)
    {
        var root = Directory.CreateTempSubdirectory("lorch-benchmark-").FullName;
        try
        {
            Configure(root, [], "b");
            var none = Median(rounds, () => Open(root));
            Write(root, "notes/keep.md", "");
            for (var number = 1; number <= count; number++)
            {
                Write(
                    root,
                    $"tasks/T-{number}.md",
                    $"---\ninputs: [specs/{number}.md]\nexpected_outputs: [src/{number}.txt]\n---\n# Task {number}\nWrite it as the "
                        + $"specification says.\n");
            }

            var all = Median(rounds, () => Open(root));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} task files: {all:F0} ms, none: {none:F0} ms"));
            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static double Median(int rounds, Action work)
    {
        var times = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            work();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.RemoveAt(0);
        times.Sort();
        return times[times.Count / 2];
    }

    private static async Task MeasureAsync(string root, int count, int rounds, string state)
    {
        var tasks = Enumerable.Range(1, count)
            .Select(number => TaskText(number, state.StartsWith("regenerate", StringComparison.Ordinal)))
            .ToList();
        Configure(root, tasks, "b");
        Write(root, "specs/a.md", "# A\n");
        for (var number = 1; number <= count; number++)
        {
            Write(root, $"specs/{number % 100}/{number}.md", $"{number}");
            Write(root, $"src/{number % 100}/{number}.txt", $"{number}");
        }

        if (state != "never completed")
        {
            await CompleteAsync(root);
        }

        if (state == "done by an earlier builder")
        {
            Configure(root, tasks, "better");
        }
        else if (state == "stale by an input")
        {
            Write(root, "specs/a.md", "# B\n");
        }

        var (reading, judging, upToDate) = (new List<double>(), new List<double>(), 0);
        for (var round = 0; round <= rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            var opened = Open(root);
            reading.Add(watch.Elapsed.TotalSeconds);
            var verdicts = await opened.JudgeAsync(opened.Select([]), _ => WorkMode.WhenStale, CancellationToken.None);
            judging.Add(watch.Elapsed.TotalSeconds - reading[^1]);
            upToDate = verdicts.Count(verdict => verdict.IsUpToDate);
            opened.Remember();
        }

        reading.Sort();
        judging.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} tasks, {state,-28} read in {reading[reading.Count / 2]:F2} s, judged "
                + $"in {judging[judging.Count / 2]:F2} s ({judging[0]:F2} to {judging[^1]:F2}), {upToDate} up to date"));
    }

    private static LorchWorkspace Open(string root) => LorchWorkspace.Open(
        new WorkspaceSettings
        {
            WorkspaceRoot = root,
            AgentHost = new AgentHost { DotnetPath = "/dotnet", AgentAssemblyPath = "/lorch-agent.dll" },
            Environment = new Dictionary<string, string>(),
        },
        TimeProvider.System);

    /// <summary>Writes the records that as many runs would have left.</summary>
    private static async Task CompleteAsync(string root)
    {
        var context = new RunContext(
            new WorkspaceLayout(root, null),
            ConfigurationFile.Load(Path.Join(root, "lorch.json")),
            new SecretRedactor([]),
            TimeProvider.System,
            new RunSurroundings { CheckAgent = _ => null, Launchers = (_, _) => throw new NotSupportedException() });
        var capture = await context.Capture.CaptureAsync(CancellationToken.None);
        await context.Stores.Manifests.SaveAsync(capture.Manifest, CancellationToken.None);
        foreach (var task in context.Configuration.Tasks)
        {
            var definition = DefinitionTerms.Create(task, new Dictionary<TaskId, Sha256Digest>());
            var inputs = Manifest.ComputeId(context.InputsOf(task).Of(capture.Manifest));
            var key = TaskKey.Compute(task.Id, definition, context.Agents.TeamOf(task.Id).Identities, inputs);
            var made = capture.Manifest.Find(task.ExpectedOutputs[0].Path)!;
            await context.Stores.Completions.WriteAsync(
                new Completion
                {
                    TaskId = task.Id,
                    TaskKey = key.Key,
                    TaskKeyBefore = key.Key,
                    DefinitionSha256 = key.Definition,
                    RunId = RunId.Parse("run-20260131-090500-0a1b2c3d"),
                    SnapshotId = capture.Manifest.SnapshotId,
                    InputsAfter = key.Inputs,
                    Artifacts = [new CompletionArtifact { Path = made.Path, Sha256 = made.Sha256, Size = made.Size, Step = 1 }],
                    Removed = [],
                    DependsOn = new Dictionary<TaskId, Sha256Digest>(),
                    OutputsSha256 = key.Definition,
                    CompletedAt = DateTimeOffset.UnixEpoch,
                },
                CancellationToken.None);
        }
    }

    private static void Configure(string root, IReadOnlyList<string> tasks, string builder) => Write(
        root,
        "lorch.json",
        $$$"""
        {"version":"1.0","agents":{"builder":{"cmd":["{{{builder}}}"]},"reviewer":{"cmd":["r"]},"spec_maintainer":{"cmd":["s"]}},
         "tasks":[{{{string.Join(",\n", tasks)}}}]}
        """);

    private static void Write(string root, FormattableString path, FormattableString content) =>
        Write(root, path.ToString(CultureInfo.InvariantCulture), content.ToString(CultureInfo.InvariantCulture));

    private static void Write(string root, string path, string content)
    {
        var file = Path.Join(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content, Utf8);
    }

    private static string TaskText(int number, bool regenerate) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"id":"T-{{number}}","goal":"greet","inputs":["specs/a.md","specs/{{number % 100}}/{{number}}.md"],"expected_outputs":["src/{{number % 100}}/{{number}}.txt"]{{(regenerate ? ",\"regenerate\":true" : "")}}}""");
}
