using System.IO.Pipelines;
using System.Text;
using Lorch.Core.Agents.Processes;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Core.Tests.Agents;

/// <summary>No pipe is waited for longer than a second after its owner's end, whoever holds it.</summary>
public sealed class PipesOfAProcess
{
    private readonly Pipe _pipe = new();
    private readonly TaskCompletionSource _processEnded = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly byte[] _buffer = new byte[100];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Give_what_was_left_in_the_pipe_when_the_process_ended()
    {
        await using var output = Output();
        await WriteAsync("last words");
        _processEnded.SetResult();

        Assert.Equal(10, await output.ReadAsync(_buffer, Token));
    }

    [Fact]
    public async Task End_a_second_after_the_process_though_the_pipe_is_held_open()
    {
        await using var output = Output();
        _processEnded.SetResult();

        var read = output.ReadAsync(_buffer, Token).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(read.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(0, await read);
    }

    [Fact]
    public async Task End_a_read_that_had_begun_before_the_process_ended()
    {
        await using var output = Output();
        var read = output.ReadAsync(_buffer, Token).AsTask();

        _processEnded.SetResult();
        while (!read.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(0, await read);
    }

    [Fact]
    public async Task End_though_somebody_who_outlived_the_process_goes_on_writing()
    {
        await using var output = Output();
        _processEnded.SetResult();

        long total = 0;
        for (var count = 1; count > 0; total += count)
        {
            await WriteAsync("more and more and more");
            count = await output.ReadAsync(_buffer, Token);
        }

        Assert.InRange(total, 1_000_000, 1_100_000);
    }

    [Fact]
    public async Task Gain_no_time_by_a_little_that_comes_now_and_then()
    {
        await using var output = Output();
        _processEnded.SetResult();

        for (var i = 0; i < 4; i++)
        {
            var read = output.ReadAsync(_buffer, Token).AsTask();
            _clock.Advance(TimeSpan.FromMilliseconds(240));
            await WriteAsync(".");
            Assert.Equal(1, await read);
        }

        var last = output.ReadAsync(_buffer, Token).AsTask();
        Assert.False(last.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(40));
        Assert.Equal(0, await last);
        await WriteAsync(".");
        Assert.Equal(0, await output.ReadAsync(_buffer, Token));
    }

    [Fact]
    public async Task Give_a_slow_reader_all_that_is_in_them()
    {
        await using var output = Output();
        await WriteAsync("0123456789");
        _processEnded.SetResult();

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(1, await output.ReadAsync(_buffer.AsMemory(0, 1), Token));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task End_when_they_are_closed()
    {
        var output = new ProcessOutput(new MemoryStream(), _processEnded.Task, _clock);
        await output.DisposeAsync();

        Assert.Equal(0, await output.ReadAsync(_buffer, Token));
    }

    [Fact]
    public async Task Break_where_the_process_ended_before_it_read_all()
    {
        var full = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        await using var input = new ProcessInput(full.Writer.AsStream(), _processEnded.Task);
        var write = input.WriteAsync(_buffer, Token).AsTask();

        _processEnded.SetResult();

        await Assert.ThrowsAsync<IOException>(() => write);
    }

    private ProcessOutput Output() => new(_pipe.Reader.AsStream(), _processEnded.Task, _clock);

    private async Task WriteAsync(string text) => await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(text), Token);
}
