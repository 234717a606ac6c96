using Lorch.Core.Protocol;

namespace Lorch.Core.Agents;

/// <summary>Notices when an agent that sent heartbeats stops sending anything in mid-command.</summary>
/// <remarks>
/// An agent that never sent a heartbeat isn't watched: its deadline bounds it. Every other message is a sign of life too.
/// </remarks>
internal sealed class HeartbeatMonitor : IDisposable
{
    /// <summary>How many intervals may pass without a sign of life.</summary>
    public const int MissedIntervals = 3;

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly TimeSpan _limit;
    private readonly int _pid;
    private readonly Func<TimeSpan, bool> _fellSilent;
    private readonly ITimer _timer;
    private long _lastSeq = -1;
    private long _lastHeard;
    private bool _inFlight;
    private bool _suspended;

    /// <summary>Initializes a new instance of the <see cref="HeartbeatMonitor"/> class.</summary>
    /// <param name="interval">How often the agent promises a heartbeat.</param>
    /// <param name="pid">The agent's process id.</param>
    /// <param name="fellSilent">Told once per command, on a thread of the clock's, how long the silence is; false: it couldn't be told
    /// now.</param>
    /// <param name="clock">The clock.</param>
    public HeartbeatMonitor(TimeSpan interval, int pid, Func<TimeSpan, bool> fellSilent, TimeProvider clock)
    {
        _clock = clock;
        _limit = interval * MissedIntervals;
        _pid = pid;
        _fellSilent = fellSilent;
        _lastHeard = clock.GetTimestamp();
        _timer = clock.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes a heartbeat.</summary>
    /// <param name="heartbeat">The heartbeat.</param>
    /// <returns>Why it doesn't count; null when it does.</returns>
    public string? Beat(Heartbeat heartbeat)
    {
        lock (_gate)
        {
            if (heartbeat.Pid != _pid)
            {
                return $"it names process {heartbeat.Pid}, the agent's is {_pid}";
            }

            if (heartbeat.Seq <= _lastSeq)
            {
                return $"its seq {heartbeat.Seq} is not greater than {_lastSeq}, the one before";
            }

            _lastSeq = heartbeat.Seq;
            Restart();
            return null;
        }
    }

    /// <summary>Takes any other sign of life.</summary>
    public void Hear()
    {
        lock (_gate)
        {
            Restart();
        }
    }

    /// <summary>Watches from now on: a command is in flight.</summary>
    public void Watch()
    {
        lock (_gate)
        {
            _inFlight = true;
            Restart();
        }
    }

    /// <summary>Watches no longer: the command is answered.</summary>
    public void Rest()
    {
        lock (_gate)
        {
            _inFlight = false;
            Restart();
        }
    }

    /// <summary>Stops or goes on listening: while nobody reads what the agent says, silence is not its fault.</summary>
    /// <param name="suspended">Whether nobody reads.</param>
    public void Suspend(bool suspended)
    {
        lock (_gate)
        {
            _suspended = suspended;
            Restart();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Restart()
    {
        _lastHeard = _clock.GetTimestamp();
        var watches = _inFlight && !_suspended && _lastSeq >= 0;
        _timer.Change(watches ? _limit : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            var silence = _clock.GetElapsedTime(_lastHeard);
            if (!_inFlight || _suspended)
            {
                return;
            }

            // The timer may have been due already when a message restarted it.
            if (silence < _limit || !_fellSilent(silence))
            {
                _timer.Change(silence < _limit ? _limit - silence : _limit, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
