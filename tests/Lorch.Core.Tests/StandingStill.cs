using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Core.Tests;

/// <summary>The clock that stands still while its process does.</summary>
public sealed class StandingStill : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private readonly FakeTimeProvider _real = new();
    private readonly AwakeClock _clock;

    public StandingStill() => _clock = new AwakeClock(_real);

    public void Dispose() => _clock.Dispose();

    [Fact]
    public void Counts_all_time_in_which_the_process_runs()
    {
        var start = _clock.GetTimestamp();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60), _clock);

        Pass(TimeSpan.FromSeconds(59.75));
        Assert.False(deadline.IsCancellationRequested);
        Pass(Step);

        Assert.True(deadline.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromSeconds(60), _clock.GetElapsedTime(start));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(0, 600)]
    [InlineData(30, 86_400)]
    [InlineData(59.75, 86_400)]
    public void Charges_no_deadline_for_a_stop_and_lets_others_come_first_after_it(double before, double stop)
    {
        var start = _clock.GetTimestamp();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60), _clock);
        Pass(TimeSpan.FromSeconds(before));

        _real.Advance(TimeSpan.FromSeconds(stop));
        var left = TimeSpan.FromSeconds(60 - before);
        left = left > AwakeClock.GraceAfterStop ? left : AwakeClock.GraceAfterStop;
        Pass(left - Step);
        Assert.False(deadline.IsCancellationRequested);
        Pass(Step);

        Assert.True(deadline.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromSeconds(before) + left, _clock.GetElapsedTime(start));
    }

    [Fact]
    public void Charges_nothing_for_many_stops()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60), _clock);
        for (var i = 0; i < 100; i++)
        {
            Pass(TimeSpan.FromSeconds(0.5));
            _real.Advance(TimeSpan.FromHours(1));
        }

        Assert.False(deadline.IsCancellationRequested);
        Pass(TimeSpan.FromSeconds(10));
        Assert.True(deadline.IsCancellationRequested);
    }

    [Fact]
    public async Task Repeats_a_timer_and_waits_after_a_stop_no_longer_than_it_was_set_to()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _clock);
        for (var i = 0; i < 3; i++)
        {
            var tick = timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            Assert.False(tick.IsCompleted);
            _real.Advance(TimeSpan.FromMinutes(i));
            Pass(TimeSpan.FromSeconds(1));
            Assert.True(await tick);
        }
    }

    [Fact]
    public void Hears_an_agent_whose_heartbeats_wait_in_the_pipe_before_it_takes_it_for_silent()
    {
        TimeSpan? silence = null;
        using var monitor = new HeartbeatMonitor(
            TimeSpan.FromSeconds(10),
            4711,
            found =>
            {
                silence = found;
                return true;
            },
            _clock);
        monitor.Watch();
        monitor.Beat(Heartbeat(0));
        Pass(TimeSpan.FromSeconds(29));

        _real.Advance(TimeSpan.FromHours(8));
        Pass(TimeSpan.FromSeconds(4));
        monitor.Beat(Heartbeat(1));
        Pass(TimeSpan.FromSeconds(29));
        Assert.Null(silence);
        Pass(TimeSpan.FromSeconds(2));

        Assert.Equal(30, silence?.TotalSeconds);
    }

    private static Heartbeat Heartbeat(long seq) => new()
    {
        Agent = new AgentAddress { AgentType = AgentType.Builder, AgentId = "builder-4711" },
        Seq = seq,
        Status = AgentStatus.Busy,
        Pid = 4711,
        UptimeS = 1,
        LastActivityAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>Lets time pass as it does for a process that runs.</summary>
    private void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Step)
        {
            _real.Advance(Step);
        }
    }
}
