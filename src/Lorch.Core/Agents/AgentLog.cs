using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Agents;

/// <summary>What an agent said beside its events, kept for people.</summary>
internal interface IAgentLog : IDisposable
{
    /// <summary>Appends a message, redacted. Never fails: what can't be kept is lost.</summary>
    /// <param name="message">The message.</param>
    void Write(LogMessage message);
}

/// <summary>A log of an agent in a file of JSON lines, bounded in size.</summary>
internal sealed class AgentLog : IAgentLog
{
    /// <summary>How many bytes one session may add.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly LogRedaction _redaction;
    private long _left = MaxBytes;

    private AgentLog(FileStream file, LogRedaction redaction)
    {
        _file = file;
        _redaction = redaction;
    }

    /// <summary>Opens a log, making it and its folders if needed.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="redact">Takes the secrets out of a text.</param>
    /// <returns>The log.</returns>
    /// <exception cref="LorchException">The file can't be opened.</exception>
    public static AgentLog Open(string path, Func<string, string> redact)
    {
        try
        {
            new DurableFolders().Ensure(Path.GetDirectoryName(path)!);
            return new AgentLog(OwnerOnlyFile.Open(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite), new LogRedaction(redact));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LorchException(
                new Diagnostic
                {
                    Code = DiagnosticCode.StorageFailed,
                    Message = $"The agent's log can't be written: {exception.Message} Make the folder writable, or set LorchStateRoot to another one.",
                    File = path,
                },
                exception);
        }
    }

    /// <inheritdoc/>
    public void Write(LogMessage message)
    {
        var line = MessageJson.GetLine(_redaction.Redact(message));
        lock (_gate)
        {
            if (_left <= 0)
            {
                return;
            }

            _left -= line.Length;
            Append(_left > 0 ? line : MessageJson.GetLine(Full(message.Timestamp)));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static LogMessage Full(DateTimeOffset timestamp) => new()
    {
        Level = LogLevel.Warn,
        Text = $"The log is full: this session has written {MaxBytes} bytes. What follows isn't kept.",
        Timestamp = timestamp,
    };

    private void Append(ReadOnlySpan<byte> line)
    {
        try
        {
            _file.Write(line);
            _file.Flush();
        }
        catch (IOException)
        {
            // A full disk will stop the ledger, with a diagnostic; the log alone must not end a run that works.
            _left = 0;
        }
    }
}
