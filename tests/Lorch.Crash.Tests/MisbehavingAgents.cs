using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;
using Lorch.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Crash.Tests;

/// <summary>Agents that do anything at any command, by lot: about half of the time what they should.</summary>
internal sealed class MisbehavingAgents(ScriptedAgents agents, string root, FakeTimeProvider clock, Random chance)
{
    private const int Kinds = 24;

    private static readonly TimeSpan LongerThanAnyDeadline = TimeSpan.FromHours(1);

    /// <summary>What was done to which command.</summary>
    public List<string> Story { get; } = [];

    public IEnumerable<AgentSignal> Answer(Command command)
    {
        var kind = chance.Next(2) == 0 ? Kinds : chance.Next(Kinds);
        Story.Add($"{command.Action.WireName}:{kind}");

        // Whoever waits for more than is said waits for the deadline.
        return Do(kind, command).Concat(Hang());
    }

    private IEnumerable<AgentSignal> Do(int kind, Command command) => kind switch
    {
        0 => [],
        1 => [agents.Say(command, EventName.Log)],
        2 => [new AgentSignal.FellSilent(TimeSpan.FromSeconds(30))],
        3 => [new AgentSignal.Flooded("on standard output more than anybody reads")],
        4 => [Ended(exitCode: chance.Next(256))],
        5 => [agents.Say(command, EventName.ArtifactProduced), Ended(signal: "SIGKILL")],
        6 => [Misspoke(), Misspoke(), Misspoke()],
        7 => [Misspoke(), .. Work(command)],
        8 => [agents.Fail(command, "rate_limited")],
        9 => [agents.Fail(command, "no_quota", retriable: chance.Next(4) > 0)],
        10 => Claim(command, Own(command) with { Size = 7 }),
        11 => Claim(command, Own(command) with { Path = RelativePath.Parse("src/not-there.txt") }),
        12 => Claim(command, Own(command) with { Path = RelativePath.Parse("src") }),
        13 => Claim(command, Own(command) with { Path = RelativePath.Parse("receipts/T-1/step-1.json") }),
        14 => [agents.Say(command with { TaskId = TaskId.Parse("T-2") }, TerminalOf(command)), .. Work(command)],
        15 => [agents.Say(command with { CorrelationId = CorrelationId.Parse("corr-T-1-run-0") }, TerminalOf(command)), .. Work(command)],
        16 => [
            agents.Say(command, EventName.StepRecorded, payload: "{}"),
            agents.Say(command, EventName.RunCompleted, payload: "{}"),
            .. Work(command)
        ],
        17 => Twice(agents.Say(command, EventName.ArtifactProduced), command),
        18 => [OnAnotherSnapshot(agents.Say(command, TerminalOf(command), Approval(command)))],
        19 when command.Action.Agent is AgentType.Builder => [agents.Say(command, TerminalOf(command))],
        20 => [agents.Say(command, EventName.ReviewCompleted, "changes_requested", """{"summary":"again"}""", Own(command))],
        21 => [agents.Say(
            command,
            TerminalOf(command),
            Approval(command),
            """{"summary":"red","tests":{"status":"fail"}}""",
            Own(command, "red\n"))],
        22 => Removal(command),
        23 => [.. Work(command), .. Work(command), Ended(exitCode: 0)],
        _ => Work(command),
    };

    private static EventName TerminalOf(Command command) => command.Action switch
    {
        AgentAction.Review => EventName.ReviewCompleted,
        AgentAction.UpdateSpec => EventName.SpecNoChangesNeeded,
        _ => EventName.BuilderCompleted,
    };

    private static string? Approval(Command command) => command.Action is AgentAction.Review ? "approved" : null;

    private static AgentSignal.Misspoke Misspoke() => new(new RejectedLine { Reason = "it is no JSON", Line = "hello?" });

    private static AgentSignal.Ended Ended(int? exitCode = null, string? signal = null) =>
        new(new AgentExit { Pid = 7, ExitCode = exitCode, Signal = signal, StderrTail = ["out of luck"], EndedBy = EndedBy.Itself });

    private static AgentSignal.Spoke OnAnotherSnapshot(AgentSignal.Spoke spoke) =>
        new(spoke.Event with { ObservedVersion = new ObservedVersion { SnapshotId = SnapshotId.Parse("snap-000000000000") } });

    private IEnumerable<AgentSignal> Work(Command command) => agents.Play(command, reviewAsks: chance.Next(2));

    private IEnumerable<AgentSignal> Hang()
    {
        clock.Advance(LongerThanAnyDeadline);
        yield break;
    }

    private IEnumerable<AgentSignal> Claim(Command command, Artifact artifact) =>
        [agents.Say(command, TerminalOf(command), Approval(command), artifacts: artifact)];

    /// <summary>
    /// A file of its own: that an agent spoils another's is told by everything that looks at files, and isn't what is tried here.
    /// </summary>
    private Artifact Own(Command command, string content = "hello\n") => agents.Produce(
        command.Action switch
        {
            AgentAction.Review => "reviews/T-1.json",
            AgentAction.UpdateSpec => "spec_notes/T-1.json",
            _ => "src/hello.txt",
        },
        content);

    private IEnumerable<AgentSignal> Twice(AgentSignal said, Command command) => [said, said, .. Work(command)];

    private IEnumerable<AgentSignal> Removal(Command command)
    {
        var produced = Own(command);
        var kept = $"src/kept-by-{command.To.AgentType.WireName}.txt";
        agents.Produce(kept, "kept\n");
        var isThere = chance.Next(2) == 0;
        if (!isThere)
        {
            File.Delete(Path.Join(root, kept));
        }

        var spoke = agents.Say(command, TerminalOf(command), Approval(command), artifacts: produced);
        return [new AgentSignal.Spoke(spoke.Event with { Removed = [RelativePath.Parse(kept)] })];
    }
}
