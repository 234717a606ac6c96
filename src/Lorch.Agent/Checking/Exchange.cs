using Lorch.Core.Protocol;

namespace Lorch.Agent.Checking;

/// <summary>How a command came to its end.</summary>
internal abstract record ExchangeEnd
{
    private ExchangeEnd()
    {
    }

    /// <summary>An event that counts ended it.</summary>
    /// <param name="Terminal">The event.</param>
    public sealed record Answered(Event Terminal) : ExchangeEnd;

    /// <summary>What ended it doesn't count; which rule it breaks is noted already.</summary>
    public sealed record AnsweredWrongly : ExchangeEnd;

    /// <summary>The agent ended before it answered.</summary>
    public sealed record Died : ExchangeEnd;

    /// <summary>Nothing was waited for any longer; which rule it breaks is noted already.</summary>
    public sealed record GivenUp : ExchangeEnd;
}

/// <summary>One sending of a command, and what was said to it.</summary>
/// <param name="command">The command.</param>
internal sealed class Exchange(Command command)
{
    // Those who wait must not go on inside of the lock of those who tell.
    private readonly TaskCompletionSource<ExchangeEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets the command.</summary>
    public Command Command => command;

    /// <summary>Gets a task that completes when the command came to its end. It doesn't fail.</summary>
    public Task<ExchangeEnd> End => _end.Task;

    /// <summary>Gets or sets how many lines were no messages.</summary>
    public int RejectedLines { get; set; }

    /// <summary>Gets the ids that were said.</summary>
    public HashSet<Core.MessageId> Said { get; } = [];

    /// <summary>Ends it; only the first end counts.</summary>
    public void Finish(ExchangeEnd end) => _end.TrySetResult(end);
}
