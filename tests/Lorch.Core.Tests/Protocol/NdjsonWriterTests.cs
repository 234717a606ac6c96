using System.Text;
using Lorch.Core.Protocol;

namespace Lorch.Core.Tests.Protocol;

public sealed class NdjsonWriterTests
{
    [Fact]
    public async Task Writes_each_message_at_once_and_flushes_it()
    {
        using var stream = new RecordingStream();
        using var writer = new NdjsonWriter(stream);

        await writer.WriteAsync(Samples.Read(Samples.Log), TestContext.Current.CancellationToken);
        await writer.WriteAsync(Samples.Read(Samples.Event), TestContext.Current.CancellationToken);

        Assert.Equal([Samples.Log + "\n", "flush", Samples.Event + "\n", "flush"], stream.Calls);
    }

    [Fact]
    public async Task Takes_a_message_of_just_the_allowed_size()
    {
        using var stream = new RecordingStream();
        using var writer = new NdjsonWriter(stream);

        await writer.WriteAsync(OfSize(Message.MaxBytes), TestContext.Current.CancellationToken);

        Assert.Equal(Message.MaxBytes + 1, stream.Calls[0].Length);
    }

    [Fact]
    public async Task Refuses_a_message_that_is_too_long_and_writes_nothing()
    {
        using var stream = new RecordingStream();
        using var writer = new NdjsonWriter(stream);

        var exception = await Assert.ThrowsAsync<ArgumentException>(
            () => writer.WriteAsync(OfSize(Message.MaxBytes + 1), TestContext.Current.CancellationToken));

        Assert.Contains("262145 bytes; at most 262144", exception.Message, StringComparison.Ordinal);
        Assert.Empty(stream.Calls);
    }

    private static LogMessage OfSize(int bytes)
    {
        var log = (LogMessage)Samples.Read(Samples.Log) with { Text = "" };
        return log with { Text = new string('x', bytes - MessageJson.GetBytes(log).Length) };
    }

    private sealed class RecordingStream : MemoryStream
    {
        public List<string> Calls { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Calls.Add(Encoding.UTF8.GetString(buffer.Span));
            return ValueTask.CompletedTask;
        }

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            Calls.Add("flush");
            return Task.CompletedTask;
        }
    }
}
