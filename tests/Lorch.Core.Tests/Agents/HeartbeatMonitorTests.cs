using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Core.Tests.Agents;

public sealed class HeartbeatMonitorTests : IDisposable
{
    private const int Pid = 4711;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _clock = new();
    private readonly List<TimeSpan> _silences = [];
    private readonly HeartbeatMonitor _monitor;
    private bool _canBeTold = true;

    public HeartbeatMonitorTests() => _monitor = new HeartbeatMonitor(Interval, Pid, Tell, _clock);

    public void Dispose() => _monitor.Dispose();

    [Fact]
    public void Tells_of_three_missed_intervals_once()
    {
        Beat(0);
        _monitor.Watch();

        _clock.Advance((3 * Interval) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_silences);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _clock.Advance(10 * Interval);
        Assert.Equal([3 * Interval], _silences);
    }

    [Fact]
    public void Watches_the_next_command_again()
    {
        Beat(0);
        _monitor.Watch();
        _clock.Advance(3 * Interval);

        _monitor.Watch();
        _clock.Advance(3 * Interval);

        Assert.Equal(2, _silences.Count);
    }

    [Fact]
    public void Does_not_watch_an_agent_that_never_sent_a_heartbeat()
    {
        _monitor.Watch();
        _monitor.Hear();

        _clock.Advance(100 * Interval);

        Assert.Empty(_silences);
    }

    [Fact]
    public void Begins_with_a_first_heartbeat_in_mid_command()
    {
        _monitor.Watch();
        _clock.Advance(5 * Interval);
        Beat(0);

        _clock.Advance(3 * Interval);

        Assert.Single(_silences);
    }

    [Fact]
    public void Does_not_watch_between_commands()
    {
        Beat(0);
        _monitor.Watch();
        _monitor.Rest();

        _clock.Advance(100 * Interval);

        Assert.Empty(_silences);
    }

    [Fact]
    public void Takes_heartbeats_and_other_messages_for_life()
    {
        Beat(0);
        _monitor.Watch();
        for (var i = 1; i <= 10; i++)
        {
            _clock.Advance(2 * Interval);
            if (i % 2 == 0)
            {
                Beat(i);
            }
            else
            {
                _monitor.Hear();
            }
        }

        Assert.Empty(_silences);
    }

    [Fact]
    public void Does_not_blame_an_agent_that_nobody_reads()
    {
        Beat(0);
        _monitor.Watch();
        _monitor.Suspend(true);
        _clock.Advance(100 * Interval);
        Assert.Empty(_silences);

        _monitor.Suspend(false);
        _clock.Advance(3 * Interval);
        Assert.Single(_silences);
    }

    [Fact]
    public void Tries_again_when_it_could_not_tell()
    {
        _canBeTold = false;
        Beat(0);
        _monitor.Watch();
        _clock.Advance(3 * Interval);
        _canBeTold = true;

        _clock.Advance(3 * Interval);

        Assert.Equal([6 * Interval], _silences);
    }

    [Theory]
    [InlineData(Pid + 1, 8, "process 4712")]
    [InlineData(Pid, 7, "seq 7")]
    [InlineData(Pid, 3, "seq 3")]
    public void Does_not_count_a_heartbeat_that_cannot_be_true(int pid, long seq, string reason)
    {
        Beat(7);
        _monitor.Watch();
        _clock.Advance(2 * Interval);

        Assert.Contains(reason, _monitor.Beat(Heartbeat(pid, seq)), StringComparison.Ordinal);

        _clock.Advance(Interval);
        Assert.Single(_silences);
    }

    private bool Tell(TimeSpan silence)
    {
        if (_canBeTold)
        {
            _silences.Add(silence);
        }

        return _canBeTold;
    }

    private void Beat(long seq) => Assert.Null(_monitor.Beat(Heartbeat(Pid, seq)));

    private static Heartbeat Heartbeat(int pid, long seq) => new()
    {
        Agent = new AgentAddress { AgentType = AgentType.Builder },
        Seq = seq,
        Status = AgentStatus.Busy,
        Pid = pid,
        UptimeS = 1,
        LastActivityAt = DateTimeOffset.UnixEpoch,
    };
}
