using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>How the histories came about: each is a ledger as it stood at some moment of a real run.</summary>
internal static class RecordedHistories
{
    public static IReadOnlyDictionary<string, Func<WorkspaceUnderTest, Task<IEnumerable<Message>>>> All { get; } =
        new Dictionary<string, Func<WorkspaceUnderTest, Task<IEnumerable<Message>>>>
        {
            ["approved-at-once"] = workspace => TellAsync(
                workspace,
                (agents, command) => agents.Play(command),
                upTo: 1,
                EventName.RunCompleted),
            ["review-asks-for-changes-twice"] = workspace =>
                TellAsync(workspace, (agents, command) => agents.Play(command, reviewAsks: 2), upTo: 4, EventName.StepRecorded),
            ["spec-asks-for-changes"] = workspace =>
                TellAsync(workspace, (agents, command) => agents.Play(command, specAsks: 1), upTo: 3, EventName.StepRecorded),
            ["agent-died"] = workspace => TellAsync(workspace, AgentBehaviors.WithMishaps, upTo: 3, EventName.AttemptFailed),
            ["retried"] = workspace => TellAsync(workspace, FailTwice, upTo: 2, EventName.AttemptFailed),
            ["artifact-rejected"] = workspace => TellAsync(workspace, AgentBehaviors.WithMishaps, upTo: 2, EventName.AttemptFailed),
            ["interrupted"] = workspace => InterruptAsync(workspace, AgentAction.Review),
            ["interrupted-over-a-specification"] = workspace => InterruptAsync(workspace, AgentAction.UpdateSpec),
            ["resumed-after-failure"] = ResumeAsync,
            ["reused"] = ReuseAsync,
            ["failed"] = workspace => TellAsync(workspace, Fail, upTo: 1, EventName.RunFailed),
            ["failing-tests"] = FailTestsAsync,
        };

    private static IEnumerable<AgentSignal> Fail(ScriptedAgents agents, Command command) => [agents.Fail(command, "no_quota")];

    private static IEnumerable<AgentSignal> FailTwice(ScriptedAgents agents, Command command) =>
        command.Retry.Attempt < 2 ? [agents.Fail(command, "busy")] : agents.Play(command);

    private static async Task<IEnumerable<Message>> InterruptAsync(WorkspaceUnderTest workspace, AgentAction action)
    {
        using var cancellation = new CancellationTokenSource();
        workspace.Agents.Answer = command =>
        {
            if (command.Action == action)
            {
                workspace.Agents.Produce("specs/a.md", action is AgentAction.UpdateSpec ? "# A, as b" : "# A\n");
                cancellation.Cancel();
                return [];
            }

            return workspace.Agents.Play(command);
        };
        await workspace.RunAsync(cancellationToken: cancellation.Token);
        return workspace.Ledger(workspace.RunIds[0]);
    }

    private static async Task<IEnumerable<Message>> ResumeAsync(WorkspaceUnderTest workspace)
    {
        workspace.Agents.Answer = command => Fail(workspace.Agents, command);
        await workspace.RunAsync();
        return await TellAsync(workspace, (agents, command) => agents.Play(command), upTo: 1, EventName.RunResumed);
    }

    private static async Task<IEnumerable<Message>> ReuseAsync(WorkspaceUnderTest workspace)
    {
        await workspace.RunAsync();
        workspace.Delete("spec_notes/T-1.json");
        Directory.Delete(workspace.Layout.CompletionsFolder(TaskId.Parse("T-1")), recursive: true);
        await workspace.RunAsync();
        return CutBehind(workspace.Ledger(workspace.RunIds[^1]), 2, EventName.StepReused);
    }

    private static Task<IEnumerable<Message>> FailTestsAsync(WorkspaceUnderTest workspace)
    {
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"on_failing_tests":"changes"}""");
        return TellAsync(
            workspace,
            (agents, command) => command.Action is AgentAction.Implement
                ? [agents.Say(
                    command,
                    EventName.BuilderCompleted,
                    payload: """{"tests":{"status":"fail"},"summary":"2 of 5 tests fail"}""",
                    artifacts: agents.Produce("src/hello.txt", "x\n"))]
                : agents.Play(command),
            upTo: 1,
            EventName.StepRecorded);
    }

    private static async Task<IEnumerable<Message>> TellAsync(WorkspaceUnderTest workspace, AgentBehavior play, int upTo, EventName name)
    {
        workspace.Agents.Answer = command => play(workspace.Agents, command);
        await workspace.RunAsync();
        return CutBehind(workspace.Ledger(workspace.RunIds[0]), upTo, name);
    }

    /// <summary>A ledger as it stood when it had so many events of a name.</summary>
    private static IEnumerable<Message> CutBehind(IReadOnlyList<Message> ledger, int count, EventName name)
    {
        foreach (var message in ledger)
        {
            yield return message;
            count -= message is Event said && said.Name == name ? 1 : 0;
            if (count == 0)
            {
                yield break;
            }
        }

        Assert.Fail($"The story has no {count} more {name}.");
    }
}
