using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;

namespace Lorch.Core.Agents;

/// <summary>Something an agent did that a run must know.</summary>
internal abstract record AgentSignal
{
    private AgentSignal()
    {
    }

    /// <summary>It sent an event. Nothing but the form of the message has been checked.</summary>
    /// <param name="Event">The event.</param>
    internal sealed record Spoke(Event Event) : AgentSignal
    {
        /// <summary>Gets the command that was in flight when the event was read.</summary>
        public Command? During { get; init; }

        /// <summary>Gets a value indicating whether it was read before the command in flight was sent, and so can't answer it.</summary>
        public bool IsLate { get; init; }
    }

    /// <summary>It sent a line that is no message an agent may send.</summary>
    /// <param name="Line">What is wrong with the line.</param>
    internal sealed record Misspoke(RejectedLine Line) : AgentSignal;

    /// <summary>It gave a sign of life; said only where heartbeats are to be recorded.</summary>
    /// <param name="Heartbeat">The heartbeat, which counts.</param>
    internal sealed record Beat(Heartbeat Heartbeat) : AgentSignal;

    /// <summary>It sent a heartbeat that doesn't count. Said once per command.</summary>
    /// <param name="Line">What is wrong with the heartbeat.</param>
    internal sealed record BeatInVain(RejectedLine Line) : AgentSignal;

    /// <summary>It ended. Nothing follows; every further read gives the same again.</summary>
    /// <param name="Exit">How it ended.</param>
    internal sealed record Ended(AgentExit Exit) : AgentSignal;

    /// <summary>Its heartbeats stopped in mid-command. Said once per command; the process may still be there.</summary>
    /// <param name="Silence">How long nothing was heard.</param>
    internal sealed record FellSilent(TimeSpan Silence) : AgentSignal;

    /// <summary>It sent more than one command may bring. Said once; what it sends afterwards is thrown away.</summary>
    /// <param name="Reason">What was too much.</param>
    internal sealed record Flooded(string Reason) : AgentSignal;
}
