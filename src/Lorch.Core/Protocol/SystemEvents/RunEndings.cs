using System.Text.Json.Serialization;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>Payload of <c>system.recorded</c>: the files of the completion that stands before it are durable.</summary>
internal sealed record CompletionRecorded;

/// <summary>Payload of <c>system.run_failed</c>.</summary>
internal sealed record RunFailed
{
    /// <summary>Gets the diagnostic's code.</summary>
    [JsonPropertyName("code")]
    public required string Code { get; init; }

    /// <summary>Gets the diagnostic's text.</summary>
    [JsonPropertyName("message")]
    public required string Message { get; init; }
}

/// <summary>Payload of <c>system.run_aborted</c>: the run never goes on.</summary>
internal sealed record RunAborted
{
    /// <summary>Gets why: <c>superseded</c>, or what a person said.</summary>
    [JsonPropertyName("reason")]
    public required string Reason { get; init; }

    /// <summary>Gets who gave it up.</summary>
    [JsonPropertyName("by")]
    public required string By { get; init; }
}

/// <summary>Payload of <c>system.run_interrupted</c>: the run can go on.</summary>
internal sealed record RunInterrupted
{
    /// <summary>Gets who or what stopped it.</summary>
    [JsonPropertyName("by")]
    public required string By { get; init; }
}
