using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Agent.Talking;
using Lorch.Core.Json;
using Lorch.Core.Tools;
using Lorch.Core.Transcripts;

namespace Lorch.Agent.Working;

/// <summary>Says as events what a tool says while it works, once a second at most, and keeps the tool's own lines in the log.</summary>
/// <param name="conversation">Where events are said.</param>
/// <param name="speech">Makes the events.</param>
/// <param name="log">Takes the tool's lines: the agent's standard error, which Lorch keeps.</param>
/// <param name="redactor">Takes secrets out of what is shown.</param>
/// <param name="clock">The clock.</param>
internal sealed class ToolProgress(
    IConversation conversation,
    ToolSpeech speech,
    TextWriter log,
    SecretRedactor redactor,
    TimeProvider clock) : IToolProgress
{
    private const int MaxShown = 200;
    private const int MaxLine = 4000;
    private const long MaxLogged = 16 * 1024 * 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long? _last;
    private long _logged;

    /// <inheritdoc/>
    public async Task SayAsync(string text, CancellationToken cancellationToken)
    {
        var plain = ToolText.Plain(text);
        if (string.IsNullOrWhiteSpace(plain) || (_last is { } last && clock.GetElapsedTime(last) < Interval))
        {
            return;
        }

        _last = clock.GetTimestamp();
        // Secrets are looked for in more than is shown: half of one wouldn't be known.
        var line = string.Join(' ', ShortText.Of(plain, MaxLine).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var summary = ShortText.Of(redactor.Redact(line), MaxShown);
        await conversation.SayAsync(
            speech.Progress(JsonElement.Parse(new JsonObject { ["summary"] = summary }.ToJsonString())),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task RecordAsync(string text, CancellationToken cancellationToken) =>
        conversation.SayAsync(
            speech.Note(JsonElement.Parse(new JsonObject { ["summary"] = redactor.Redact(ToolText.Plain(text)) }.ToJsonString())),
            cancellationToken);

    /// <inheritdoc/>
    public void Log(string text)
    {
        var line = ShortText.Of(text, MaxLine);
        _logged += line.Length;
        if (_logged <= MaxLogged)
        {
            log.WriteLine(line);
        }
        else if (_logged - line.Length <= MaxLogged)
        {
            log.WriteLine("lorch-agent: the tool says more than is kept");
        }
    }
}
