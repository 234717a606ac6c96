using System.Collections.Immutable;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Records;

/// <summary>Folds a ledger into the run state: what the history doesn't need to know, beside what it knows.</summary>
internal sealed record RunStateFold
{
    /// <summary>When the run began.</summary>
    public DateTimeOffset StartedAt { get; private init; }

    private DateTimeOffset? EndedAt { get; init; }

    /// <summary>When the last event happened.</summary>
    public DateTimeOffset? LastAt { get; private init; }

    private MessageId? LastCommand { get; init; }

    private MessageId? LastEvent { get; init; }

    private ImmutableDictionary<AgentType, MessageId> Terminals { get; init; } = ImmutableDictionary<AgentType, MessageId>.Empty;

    private ImmutableDictionary<AgentType, RunningAgent> Agents { get; init; } = ImmutableDictionary<AgentType, RunningAgent>.Empty;

    public RunStateFold Apply(Message message) => message switch
    {
        Command command => this with { LastCommand = command.MessageId, EndedAt = null },
        Event { IsChatter: true } => this,
        Event said => Apply(said) with { LastEvent = said.MessageId, LastAt = said.OccurredAt },
        _ => this,
    };

    public RunState ToState(RunId runId, History history) => new()
    {
        RunId = runId,
        TaskId = history.TaskId,
        Status = history.Status ?? RunStatus.Running,
        CurrentStage = StageOf(history),
        SnapshotId = history.SnapshotId,
        CorrelationId = history.InFlight?.Command.CorrelationId ?? CorrelationId.ForRun(history.TaskId),
        StartedAt = StartedAt,
        CompletedAt = EndedAt,
        LastCommandId = LastCommand,
        LastEventId = LastEvent,
        TerminalEvents = Terminals.ToImmutableSortedDictionary(),
        Iterations = history.Steps.Count(step => step.Action is AgentAction.ImplementChanges),
        Agents = [.. Agents.Values.OrderBy(agent => agent.AgentType)],
        Failure = history.Failure is { } failure ? new RunFailed { Code = failure.Code, Message = failure.Message } : null,
    };

    private static RunStage StageOf(History history)
    {
        if (history.Status is RunStatus.Completed)
        {
            return RunStage.Complete;
        }

        var action = history.InFlight?.Command.Action ?? (history.Steps.Count == 0 ? AgentAction.Implement : history.Steps[^1].Action);
        return action switch
        {
            AgentAction.Review => RunStage.Review,
            AgentAction.UpdateSpec => RunStage.SpecMaintain,
            _ => RunStage.Implement,
        };
    }

    private RunStateFold Apply(Event message) => message.Name switch
    {
        EventName.RunStarted => this with { StartedAt = message.OccurredAt },
        EventName.RunCompleted or EventName.RunFailed or EventName.RunAborted or EventName.Undone =>
            this with { EndedAt = message.OccurredAt, Agents = Agents.Clear() },
        EventName.RunInterrupted => this with { Agents = Agents.Clear() },
        EventName.RunResumed => this with { EndedAt = null, Agents = Agents.Clear() },
        EventName.AgentStarted when Payload<AgentStarted>(message) is { } started => this with
        {
            Agents = Agents.SetItem(
                started.AgentType,
                new RunningAgent { AgentType = started.AgentType, Pid = started.Pid, StartedAt = message.OccurredAt }),
        },
        EventName.AgentExited when Payload<AgentExited>(message) is { } exited => this with { Agents = Agents.Remove(exited.AgentType) },
        { IsTerminal: true } => this with { Terminals = Terminals.SetItem(message.From.AgentType, message.MessageId) },
        _ => this,
    };

    private static T? Payload<T>(Event message)
        where T : class =>
        message.Payload is { } payload ? SystemJson.Read<T>(payload) : null;
}
