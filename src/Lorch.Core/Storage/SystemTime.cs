namespace Lorch.Core.Storage;

/// <summary>The times of file systems, which go further than those of .NET.</summary>
internal static class SystemTime
{
    private static readonly long EarliestSecond = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long LatestSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Makes a time of what the system tells; the earliest or latest there is where it is further away.</summary>
    public static DateTimeOffset Of(long seconds, uint nanoseconds)
    {
        var near = Math.Clamp(seconds, EarliestSecond, LatestSecond);
        return DateTimeOffset.UnixEpoch.AddTicks(
            (near * TimeSpan.TicksPerSecond) + (near == seconds ? nanoseconds / TimeSpan.NanosecondsPerTick : 0));
    }
}
