using System.Text;
using Lorch.Core.Protocol;

namespace Lorch.Agent;

/// <summary>An agent's standard output: whole lines, however many speak at once.</summary>
/// <param name="output">Where it goes.</param>
internal sealed class AgentVoice(Stream output) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly NdjsonWriter _writer = new(output);
    private volatile bool _isSilent;

    /// <summary>Sends a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops before the message is written.</param>
    /// <returns>A task that completes when it was written.</returns>
    public Task SayAsync(Message message, CancellationToken cancellationToken) =>
        TakeTurnAsync(() => _writer.WriteAsync(message, CancellationToken.None), cancellationToken);

    /// <summary>Writes a text as it is.</summary>
    /// <param name="text">The text; a line feed must be in it to end the line.</param>
    /// <param name="cancellationToken">Stops before the text is written.</param>
    /// <returns>A task that completes when it was written.</returns>
    public Task WriteRawAsync(string text, CancellationToken cancellationToken) => TakeTurnAsync(
        async () =>
        {
            await output.WriteAsync(new UTF8Encoding(false).GetBytes(text), CancellationToken.None);
            await output.FlushAsync(CancellationToken.None);
        },
        cancellationToken);

    /// <summary>Says nothing any more, whoever speaks.</summary>
    public void FallSilent() => _isSilent = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _turn.Dispose();
    }

    private async Task TakeTurnAsync(Func<Task> write, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_isSilent)
            {
                await write();
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
