using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Core.Protocol;

namespace Lorch.Core.Agents;

/// <summary>What a session writes down in the agent's log beside what the agent says there itself, without secrets.</summary>
internal sealed class SessionLog : IDisposable
{
    private readonly IAgentLog _log;
    private readonly Func<string, string> _redact;
    private readonly TimeProvider _clock;

    /// <summary>Initializes a new instance of the <see cref="SessionLog"/> class.</summary>
    /// <param name="log">The agent's log; owned from now on.</param>
    /// <param name="redact">Takes the secrets out of a text.</param>
    /// <param name="clock">The clock.</param>
    public SessionLog(IAgentLog log, Func<string, string> redact, TimeProvider clock)
    {
        _log = log;
        _redact = redact;
        _clock = clock;
    }

    /// <summary>Writes down what the agent says for its log.</summary>
    public void Write(LogMessage message) => _log.Write(message);

    public void Note(LogLevel level, string text) => Note(level, text, fields: null);

    /// <summary>Keeps an event that the ledger doesn't.</summary>
    public void Keep(Event message, string reason) => Note(
        LogLevel.Info,
        $"An event is kept here alone: {reason}.",
        new JsonObject { ["line"] = _redact(RejectedLine.Show(MessageJson.GetBytes(message))) });

    /// <summary>Writes down a line of standard error.</summary>
    /// <returns>The line as it was written down.</returns>
    public string Complain(NdjsonLine line)
    {
        var text = _redact(RejectedLine.Show(line.Bytes.Span));
        Note(LogLevel.Info, text, new JsonObject { ["stream"] = "stderr" });
        return text;
    }

    /// <summary>Writes down a line that doesn't count.</summary>
    /// <returns>The line without secrets.</returns>
    public RejectedLine Reject(RejectedLine line)
    {
        var redacted = Redact(line);
        Note(
            LogLevel.Warn,
            $"A line was rejected: {redacted.Reason}.",
            new JsonObject { ["line"] = redacted.Line, ["path"] = redacted.Path });
        return redacted;
    }

    public RejectedLine Redact(RejectedLine line) => line with
    {
        Reason = _redact(line.Reason),
        Path = line.Path is { } path ? _redact(path) : null,
        Line = _redact(line.Line)
    };

    /// <inheritdoc/>
    public void Dispose() => _log.Dispose();

    private void Note(LogLevel level, string text, JsonObject? fields) => _log.Write(new LogMessage
    {
        Level = level,
        Text = text,
        Fields = fields is null ? null : JsonElement.Parse(fields.ToJsonString()),
        Timestamp = _clock.GetUtcNow(),
    });
}
