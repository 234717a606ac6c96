namespace Lorch.Testing;

/// <summary>The system's clock, moved forward: days pass in no time, and timers still run.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private TimeSpan _shift;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _shift;

    public void Pass(TimeSpan time) => _shift += time;
}
