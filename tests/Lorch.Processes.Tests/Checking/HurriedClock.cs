namespace Lorch.Processes.Tests.Checking;

/// <summary>A clock on which ten seconds go by in one: for waiting that is the subject of a test and must come to its end.</summary>
internal sealed class HurriedClock : TimeProvider
{
    private const int Speed = 10;

    public override long GetTimestamp() => System.GetTimestamp() * Speed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(System.CreateTimer(callback, state, Hurry(dueTime), Hurry(period)));

    private static TimeSpan Hurry(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / Speed;

    private sealed class Timer(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Hurry(dueTime), Hurry(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
