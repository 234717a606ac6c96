using Lorch.Processes.Tests.Checking;
using Lorch.Processes.Tests.Tools;

namespace Lorch.Processes.Tests.Acp;

/// <summary>A daemon that a tool left behind may hold the tool's pipes as long as it likes.</summary>
public sealed class PipesOfAnAcpTool : IAsyncDisposable
{
    private readonly AcpStage _stage = new() { Clock = new HurriedClock() };
    private readonly Holder _holder = new();

    public async ValueTask DisposeAsync()
    {
        await _stage.DisposeAsync();
        _holder.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("> /dev/null")]
    [InlineData("2> /dev/null")]
    public async Task Do_not_keep_a_tool_that_answered_from_being_ended(string redirection)
    {
        var answer = await _stage.With(new AcpStandIn().Runs(_holder.StartWith(redirection)).GreetsAndOpens().Hears().Writes("done").Ends())
            .AskAsync();
        await _stage.DisposeToolAsync();

        Assert.Equal("done", answer.Text);
        Assert.True(_holder.Holds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("> /dev/null")]
    [InlineData("2> /dev/null")]
    public async Task Do_not_hide_that_a_tool_died(string redirection)
    {
        var answer = await _stage.With(
            new AcpStandIn().Runs(_holder.StartWith(redirection)).GreetsAndOpens().Hears().Runs("echo 'out of memory' >&2; exit 7"))
            .AskAsync();

        Assert.Contains("exit code 7", answer.Problem?.Message, StringComparison.Ordinal);
        Assert.Contains("out of memory", answer.Problem?.Message, StringComparison.Ordinal);
        Assert.True(_holder.Holds);
    }

    [Fact]
    public async Task Do_not_hide_that_a_command_in_a_terminal_ended()
    {
        var shell = _holder.Start.Replace("\"", "\\\"", StringComparison.Ordinal) + " echo built";
        var heard = await _stage.ServeAsync(
            ("terminal/create", $"\"command\":\"sh\",\"args\":[\"-c\",\"{shell}\"]"),
            ("terminal/wait_for_exit", "\"terminalId\":\"terminal-1\""),
            ("terminal/output", "\"terminalId\":\"terminal-1\""));

        Assert.Equal(0, heard[1].GetProperty("result").GetProperty("exitCode").GetInt32());
        Assert.Equal("built\n", heard[2].GetProperty("result").GetProperty("output").GetString());
        Assert.True(_holder.Holds);
    }
}
