namespace Lorch.Core.Agents;

/// <summary>How long to wait before something that failed is tried again.</summary>
internal sealed record Backoff
{
    /// <summary>Gets the wait before the first retry; 1 second by default.</summary>
    public TimeSpan Initial { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the longest wait; 1 minute by default.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets what each wait is multiplied by to get the next one, 1 or more; 2 by default.</summary>
    public double Multiplier { get; init; } = 2.0;

    /// <summary>Gets how chance enters.</summary>
    public BackoffJitter Jitter { get; init; } = BackoffJitter.Full;

    /// <summary>Computes a wait.</summary>
    /// <param name="retry">Which retry it comes before, from 0 for the first.</param>
    /// <param name="chance">A random number, 0 or more and less than 1.</param>
    /// <returns>The wait, at most <see cref="Max"/>.</returns>
    public TimeSpan WaitBefore(int retry, double chance)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(retry);

        // The power leaves the range of TimeSpan, and even of double, long before anyone has tried so often.
        var milliseconds = Math.Min(Initial.TotalMilliseconds * Math.Pow(Multiplier, retry), Max.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Jitter == BackoffJitter.Full ? milliseconds * chance : milliseconds);
    }
}

/// <summary>How chance enters a wait, so that many who failed together don't come back together.</summary>
internal enum BackoffJitter
{
    /// <summary>A random part of the computed wait, from nothing to all of it.</summary>
    Full,

    /// <summary>Exactly the computed wait.</summary>
    None,
}
