using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>What agents say to a command; the same to the same command and attempt.</summary>
internal delegate IEnumerable<AgentSignal> AgentBehavior(ScriptedAgents agents, Command command);

/// <summary>The runs that are disturbed.</summary>
internal static class AgentBehaviors
{
    /// <summary>Two review loops and one of the specification.</summary>
    public static IEnumerable<AgentSignal> WithLoops(ScriptedAgents agents, Command command) =>
        agents.Play(command, reviewAsks: 2, specAsks: 1);

    /// <summary>
    /// Everything that can go wrong and be mended: an error, a wrong artifact, lines that are no messages, an answer that is none, a death.
    /// </summary>
    public static IEnumerable<AgentSignal> WithMishaps(ScriptedAgents agents, Command command) =>
        (command.Action, command.Retry.Attempt) switch
        {
            (AgentAction.Implement, 0) => [agents.Fail(command, "busy")],
            (AgentAction.Implement, 1) =>
                [agents.Say(command, EventName.BuilderCompleted, artifacts: agents.Produce("src/hello.txt", "hello\n") with { Size = 7 })],
            (AgentAction.Review, 0) =>
            [
                agents.Say(command, EventName.BuilderCompleted),
                new AgentSignal.Ended(
                    new AgentExit { Pid = 7, Signal = "SIGSEGV", StderrTail = ["out of luck"], EndedBy = EndedBy.Itself }),
            ],
            (AgentAction.UpdateSpec, 0) => Enumerable.Repeat(
                new AgentSignal.Misspoke(new RejectedLine { Reason = "it is no JSON", Line = "hello?" }), 3),
            (AgentAction.UpdateSpec, _) =>
            [
                agents.Say(command, EventName.ArtifactProduced, artifacts: agents.Produce("docs/a.md", "A\n")),
                .. agents.Play(command, specAsks: 1),
            ],
            _ => agents.Play(command),
        };
}
