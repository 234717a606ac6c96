using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>Payload of <c>system.attempt_failed</c>: the attempt in flight proved nothing.</summary>
internal sealed record AttemptFailed
{
    /// <summary>Gets which attempt it was, from 0.</summary>
    [JsonPropertyName("attempt")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    public required int Attempt { get; init; }

    /// <summary>Gets what failed it: a diagnostic's code, or the code of the agent's <c>error</c> event.</summary>
    [JsonPropertyName("code")]
    public required string Code { get; init; }

    /// <summary>Gets the same for people.</summary>
    [JsonPropertyName("message")]
    public required string Message { get; init; }

    /// <summary>Gets a value indicating whether another attempt makes sense.</summary>
    [JsonPropertyName("retriable")]
    public required bool Retriable { get; init; }

    /// <summary>Gets the time before which another attempt is in vain; <see langword="null"/> if none is known.</summary>
    [JsonPropertyName("not_before")]
    [JsonConverter(typeof(Rfc3339Converter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? NotBefore { get; init; }
}
