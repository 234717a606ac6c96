using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;

namespace Lorch.Core.Agents;

/// <summary>A conversation with one running agent: one command in flight at a time.</summary>
/// <remarks>
/// <para>Who calls: one owner, one call at a time. It sends a command, reads signals until it is satisfied, and then sends the next command
/// or stops the agent. Reading goes on in the background into a bounded buffer; an agent that is not read from is made to wait.</para>
/// <para>Order: events and rejected lines are read in the order in which they were sent. <see cref="AgentSignal.Ended"/> comes after all of
/// them.</para>
/// <para>Failure: an agent's death is never an exception: a command that couldn't be delivered is followed by
/// <see cref="AgentSignal.Ended"/>.</para>
/// </remarks>
internal interface IAgentSession : IAsyncDisposable
{
    /// <summary>Gets the agent's type.</summary>
    AgentType Type { get; }

    /// <summary>Gets the name of this process of the agent: <c>&lt;type&gt;-&lt;pid&gt;</c>.</summary>
    string AgentId { get; }

    /// <summary>Gets the process id.</summary>
    int Pid { get; }

    /// <summary>Gets a value indicating whether the process has ended.</summary>
    bool HasEnded { get; }

    /// <summary>Gets a value indicating whether it may have begun the command that was handed over last. It hasn't if it answered an
    /// earlier one and said nothing since: an agent that ends after each answer may still be there when the next command comes.</summary>
    bool MayHaveBegun { get; }

    /// <summary>Hands a command to the agent.</summary>
    /// <param name="command">The command; already durable in the ledger.</param>
    /// <param name="cancellationToken">Gives up on an agent that doesn't read; the session can then only be stopped.</param>
    /// <returns>A task that completes when the agent's pipe has taken the command, or the agent is gone.</returns>
    Task SendAsync(Command command, CancellationToken cancellationToken);

    /// <summary>Waits for the next signal.</summary>
    /// <param name="cancellationToken">Stops waiting; no signal is lost.</param>
    /// <returns>The signal.</returns>
    ValueTask<AgentSignal> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Writes an event that the ledger doesn't take into the agent's log.</summary>
    /// <param name="message">The event.</param>
    /// <param name="reason">Why the ledger doesn't take it.</param>
    void KeepInLog(Event message, string reason);

    /// <summary>Ends the agent with all the processes it started: first asks, then makes it.</summary>
    /// <param name="urgency">How long each asking may take.</param>
    /// <param name="cancellationToken">Ends the asking: the processes are killed at once. The exit is returned nevertheless.</param>
    /// <returns>How the agent ended; the same for every call.</returns>
    Task<AgentExit> StopAsync(StopUrgency urgency, CancellationToken cancellationToken);
}
