using System.Globalization;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>
/// A run in a view that makes, changes and removes files ends at each of the durable operations of its landing: the workspace has all of
/// its work in the end, but for what a person made of it until then.
/// </summary>
public sealed class LandingAtEveryOperation(ITestOutputHelper output)
{
    private const string Policy = """{"isolation":"view"}""";
    private static readonly string[] Files = ["docs/gone.md", "src/hello.txt", "src/old.txt"];

    [LongSet]
    [Theory]
    [InlineData(WayOn.Run, 13)]
    [InlineData(WayOn.Resume, 31)]
    public async Task Finishes_at_the_next_start(WayOn wayOn, int every)
    {
        var timeline = await Timeline.RecordAsync(Start);
        var problems = new List<string>();
        var tried = 0;
        foreach (var point in Thoroughness.Select(Landing(timeline), every))
        {
            using var trial = Start();
            Assert.False(await trial.LiveAsync(point));
            var found = (await trial.FinishAsync(timeline.Work, wayOn)).Concat(ProblemsOf(trial.Workspace));
            problems.AddRange(found.Select(problem => $"{point} ({timeline[point.Operation]}): {problem}"));
            tried++;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{timeline.Count} operations, {tried} points tried"));
        Assert.True(tried > 90 / every, $"only {tried} points");
        Thoroughness.AssertNone(problems, output);
    }

    [LongSet]
    [Fact]
    public async Task Loses_no_edit_that_a_person_makes_before_the_next_start()
    {
        var timeline = await Timeline.RecordAsync(Start);
        var problems = new List<string>();
        foreach (var point in Thoroughness.Select(Landing(timeline), every: 23, everyInLongSet: 3))
        {
            foreach (var path in Files)
            {
                using var trial = Start();
                Assert.False(await trial.LiveAsync(point));
                trial.Workspace.Write(path, "a person's\n");
                await trial.LiveAsync();
                if (Held(trial.Workspace, path) != "a person's\n")
                {
                    problems.Add($"{point} ({timeline[point.Operation]}): {path} holds {Held(trial.Workspace, path)}");
                }

                var others = Files.Except([path]).Select(file => Held(trial.Workspace, file)).ToList();
                if (!others.SequenceEqual(Files.Except([path]).Select(After)))
                {
                    problems.Add($"{point} ({timeline[point.Operation]}): {path} edited, the others are {string.Join(", ", others)}");
                }
            }
        }

        Thoroughness.AssertNone(problems, output);
    }

    private static List<CrashPoint> Landing(Timeline timeline)
    {
        var (from, to) = (timeline.AppendOf("system.landing"), timeline.AppendOf("system.run_completed"));

        // The contents that are to be replaced are kept before.
        return [.. timeline.Points().Where(point => point.Operation >= from - 8 && point.Operation <= to + 1)];
    }

    private static CrashTrial Start()
    {
        var trial = new CrashTrial(Work, policy: Policy);
        trial.Workspace.Write("src/old.txt", "old\n");
        trial.Workspace.Write("docs/gone.md", "gone\n");
        return trial;
    }

    private static IEnumerable<AgentSignal> Work(ScriptedAgents agents, Command command)
    {
        if (command.Action is not AgentAction.Implement)
        {
            // Whoever is asked to look again leaves the person's file as it is.
            return command.Action is AgentAction.ImplementChanges
                ? [agents.Say(command, EventName.BuilderCompleted)]
                : agents.Play(command);
        }

        File.Delete(Path.Join(agents.Root, "docs/gone.md"));
        Artifact[] made = [agents.Produce("src/hello.txt", "hello\n"), agents.Produce("src/old.txt", "new\n")];
        var said = agents.Say(command, EventName.BuilderCompleted, artifacts: made).Event;
        return [new AgentSignal.Spoke(said with { Removed = [RelativePath.Parse("docs/gone.md")] })];
    }

    private static string? After(string path) => path switch { "docs/gone.md" => null, "src/old.txt" => "new\n", _ => "hello\n" };

    private static IEnumerable<string> ProblemsOf(WorkspaceUnderTest workspace) =>
    [
        .. Files.Where(path => Held(workspace, path) != After(path)).Select(path => $"{path} holds {Held(workspace, path)}"),
        .. Directory.EnumerateFiles(workspace.Root, ".lorch-*", SearchOption.AllDirectories).Select(file => $"{file} was left"),
    ];

    private static string? Held(WorkspaceUnderTest workspace, string path) =>
        File.Exists(workspace.At(path)) ? workspace.Read(path) : null;
}
