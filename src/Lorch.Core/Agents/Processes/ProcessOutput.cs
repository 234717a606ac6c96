namespace Lorch.Core.Agents.Processes;

/// <summary>A pipe that a process writes to, made to end soon after the process itself did.</summary>
/// <remarks>
/// A pipe ends when nobody holds it any more, and whoever the process left behind may hold it for ever: a daemon of another user can't even
/// be killed.
/// </remarks>
/// <param name="pipe">The pipe.</param>
/// <param name="processEnded">Completes when the process has ended.</param>
/// <param name="clock">The clock.</param>
internal sealed class ProcessOutput(Stream pipe, Task processEnded, TimeProvider clock) : ForwardStream
{
    // No pipe holds more, so more than this was written by somebody who outlived the process.
    private const long MostInAPipe = 1024 * 1024;

    private TimeSpan _patience = TimeSpan.FromSeconds(1);
    private long _leftAfterEnd = MostInAPipe;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
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
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The pipe broke or was closed: there is nothing more to read, and how the process ended tells the rest.
            return 0;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            pipe.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// Reads what is there, and waits for more as long as there is patience: for all reads together, so that who writes a little now and
    /// then gains no time.
    /// </summary>
    private async Task<int> ReadLastAsync(Task<int> read, CancellationTokenSource abandoned)
    {
        var begun = clock.GetTimestamp();
        try
        {
            var count = read.IsCompleted ? await read : await read.WaitAsync(_patience, clock, abandoned.Token);
            _leftAfterEnd -= count;
            return count;
        }
        catch (TimeoutException)
        {
            _leftAfterEnd = -1;
            await abandoned.CancelAsync();
            return 0;
        }
        finally
        {
            var left = _patience - clock.GetElapsedTime(begun);
            _patience = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}
