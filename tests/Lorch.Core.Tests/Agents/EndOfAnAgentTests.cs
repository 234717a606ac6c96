using Lorch.Core.Agents.Processes;

namespace Lorch.Core.Tests.Agents;

public sealed class EndOfAnAgentTests
{
    [Fact]
    public void Keeps_the_last_lines_of_standard_error()
    {
        var tail = new StderrTail();
        for (var i = 1; i <= 25; i++)
        {
            tail.Add($"line {i}");
        }

        Assert.Equal(Enumerable.Range(6, 20).Select(i => $"line {i}"), tail.ToList());
    }

    [Theory]
    [InlineData(137, "SIGKILL")]
    [InlineData(143, "SIGTERM")]
    [InlineData(139, "SIGSEGV")]
    [InlineData(134, "SIGABRT")]
    [InlineData(0, null)]
    [InlineData(15, null)]
    [InlineData(128, null)]
    [InlineData(255, null)]
    public void Names_the_signal_in_an_exit_code(int exitCode, string? name) =>
        Assert.Equal(name, UnixSignals.NameFromExitCode(exitCode));

    [Fact]
    public void Is_asked_politely_first() =>
        Assert.Equal(new StopLadder(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2)), StopLadder.Of(StopUrgency.Normal));

    [Fact]
    public void Takes_less_than_five_seconds_when_somebody_waits_for_it()
    {
        var ladder = StopLadder.Of(StopUrgency.Cancelled);

        Assert.InRange(ladder.AfterInputClosed + ladder.AfterTerminate + StopLadder.AfterKill, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }
}
