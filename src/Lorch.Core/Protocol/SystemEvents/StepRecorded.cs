using System.Text.Json.Serialization;
using Lorch.Core.Hashing;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>Payload of <c>system.step_recorded</c>: the attempt in flight is proven.</summary>
internal sealed record StepRecorded
{
    /// <summary>Gets the step's number, 1 or more.</summary>
    [JsonPropertyName("step")]
    [JsonConverter(typeof(PositiveInt32Converter))]
    public required int Step { get; init; }

    /// <summary>Gets its receipt.</summary>
    [JsonPropertyName("receipt")]
    public required FileReference Receipt { get; init; }

    /// <summary>Gets the command's key.</summary>
    [JsonPropertyName("idempotency_key")]
    public required IdempotencyKey IdempotencyKey { get; init; }

    /// <summary>Gets the command's action.</summary>
    [JsonPropertyName("action")]
    public required AgentAction Action { get; init; }

    /// <summary>Gets how many different commands of the action came before, 0 or more.</summary>
    [JsonPropertyName("iteration")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    public required int Iteration { get; init; }

    /// <summary>Gets the required outputs that no event named and Lorch measured.</summary>
    [JsonPropertyName("measured")]
    public required IReadOnlyList<Artifact> Measured { get; init; }

    /// <summary>
    /// Gets the inputs and earlier products that somebody else changed while the step was worked; <see langword="null"/> if there are none.
    /// </summary>
    [JsonPropertyName("edited_meanwhile")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RelativePath>? EditedMeanwhile { get; init; }
}
