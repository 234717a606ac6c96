namespace Lorch.Testing;

/// <summary>The system's clock, which says when somebody measures a time with it, before it answers.</summary>
internal sealed class WatchedClock(Action measuring) : TimeProvider
{
    public override long GetTimestamp()
    {
        measuring();
        return base.GetTimestamp();
    }
}
