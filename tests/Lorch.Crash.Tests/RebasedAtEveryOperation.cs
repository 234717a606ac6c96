using System.Globalization;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>
/// A person edits a file that a run in a view changed. What both made is put together and landed, or goes back to the builder first; and
/// the process ends at each of the durable operations on the way.
/// </summary>
public sealed class RebasedAtEveryOperation(ITestOutputHelper output)
{
    private const string File = "src/hello.txt";
    private const string Before = "one\ntwo\nthree\nfour\nfive\n";
    private const string Policy = """{"isolation":"view"}""";

    [LongSet]
    [Theory]
    [InlineData(false, WayOn.Run, 19)]
    [InlineData(true, WayOn.Run, 29)]
    [InlineData(true, WayOn.Resume, 61)]
    public async Task Lands_what_it_would_have_landed(bool isConflict, WayOn wayOn, int every)
    {
        var timeline = await Timeline.RecordAsync(() => Start(isConflict));
        var first = timeline.AppendOf("system.rebased") - 14;
        var points = timeline.Points().Where(point => point.Operation >= first).ToList();
        var problems = new List<string>();
        var tried = 0;
        foreach (var point in Thoroughness.Select(points, every, everyInLongSet: 7))
        {
            using var trial = Start(isConflict);
            Assert.False(await trial.LiveAsync(point));
            var found = (await trial.FinishAsync(timeline.Work, wayOn)).Concat(ProblemsOf(trial.Workspace, isConflict));
            problems.AddRange(found.Select(problem => $"{point} ({timeline[point.Operation]}): {problem}"));
            tried++;
        }

        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{timeline.Count} operations, {tried} of {points.Count} points tried"));
        Thoroughness.AssertNone(problems, output);
    }

    private static CrashTrial Start(bool isConflict)
    {
        CrashTrial? trial = null;
        trial = new CrashTrial((agents, command) => Work(trial!.Workspace, agents, command, isConflict), policy: Policy);
        trial.Workspace.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "";
        trial.Workspace.Configure([WorkspaceUnderTest.Verified], Policy);
        trial.Workspace.Write(File, Before);
        return trial;
    }

    private static IEnumerable<AgentSignal> Work(WorkspaceUnderTest workspace, ScriptedAgents agents, Command command, bool isConflict)
    {
        switch (command.Action)
        {
            case AgentAction.Implement:
                return Build(agents, command, Before.Replace("two", "TWO", StringComparison.Ordinal));
            case AgentAction.ImplementChanges:
                return Build(agents, command, Mended);
            default:
                if (workspace.Read(File) == Before)
                {
                    workspace.Write(File, Edited(isConflict));
                }

                return agents.Play(command);
        }
    }

    private static IEnumerable<AgentSignal> Build(ScriptedAgents agents, Command command, string text) =>
        [agents.Say(command, EventName.BuilderCompleted, artifacts: agents.Produce(File, text))];

    private static string Edited(bool isConflict) => isConflict
        ? Before.Replace("two", "zwei", StringComparison.Ordinal)
        : Before.Replace("five", "FIVE", StringComparison.Ordinal);

    private static string Mended => Before.Replace("two", "TWO and zwei", StringComparison.Ordinal);

    private static IEnumerable<string> ProblemsOf(WorkspaceUnderTest workspace, bool isConflict)
    {
        var expected = isConflict ? Mended : "one\nTWO\nthree\nfour\nFIVE\n";
        return
        [
            .. workspace.Read(File) == expected ? [] : new[] { $"it holds {workspace.Read(File)}" },
            .. Directory.EnumerateFiles(workspace.Root, ".lorch-*", SearchOption.AllDirectories).Select(file => $"{file} was left"),
        ];
    }
}
