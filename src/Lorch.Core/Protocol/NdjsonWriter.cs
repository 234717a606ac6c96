using System.Globalization;

namespace Lorch.Core.Protocol;

/// <summary>Writes messages as lines. Each line is one write and one flush, so that lines of several writers' calls never mix.</summary>
/// <remarks>
/// The stream stays the caller's, who disposes it. After a write that was cancelled or failed, a part of the line may have been written.
/// </remarks>
internal sealed class NdjsonWriter : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

#pragma warning disable CA2213 // The stream stays the caller's.
    private readonly Stream _stream;
#pragma warning restore CA2213

    /// <summary>Initializes a new instance of the <see cref="NdjsonWriter"/> class.</summary>
    /// <param name="stream">Where the lines go.</param>
    public NdjsonWriter(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
    }

    /// <summary>Writes a message; calls may overlap.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <returns>A task that ends when the line was flushed.</returns>
    /// <exception cref="ArgumentException">The line would be longer than <see cref="Message.MaxBytes"/>; nothing was written.</exception>
    public async Task WriteAsync(Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var line = MessageJson.GetLine(message);
        if (line.Length - 1 > Message.MaxBytes)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The message has {line.Length - 1} bytes; at most {Message.MaxBytes} are allowed. Put larger content into a file and "
                        + $"name it as an artifact."),
                nameof(message));
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            await _stream.WriteAsync(line, cancellationToken);
            await _stream.FlushAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
