using System.Collections.Concurrent;

namespace Lorch.Core.Agents.Processes;

/// <summary>Reads a pipe on a thread of its own, which waits there for whoever writes.</summary>
/// <remarks>
/// For Windows, where the pipes of a child process are synchronous (learn.microsoft.com/windows/win32/ipc/anonymous-pipe-operations: no
/// overlapped operations), so that each waiting read would hold a thread of the pool, and an answer would wait for the pool to grow.
/// </remarks>
internal sealed class ThreadReader : ForwardStream
{
    private const int BlockSize = 64 * 1024;

    private readonly Stream _pipe;
#pragma warning disable CA2213 // It holds no handle, and disposing it on the thread would race with who closes this
    private readonly BlockingCollection<TaskCompletionSource<ReadOnlyMemory<byte>>> _asked = [];
#pragma warning restore CA2213
    private Task<ReadOnlyMemory<byte>>? _reading;
    private ReadOnlyMemory<byte> _rest;

    /// <summary>Initializes a new instance of the <see cref="ThreadReader"/> class.</summary>
    /// <param name="pipe">The pipe; it is disposed with this.</param>
    public ThreadReader(Stream pipe)
    {
        _pipe = pipe;
        new Thread(Read) { IsBackground = true, Name = "Lorch reads a pipe" }.Start();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.IsEmpty)
        {
            // Nothing ends a read that is under way: what it brings is for the next one who asks.
            _reading ??= Ask();
            _rest = await _reading.WaitAsync(cancellationToken);
            _reading = null;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _asked.CompleteAdding();
            _pipe.Dispose();
        }

        base.Dispose(disposing);
    }

    private Task<ReadOnlyMemory<byte>> Ask()
    {
        var answer = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        ObjectDisposedException.ThrowIf(_asked.IsAddingCompleted, this);
        _asked.Add(answer);
        return answer.Task;
    }

    private void Read()
    {
        // One block is enough: the next is asked for when this one was taken.
        var block = new byte[BlockSize];
        foreach (var answer in _asked.GetConsumingEnumerable())
        {
            try
            {
                answer.SetResult(block.AsMemory(0, _pipe.Read(block)));
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
            {
                answer.SetException(exception);
            }
        }
    }
}
