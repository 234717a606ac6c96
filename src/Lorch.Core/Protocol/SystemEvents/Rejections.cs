using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>Payload of <c>system.message_rejected</c>: a line that doesn't count.</summary>
internal sealed record MessageRejected
{
    /// <summary>Gets what is wrong with it.</summary>
    [JsonPropertyName("reason")]
    public required string Reason { get; init; }

    /// <summary>Gets where in the line, as a JSON path.</summary>
    [JsonPropertyName("path")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Path { get; init; }

    /// <summary>Gets the line's beginning, without secrets.</summary>
    [JsonPropertyName("line")]
    public required string Line { get; init; }
}

/// <summary>Payload of <c>system.artifact_rejected</c>: an artifact that isn't what the agent said.</summary>
internal sealed record ArtifactRejected
{
    /// <summary>Gets the artifact.</summary>
    [JsonPropertyName("path")]
    public required RelativePath Path { get; init; }

    /// <summary>Gets what is wrong with it.</summary>
    [JsonPropertyName("reason")]
    public required string Reason { get; init; }

    /// <summary>Gets what the agent said.</summary>
    [JsonPropertyName("expected")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Expected { get; init; }

    /// <summary>Gets what the disk holds.</summary>
    [JsonPropertyName("found")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Found { get; init; }
}

/// <summary>Payload of <c>system.deadline_exceeded</c>.</summary>
internal sealed record DeadlineExceeded
{
    /// <summary>Gets how long the agent had, in seconds.</summary>
    [JsonPropertyName("after_s")]
    [JsonConverter(typeof(NotNegativeDoubleConverter))]
    public required double AfterS { get; init; }
}
