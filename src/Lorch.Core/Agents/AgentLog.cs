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
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly LogRedaction _redaction;
    private readonly long _maxBytes;
    private long _left;

    private AgentLog(FileStream file, LogRedaction redaction, long maxBytes)
    {
        _file = file;
        _redaction = redaction;
        _maxBytes = maxBytes;

        // One file serves all processes of a run. A log that was full stays as it is: its last line says so.
        _left = maxBytes - file.Length;
    }

    /// <summary>Opens a log, making it and its folders if needed.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="redact">Takes the secrets out of a text.</param>
    /// <param name="maxBytes">How many bytes the file may have.</param>
    /// <returns>The log.</returns>
    /// <exception cref="LorchException">The file can't be opened.</exception>
    public static AgentLog Open(string path, Func<string, string> redact, long maxBytes)
    {
        try
        {
            new DurableFolders().Ensure(Path.GetDirectoryName(path)!);
            var file = OwnerOnlyFile.Open(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            return new AgentLog(file, new LogRedaction(redact), maxBytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LorchException(
                new Diagnostic
                {
                    Code = DiagnosticCode.StorageFailed,
                    Message =
                        $"The agent's log can't be written: {exception.Message} Make the folder writable, or set LorchStateRoot to another "
                            + $"one.",
                    File = path,
                },
                exception);
        }
    }

    /// <inheritdoc/>
    public void Write(LogMessage message)
    {
        // Asked first, and again below: who floods the log shall not make us redact for nothing.
        if (Interlocked.Read(ref _left) <= 0)
        {
            return;
        }

        var line = MessageJson.GetLine(_redaction.Redact(message));
        lock (_gate)
        {
            if (_left <= 0)
            {
                return;
            }

            // The line that crosses the limit is written too: a file shorter than the limit would be taken for one that isn't full.
            _left -= line.Length;
            Append(line);
            if (_left <= 0)
            {
                Append(MessageJson.GetLine(Full(message.Timestamp)));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private LogMessage Full(DateTimeOffset timestamp) => new()
    {
        Level = LogLevel.Warn,
        Text = $"The log reached its limit of {_maxBytes} bytes (policy.log_max_bytes). Lorch drops the rest.",
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
