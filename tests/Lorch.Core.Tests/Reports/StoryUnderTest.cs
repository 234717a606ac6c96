using System.Globalization;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Reports;
using Lorch.Core.Reports.Recording;
using Lorch.Testing;

namespace Lorch.Core.Tests.Reports;

/// <summary>Stories of runs that nobody worked, for looking at pages.</summary>
internal static class StoryUnderTest
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 9, 5, 0, TimeSpan.Zero);

    /// <summary>A run that changed one file.</summary>
    public static RunStory Change(string before, string after)
    {
        ReportContent[] contents = [.. new[] { before, after }.Distinct()
            .Select(text => new ReportContent { Sha256 = LedgerUnderTest.DigestOf(text), Text = text })];
        return Turns(0) with
        {
            Contents = contents.ToDictionary(content => content.Sha256),
            Changes =
            [
                new ReportChange
                {
                    Step = 1,
                    Path = RelativePath.Parse("src/a.txt"),
                    Before = contents[0].Sha256,
                    After = contents[^1].Sha256,
                },
            ],
        };
    }

    /// <summary>
    /// A run in which reviews asked for changes so often; every third attempt failed at first, and the run stood still for a night.
    /// </summary>
    public static RunStory Turns(int turns, StoryEnding ending = StoryEnding.Completed, Func<int, string>? summary = null)
    {
        var (attempts, changes, contents) = (
            new List<StoryAttempt>(), new List<ReportChange>(), new Dictionary<Sha256Digest, ReportContent>());
        var (time, step) = (Start.AddSeconds(2), 0);
        var night = Start;
        for (var turn = 0; turn <= turns; turn++)
        {
            if (turn % 3 == 2)
            {
                Add(AgentAction.ImplementChanges, 25, StoryResult.Failed);
            }

            Add(turn == 0 ? AgentAction.Implement : AgentAction.ImplementChanges, 60 + (37 * turn % 50), StoryResult.Done);
            Add(AgentAction.Review, 20 + (11 * turn % 30), turn < turns ? StoryResult.ChangesRequested : StoryResult.Done);
            if (turn == turns / 2)
            {
                night = time;
                time += TimeSpan.FromHours(9);
            }
        }

        if (ending is StoryEnding.Completed)
        {
            Add(AgentAction.UpdateSpec, 30, StoryResult.Done);
        }
        else
        {
            Add(AgentAction.Review, 12, StoryResult.Failed);
        }

        return new RunStory
        {
            RunId = RunId.Parse("run-20260131-090500-0a1b2c3d"),
            TaskId = TaskId.Parse("T-0042"),
            Goal =
                "# Greet people in their own language\n\nRead the language from the environment, fall back to English, and keep the "
                    + "greeting in one place.",
            SnapshotId = SnapshotId.Parse("snap-d0ab7e60b764"),
            Ending = ending,
            FailureCode = ending is StoryEnding.Failed ? "tool_limit_reached" : null,
            FailureMessage = ending is StoryEnding.Failed
                ? "the reviewer is at its rate limit until 14:00, and three attempts were in vain"
                : null,
            StartedAt = Start,
            EndedAt = time,
            Sessions = [new StorySession(1, Start, night), new StorySession(90, night.AddHours(9), time)],
            Attempts = attempts,
            Drifted = [],
            Reasons = ["specs/greeting.md changed", "src/Greeting.cs was deleted"],
            Diagnostics = [],
            Contents = contents,
            Changes = changes,
            Lines = 10 * attempts.Count,
            HasData = true,
        };

        void Add(AgentAction action, int seconds, StoryResult result)
        {
            var isStep = result is not StoryResult.Failed;
            step += isStep ? 1 : 0;
            attempts.Add(new StoryAttempt
            {
                Position = 2 + (4 * attempts.Count),
                Action = action,
                StartedAt = time,
                EndedAt = time.AddSeconds(seconds),
                Result = result,
                Number = attempts.Count > 0 && attempts[^1].Result is StoryResult.Failed ? 2 : 1,
                Answer = action is AgentAction.Review
                    ? EventName.ReviewCompleted
                    : action is AgentAction.UpdateSpec ? EventName.SpecUpdated : EventName.BuilderCompleted,
                Step = isStep ? step : null,
                Receipt = isStep
                    ? new FileReference { Path = $"receipts/T-0042/step-{step}.json", Sha256 = LedgerUnderTest.DigestOf($"r{step}") }
                    : null,
                Usage = new Usage { InputTokens = 9000 + (400 * step), OutputTokens = 700, CostUsd = 0.0213m + (0.004m * step) },
                Program = new ProgramUsed { Name = "some-tool", Version = "1.4.2" },
                Summary = isStep
                    ? summary?.Invoke(step)
                        ?? (action is AgentAction.Review
                            ? "The fallback is right. Two things are left."
                            : "Moved the table into one file and read the language once.")
                    : null,
                Findings = result is not StoryResult.ChangesRequested ? [] :
                [
                    new ReportFinding
                    {
                        File = "src/Greeting.cs",
                        Line = 14 + step,
                        Severity = "error",
                        Message = "The language is read twice, and the second time nobody looks whether it is there."
                    },
                    new ReportFinding
                    {
                        File = "tests/GreetingTests.cs",
                        Line = 3,
                        Severity = "warning",
                        Message = "No test greets in a language that isn't known."
                    },
                ],
                FailureCode = isStep ? null : "agent_exited",
                FailureMessage = isStep ? null : "the builder ended with exit code 137 during a command; last output: Killed",
                Asked = action is AgentAction.ImplementChanges ? "The fallback is right. Two things are left." : null,
                Prompt = "Read `specs/greeting.md` and build what it asks for.",
                Notes = ["reads specs/greeting.md", "runs the tests"],
            });
            if (isStep && action is AgentAction.Implement or AgentAction.ImplementChanges)
            {
                Change("src/Greeting.cs", Text(step - 2), Text(step));
            }

            time = time.AddSeconds(seconds + (result is StoryResult.Failed ? 8 : 0.3));
        }

        void Change(string path, string? before, string after)
        {
            var (old, young) = (Keep(before), Keep(after)!);
            changes.Add(
                new ReportChange
                {
                    Step = step,
                    Path = RelativePath.Parse(path),
                    Before = step == 1 ? null : old,
                    After = young,
                    IsNew = step == 1
                });
        }

        Sha256Digest? Keep(string? text)
        {
            var digest = LedgerUnderTest.DigestOf(text ?? "");
            contents[digest] = new ReportContent { Sha256 = digest, Text = text };
            return digest;
        }
    }

    /// <summary>So many tasks with so many runs each; every few overlap.</summary>
    public static Overview Tasks(int tasks, int runs) => new()
    {
        Name = "greetings",
        Tasks = [.. Enumerable.Range(1, tasks).Select(task => new OverviewTask
        {
            TaskId = TaskId.Parse($"T-{task:0000}"),
            Title = (task % 4) switch
            {
                0 => "Greet people in their own language",
                1 => "Say good night after ten",
                2 => "Remember who was greeted",
                _ => "Measure how long a greeting takes"
            },
            State = (task % 9) switch { 0 => "failed", 4 => "stale", 7 => "never_run", _ => "up_to_date" },
            Reasons = (task % 9) switch
            {
                0 => ["the reviewer is at its rate limit until 14:00"],
                4 => ["specs/greeting.md changed"],
                _ => []
            },
            Next = task % 9 is 0 or 4 or 7
                ? string.Create(CultureInfo.InvariantCulture, $"dotnet build -t:LorchRun -p:Task=T-{task:0000}")
                : null,
            Runs = task % 9 == 7 ? [] : [.. Enumerable.Range(0, runs).Select(run => Run(task, run, runs))],
        })],
    };

    private static OverviewRun Run(int task, int run, int runs)
    {
        var start = Start.AddMinutes((90 * run) + (6 * ((task - 1) / 3)) + (task % 3));
        var end = start.AddSeconds(200 + (97 * task % 180));
        return new OverviewRun
        {
            RunId = RunId.Parse(string.Create(CultureInfo.InvariantCulture, $"run-{start:yyyyMMdd-HHmmss}-{task:x4}{run:x4}")),
            TaskId = TaskId.Parse($"T-{task:0000}"),
            Ending = run == runs - 1 && task % 9 == 0
                ? StoryEnding.Failed
                : (task + run) % 7 == 0 ? StoryEnding.Interrupted : StoryEnding.Completed,
            FailureCode = run == runs - 1 && task % 9 == 0 ? "tool_limit_reached" : null,
            StartedAt = start,
            Sessions = [new StorySession(1, start, end)],
            Steps = 5,
            Usage = new Usage { InputTokens = 40_000, OutputTokens = 3000, CostUsd = 0.31m },
            HasPage = run == runs - 1,
            Agents = new Dictionary<AgentType, (TimeSpan, Usage)>
            {
                [AgentType.Builder] = (TimeSpan.FromSeconds(150), new Usage { InputTokens = 30_000, OutputTokens = 2500, CostUsd = 0.24m }),
                [AgentType.Reviewer] = (TimeSpan.FromSeconds(40), new Usage { InputTokens = 10_000, OutputTokens = 500, CostUsd = 0.07m }),
            },
        };
    }

    private static string Text(int version) => string.Join('\n', Enumerable.Range(1, 24).Select(line =>
        line % 6 == 0
            ? string.Create(CultureInfo.InvariantCulture, $"    private readonly string _language{line} = Read({Math.Max(0, version)});")
            : $"    // line {line} of the greeting"));
}
