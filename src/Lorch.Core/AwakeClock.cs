namespace Lorch.Core;

/// <summary>
/// A clock that stands still while its process does: stopped by a signal (Ctrl+Z), frozen with its container, or asleep with its machine.
/// </summary>
/// <remarks>
/// It looks at another clock four times a second. A look that comes more than a second late says that the process was stopped, and that
/// time counts for no timer and no elapsed time of this clock. A timer that was pending then waits once more, for some seconds or as long
/// as it was set to if that is less: what came meanwhile is heard before a deadline counts. The time of day is that of the other clock.
/// </remarks>
internal sealed class AwakeClock : TimeProvider, IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(1);

    /// <summary>By how much a timer of the other clock may come too early, since it counts in whole milliseconds.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly ITimer _looks;
    private long _lastLook;
    private long _stopped;
    private long _lastStop = long.MinValue;

    /// <summary>
    /// Initializes a new instance of the <see cref="AwakeClock"/> class, which looks at the other clock until it is disposed.
    /// </summary>
    /// <param name="clock">The other clock.</param>
    public AwakeClock(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        _lastLook = clock.GetTimestamp();
        _looks = clock.CreateTimer(_ => Look(), null, LookInterval, LookInterval);
    }

    /// <summary>Gets how long a timer that was pending during a stop still waits after it, at least, unless it was set to less.</summary>
    public static TimeSpan GraceAfterStop { get; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override long TimestampFrequency => _clock.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _clock.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    /// <inheritdoc/>
    public override long GetTimestamp() => Look().Timestamp;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new AwakeTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <inheritdoc/>
    public void Dispose() => _looks.Dispose();

    /// <summary>Gives the time without all stops, and when the last one was.</summary>
    private (long Timestamp, long LastStop) Look()
    {
        lock (_gate)
        {
            var now = _clock.GetTimestamp();
            if (_clock.GetElapsedTime(_lastLook, now) > LongestGap)
            {
                _stopped += now - _lastLook;
                _lastStop = now - _stopped;
            }

            _lastLook = now;
            return (now - _stopped, _lastStop);
        }
    }

    /// <summary>Rests on a timer of the other clock, which it sets again for what a stop took.</summary>
    private sealed class AwakeTimer : ITimer
    {
        private readonly AwakeClock _owner;
        private readonly Action _fire;
        private readonly Lock _gate = new();
        private readonly ITimer _timer;
        private long _begun;
        private TimeSpan _dueTime = Timeout.InfiniteTimeSpan;
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public AwakeTimer(AwakeClock owner, Action fire)
        {
            _owner = owner;
            _fire = fire;
            _timer = owner._clock.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
            {
                (_begun, _) = _owner.Look();
                (_dueTime, _period) = (dueTime, period);
                return _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose() => _timer.Dispose();

        public ValueTask DisposeAsync() => _timer.DisposeAsync();

        private void OnTimer()
        {
            lock (_gate)
            {
                if (_dueTime == Timeout.InfiniteTimeSpan || IsPutOff())
                {
                    return;
                }

                (_begun, _) = _owner.Look();
                _dueTime = _period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan;
                _timer.Change(_dueTime, Timeout.InfiniteTimeSpan);
            }

            _fire();
        }

        /// <summary>
        /// Sets the timer again if the time that counts isn't over, or a stop in it ended so shortly ago that others come first.
        /// </summary>
        private bool IsPutOff()
        {
            var (now, lastStop) = _owner.Look();
            var left = _dueTime - _owner._clock.GetElapsedTime(_begun, now);
            if (lastStop >= _begun)
            {
                var grace = (_dueTime < GraceAfterStop ? _dueTime : GraceAfterStop) - _owner._clock.GetElapsedTime(lastStop, now);
                left = left > grace ? left : grace;
            }

            return left > Precision && _timer.Change(left, Timeout.InfiniteTimeSpan);
        }
    }
}
