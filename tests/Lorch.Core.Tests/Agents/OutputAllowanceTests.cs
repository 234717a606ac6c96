using Lorch.Core.Agents.Processes;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Core.Tests.Agents;

public sealed class OutputAllowanceTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Lets_a_burst_pass_and_refuses_a_rate()
    {
        var allowance = Allowance();
        allowance.Take(1000);
        Assert.Null(allowance.Excess);

        allowance.Take(1);

        Assert.Equal("more than 100 bytes a second over 10 s (policy.output_max_bytes_per_s)", allowance.Excess);
    }

    [Fact]
    public void Counts_the_rate_over_commands()
    {
        var allowance = Allowance();
        allowance.Take(1000);

        allowance.Renew();
        allowance.Take(1);

        Assert.NotNull(allowance.Excess);
    }

    [Fact]
    public void Lets_go_on_for_ever_what_comes_slowly()
    {
        var allowance = Allowance();
        for (var command = 0; command < 100; command++)
        {
            allowance.Renew();
            allowance.Take(1000);
            _clock.Advance(OutputAllowance.Window);
        }

        Assert.Null(allowance.Excess);
    }

    [Fact]
    public void Refuses_a_total_that_came_slowly()
    {
        var allowance = Allowance();
        for (var part = 0; part < 5; part++)
        {
            Assert.Null(allowance.Excess);
            allowance.Take(1000);
            _clock.Advance(OutputAllowance.Window);
        }

        allowance.Take(1);

        Assert.Equal("more than 5000 bytes for one command (policy.output_max_bytes)", allowance.Excess);
        allowance.Renew();
        Assert.NotNull(allowance.Excess);
    }

    [Fact]
    public void Knows_limits_that_no_counter_reaches()
    {
        var allowance = new OutputAllowance(new OutputLimits { MaxBytes = long.MaxValue, MaxBytesPerSecond = long.MaxValue }, _clock);

        allowance.Take(int.MaxValue);

        Assert.Null(allowance.Excess);
    }

    private OutputAllowance Allowance() => new(new OutputLimits { MaxBytes = 5000, MaxBytesPerSecond = 100 }, _clock);
}
