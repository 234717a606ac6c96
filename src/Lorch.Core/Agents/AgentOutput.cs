namespace Lorch.Core.Agents;

/// <summary>A pipe that an agent writes to, made to end: soon after the process itself did, and when more came than is allowed.</summary>
/// <remarks>A pipe ends when nobody holds it any more, and a process that the agent left behind may hold it for ever.</remarks>
/// <param name="pipe">The pipe; stays the caller's.</param>
/// <param name="processEnded">Completes when the agent's process has ended.</param>
/// <param name="allowance">What may be read.</param>
/// <param name="clock">The clock.</param>
internal sealed class AgentOutput(Stream pipe, Task processEnded, OutputAllowance allowance, TimeProvider clock) : Stream
{
    // No pipe holds more, so more than this was written by somebody who outlived the agent.
    private const long MostInAPipe = 1024 * 1024;

    private static readonly TimeSpan PatienceAfterEnd = TimeSpan.FromSeconds(1);

    private long _leftAfterEnd = MostInAPipe;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Gets why the stream ended before its time; null if it didn't.</summary>
    public string? Flood => allowance.Excess;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Flood is not null)
        {
            return 0;
        }

        var count = await ReadPipeAsync(buffer, cancellationToken);
        allowance.Take(count);
        return Flood is null ? count : 0;
    }

    /// <summary>Throws away what comes until the end.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>A task that completes at the end.</returns>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await ReadPipeAsync(buffer, cancellationToken) > 0)
        {
            // Thrown away.
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task<int> ReadPipeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_leftAfterEnd < 0)
        {
            return 0;
        }

        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var read = pipe.ReadAsync(buffer, abandoned.Token).AsTask();
            await Task.WhenAny(read, processEnded);
            return processEnded.IsCompleted ? await ReadLastAsync(read, abandoned) : await read;
        }
        catch (IOException)
        {
            // The pipe broke: there is nothing more to read, and how the process ended tells the rest.
            return 0;
        }
    }

    private async Task<int> ReadLastAsync(Task<int> read, CancellationTokenSource abandoned)
    {
        try
        {
            var count = await read.WaitAsync(PatienceAfterEnd, clock, abandoned.Token);
            _leftAfterEnd -= count;
            return count;
        }
        catch (TimeoutException)
        {
            await abandoned.CancelAsync();
            return 0;
        }
    }
}
