using System.Collections.Immutable;
using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>The last command line of a ledger and what its agent said since.</summary>
internal sealed record CommandInFlight
{
    public required Command Command { get; init; }

    /// <summary>The ids of the events that the step rests on, in their order: those that name files, and the terminal one.
    /// Progress proves nothing, and there may be any amount of it.</summary>
    public ImmutableList<MessageId> Events { get; init; } = [];

    private ImmutableHashSet<MessageId> Seen { get; init; } = [];

    public ImmutableDictionary<RelativePath, Artifact> Artifacts { get; init; } = ImmutableDictionary<RelativePath, Artifact>.Empty;

    public ImmutableHashSet<RelativePath> Removed { get; init; } = [];

    /// <summary>The event that ended the command, if one did.</summary>
    public Event? Terminal { get; init; }

    public Outcome? Outcome => Terminal is null
        ? null
        : new Outcome { Event = Terminal.Name, Status = Terminal.Status, Payload = ProgramUsed.Without(Terminal.Payload) };

    /// <summary>Whether an event that the step rests on came before.</summary>
    public bool HasSeen(MessageId id) => Seen.Contains(id);

    /// <summary>Says why an agent's event doesn't count for the command.</summary>
    /// <returns>The reason, or <see langword="null"/> if the event counts.</returns>
    public string? RefusalOf(Event message) => message switch
    {
        _ when message.CorrelationId != Command.CorrelationId =>
            $"the command in flight has correlation '{Command.CorrelationId}', not '{message.CorrelationId}'",
        _ when message.TaskId != Command.TaskId => $"the command in flight is of task '{Command.TaskId}', not '{message.TaskId}'",
        _ when message.From.AgentType != Command.To.AgentType =>
            $"the {Command.To.AgentType.WireName} was asked, not the {message.From.AgentType.WireName}",
        _ when !message.Name.IsAllowedFor(Command.Action) => $"'{message.Name.WireName}' is no answer to '{Command.Action.WireName}'",
        _ when HasSeen(message.MessageId) => $"message '{message.MessageId}' was there before",
        _ => OutcomeRules.RefusalOf(message),
    };

    /// <summary>
    /// Takes in an event that counts. Later ones win: a path that is removed after it was produced is gone, and the reverse.
    /// </summary>
    public CommandInFlight Take(Event message)
    {
        if (message.IsChatter)
        {
            return this;
        }

        var (artifacts, removed) = (Artifacts, Removed);
        foreach (var artifact in message.Artifacts ?? [])
        {
            artifacts = artifacts.SetItem(artifact.Path, artifact);
            removed = removed.Remove(artifact.Path);
        }

        foreach (var path in message.Removed ?? [])
        {
            artifacts = artifacts.Remove(path);
            removed = removed.Add(path);
        }

        return this with
        {
            Events = Events.Add(message.MessageId),
            Seen = Seen.Add(message.MessageId),
            Artifacts = artifacts,
            Removed = removed,
            Terminal = message.Name.IsTerminal ? message : null,
        };
    }
}
