using System.IO.Pipelines;
using System.Text;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Core.Tests.Agents;

public sealed class AgentOutputTests
{
    private readonly Pipe _pipe = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly byte[] _buffer = new byte[100];
    private OutputAllowance? _allowance;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gives_what_the_pipe_gives()
    {
        await using var output = Output(allowance: 100);
        await WriteAsync("hello");

        Assert.Equal(5, await output.ReadAsync(_buffer, Token));
        Assert.Equal("hello", Encoding.ASCII.GetString(_buffer, 0, 5));
    }

    [Fact]
    public async Task Ends_when_more_came_than_is_allowed_and_says_so()
    {
        await using var output = Output(allowance: 8);
        await WriteAsync("12345678");
        Assert.Equal(8, await output.ReadAsync(_buffer, Token));
        Assert.Null(output.Flood);

        await WriteAsync("9");

        Assert.Equal(0, await output.ReadAsync(_buffer, Token));
        Assert.Contains("more than 8 bytes for one command", output.Flood, StringComparison.Ordinal);
        _allowance!.Renew();
        Assert.NotNull(output.Flood);
    }

    [Fact]
    public async Task Allows_as_much_again_for_the_next_command()
    {
        await using var output = Output(allowance: 8);
        await WriteAsync("12345678");
        Assert.Equal(8, await output.ReadAsync(_buffer, Token));

        _allowance!.Renew();
        await WriteAsync("12345678");

        Assert.Equal(8, await output.ReadAsync(_buffer, Token));
        Assert.Null(output.Flood);
    }

    private AgentOutput Output(long allowance) =>
        new(_pipe.Reader.AsStream(), _allowance = new OutputAllowance(new OutputLimits { MaxBytes = allowance }, _clock));

    private async Task WriteAsync(string text) => await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(text), Token);
}
