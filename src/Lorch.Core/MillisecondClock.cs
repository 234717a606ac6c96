namespace Lorch.Core;

/// <summary>The time as records hold it.</summary>
internal static class MillisecondClock
{
    /// <summary>
    /// Gives the time without what is finer than a millisecond, as it will be read again: what is folded now equals what a replay folds.
    /// </summary>
    public static DateTimeOffset GetUtcMilliseconds(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
