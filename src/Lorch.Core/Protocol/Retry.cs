using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>Which attempt at a request a command is.</summary>
internal sealed record Retry
{
    /// <summary>Gets how many attempts at the request failed before; 0 for the first.</summary>
    [JsonPropertyName("attempt")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    public required int Attempt { get; init; }

    /// <summary>Gets how many attempts there may be, 1 or more.</summary>
    [JsonPropertyName("max_attempts")]
    [JsonConverter(typeof(PositiveInt32Converter))]
    public required int MaxAttempts { get; init; }
}
