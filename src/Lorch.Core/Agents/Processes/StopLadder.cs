namespace Lorch.Core.Agents.Processes;

/// <summary>How long a process is given at each step on the way to its end.</summary>
/// <param name="AfterInputClosed">From the end of its standard input until SIGTERM.</param>
/// <param name="AfterTerminate">From SIGTERM until SIGKILL.</param>
internal sealed record StopLadder(TimeSpan AfterInputClosed, TimeSpan AfterTerminate)
{
    /// <summary>
    /// How long SIGKILL may take; only a process stuck inside the kernel needs longer, and nothing else can be done about it.
    /// </summary>
    public static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(1);

    /// <summary>Gives the ladder of an urgency.</summary>
    /// <param name="urgency">The urgency.</param>
    /// <returns>The ladder.</returns>
    public static StopLadder Of(StopUrgency urgency) => urgency == StopUrgency.Normal
        ? new StopLadder(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2))
        : new StopLadder(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));
}
