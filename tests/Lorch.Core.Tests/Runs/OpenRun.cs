using System.Text.Json;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>A run that an agent's failure or somebody's Ctrl+C left open, and what becomes of it.</summary>
internal static class OpenRun
{
    public static async Task<WorkspaceUnderTest> FailedAsync(AgentAction action)
    {
        var workspace = new WorkspaceUnderTest();
        await FailAsync(workspace, action);
        return workspace;
    }

    /// <summary>Runs the task; the agent that is asked for an action gives up for good.</summary>
    public static async Task FailAsync(WorkspaceUnderTest workspace, AgentAction action, WorkMode mode = WorkMode.WhenStale)
    {
        workspace.Agents.Answer = command => command.Action == action
            ? [workspace.Agents.Fail(command, "no_quota", retriable: false)]
            : workspace.Agents.Play(command);
        Assert.Equal(RunOutcome.Failed, (await workspace.RunAsync(mode: mode)).Outcome);
    }

    /// <summary>Runs the task; somebody cancels while an action is worked.</summary>
    public static async Task<WorkspaceUnderTest> InterruptedAsync(AgentAction action, params string[] tasks)
    {
        var workspace = new WorkspaceUnderTest(tasks);
        using var cancellation = new CancellationTokenSource();
        workspace.Agents.Answer = command => command.Action == action ? Cancel() : workspace.Agents.Play(command);
        Assert.Equal(RunOutcome.Interrupted, (await workspace.RunAsync(cancellationToken: cancellation.Token)).Outcome);
        return workspace;

        IEnumerable<AgentSignal> Cancel()
        {
            cancellation.Cancel();
            return [];
        }
    }

    /// <summary>Runs the task with agents that do their work, and keeps only what they receive now.</summary>
    public static Task<RunResult> PlayAsync(WorkspaceUnderTest workspace, WorkMode mode = WorkMode.WhenStale)
    {
        workspace.Agents.Received.Clear();
        workspace.Agents.Answer = command => workspace.Agents.Play(command);
        return workspace.RunAsync(mode: mode);
    }

    public static JsonElement Payload(WorkspaceUnderTest workspace, EventName name, int run = 0) =>
        workspace.Ledger(workspace.RunIds[run]).OfType<Event>().Last(message => message.Name == name).Payload!.Value;
}
