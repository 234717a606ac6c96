using System.Text.Json;
using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>A line for the agent's log.</summary>
internal sealed record LogMessage : Message
{
    /// <summary>Gets how much it matters.</summary>
    [JsonPropertyName("level")]
    public required LogLevel Level { get; init; }

    /// <summary>Gets the text.</summary>
    [JsonPropertyName("message")]
    public required string Text { get; init; }

    /// <summary>Gets further members: a JSON object.</summary>
    [JsonPropertyName("fields")]
    [JsonConverter(typeof(JsonObjectConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Fields { get; init; }

    /// <summary>Gets when it was said, UTC.</summary>
    [JsonPropertyName("timestamp")]
    public required DateTimeOffset Timestamp { get; init; }
}

/// <summary>How much a log message matters.</summary>
[JsonConverter(typeof(LogLevelConverter))]
internal enum LogLevel
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Worth a look.</summary>
    Warn,

    /// <summary>Something went wrong.</summary>
    Error,
}

internal sealed class LogLevelConverter() : WireNameConverter<LogLevel>(Names)
{
    public static readonly WireNames<LogLevel> Names = new(
        (LogLevel.Info, "info"),
        (LogLevel.Warn, "warn"),
        (LogLevel.Error, "error"));
}
