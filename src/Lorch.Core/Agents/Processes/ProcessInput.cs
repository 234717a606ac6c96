namespace Lorch.Core.Agents.Processes;

/// <summary>A pipe that a process reads from, which breaks when the process ended: somebody else who holds it may never read.</summary>
/// <param name="pipe">The pipe.</param>
/// <param name="processEnded">Completes when the process has ended.</param>
internal sealed class ProcessInput(Stream pipe, Task processEnded) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var write = pipe.WriteAsync(buffer, abandoned.Token).AsTask();

        // On Windows nothing ends a write to a pipe that nobody reads: it is left to the end of the process.
        await Task.WhenAny(write, processEnded.WaitAsync(cancellationToken));
        if (!write.IsCompleted)
        {
            await abandoned.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException("The process ended before it read all that it was told.");
        }

        await write;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            pipe.Dispose();
        }

        base.Dispose(disposing);
    }
}
