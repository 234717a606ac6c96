using System.IO.Pipes;
using System.Text;
using Lorch.Core.Agents.Processes;
using Lorch.Testing;

namespace Lorch.Core.Tests.Agents;

[DiffersOnWindows]
public sealed class ThreadReaderTests : IAsyncDisposable
{
    private readonly AnonymousPipeServerStream _writer = new(PipeDirection.Out);
    private readonly ThreadReader _reader;
    private readonly byte[] _buffer = new byte[100];

    public ThreadReaderTests() => _reader = new ThreadReader(new AnonymousPipeClientStream(PipeDirection.In, _writer.ClientSafePipeHandle));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _reader.DisposeAsync();
    }

    [Fact]
    public async Task Gives_what_was_written_to_a_reader_with_little_room()
    {
        Write("0123456789");

        var text = "";
        while (text.Length < 10)
        {
            text += Encoding.ASCII.GetString(_buffer.AsSpan(0, await _reader.ReadAsync(_buffer.AsMemory(0, 3), Token)));
        }

        Assert.Equal("0123456789", text);
    }

    [Fact]
    public async Task Ends_with_its_pipe()
    {
        await _writer.DisposeAsync();

        Assert.Equal(0, await _reader.ReadAsync(_buffer, Token));
        Assert.Equal(0, await _reader.ReadAsync(_buffer, Token));
    }

    [Fact]
    public async Task Loses_nothing_when_a_read_is_given_up()
    {
        using var givenUp = new CancellationTokenSource();
        var read = _reader.ReadAsync(_buffer, givenUp.Token).AsTask();
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);

        Write("late");

        Assert.Equal(4, await _reader.ReadAsync(_buffer, Token));
    }

    [Fact]
    public async Task Refuses_to_read_when_it_is_closed()
    {
        await _reader.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => _reader.ReadAsync(_buffer, Token).AsTask());
    }

    [Fact]
    public void May_be_closed_more_than_once()
    {
        var readers = Enumerable.Range(0, 200).Select(_ => new ThreadReader(new MemoryStream())).ToList();
        readers.ForEach(reader => reader.Dispose());

        // The threads of the first have ended meanwhile.
        readers.ForEach(reader => reader.Dispose());
    }

    /// <summary>
    /// The pool grows by one or two threads a second: by the time that it had one for each of these, the guard would have gone off.
    /// </summary>
    [Fact]
    public async Task Holds_no_thread_that_others_wait_for()
    {
        using var nothingComes = new ManualResetEvent(false);
        using var guard = CancellationTokenSource.CreateLinkedTokenSource(Token);
        guard.CancelAfter(TimeSpan.FromSeconds(30));
        var readers = Enumerable.Range(0, 400).Select(_ => new ThreadReader(new WaitingStream(nothingComes))).ToList();
        var reads = readers.Select(reader => reader.ReadAsync(new byte[1], guard.Token).AsTask()).ToList();

        await Task.Run(() => { }, guard.Token).WaitAsync(guard.Token);

        Assert.DoesNotContain(reads, read => read.IsCompleted);
        nothingComes.Set();
        Assert.All(await Task.WhenAll(reads), count => Assert.Equal(0, count));
        readers.ForEach(reader => reader.Dispose());
    }

    private void Write(string text) => _writer.Write(Encoding.ASCII.GetBytes(text));

    /// <summary>Waits as a synchronous pipe does, holding the thread that reads.</summary>
    private sealed class WaitingStream(WaitHandle end) : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => end.WaitOne() ? 0 : -1;

        public override int Read(Span<byte> buffer) => end.WaitOne() ? 0 : -1;
    }
}
