using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

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
