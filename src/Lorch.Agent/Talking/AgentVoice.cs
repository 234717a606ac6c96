using System.Text;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Talking;

/// <summary>An agent's standard output: whole lines, however many speak at once, and none that is too long.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="mostBytes">How many bytes a line may have.</param>
internal sealed class AgentVoice(Stream output, int mostBytes) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly NdjsonWriter _writer = new(output);
    private volatile bool _isSilent;

    /// <summary>Sends a message, or what stands for one that is too long.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops before a message is written.</param>
    /// <returns>What was written.</returns>
    public async Task<IReadOnlyList<Message>> SayAsync(Message message, CancellationToken cancellationToken)
    {
        var lines = ShortMessage.Fit(message, mostBytes);
        foreach (var line in lines)
        {
            await TakeTurnAsync(() => _writer.WriteAsync(line, CancellationToken.None), cancellationToken);
        }

        return lines;
    }

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
