using Lorch.Core.Protocol;

namespace Lorch.Agent.Talking;

/// <summary>Works commands, one at a time.</summary>
internal interface ICommandWorker
{
    /// <summary>Works a command: says its events, the last of which ends it.</summary>
    /// <param name="command">The command.</param>
    /// <param name="conversation">Where the events are said.</param>
    /// <param name="cancellationToken">Nobody waits for the answer any more.</param>
    /// <returns>The exit code that the agent is to end with at once; null: it goes on.</returns>
    Task<int?> WorkAsync(Command command, IConversation conversation, CancellationToken cancellationToken);
}

/// <summary>What an agent may do while it works a command.</summary>
internal interface IConversation
{
    /// <summary>Sends an event.</summary>
    /// <param name="spoken">The event.</param>
    /// <param name="cancellationToken">Stops before it is sent.</param>
    /// <returns>A task that completes when it was sent.</returns>
    Task SayAsync(Event spoken, CancellationToken cancellationToken);

    /// <summary>Writes a text that is no message.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Stops before it is written.</param>
    /// <returns>A task that completes when it was written.</returns>
    Task WriteRawAsync(string text, CancellationToken cancellationToken);

    /// <summary>Says nothing any more, heartbeats included.</summary>
    void FallSilent();
}
