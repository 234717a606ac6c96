using System.Text.Json.Serialization;
using Lorch.Core.Hashing;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>Payload of <c>system.step_reused</c>: an earlier receipt answers a request, no command was sent.</summary>
internal sealed record StepReused
{
    /// <summary>Gets the number of the step that answers, 1 or more.</summary>
    [JsonPropertyName("step")]
    [JsonConverter(typeof(PositiveInt32Converter))]
    public required int Step { get; init; }

    /// <summary>Gets the run that worked it.</summary>
    [JsonPropertyName("run_id")]
    public required RunId RunId { get; init; }

    /// <summary>Gets its receipt.</summary>
    [JsonPropertyName("receipt")]
    public required FileReference Receipt { get; init; }

    /// <summary>Gets the key of both requests.</summary>
    [JsonPropertyName("idempotency_key")]
    public required IdempotencyKey IdempotencyKey { get; init; }

    /// <summary>Gets the action.</summary>
    [JsonPropertyName("action")]
    public required AgentAction Action { get; init; }

    /// <summary>Gets how many different commands of the action came before, 0 or more.</summary>
    [JsonPropertyName("iteration")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    public required int Iteration { get; init; }

    /// <summary>Gets the files that the step produced.</summary>
    [JsonPropertyName("artifacts")]
    public required IReadOnlyList<Artifact> Artifacts { get; init; }

    /// <summary>Gets the files that the step removed.</summary>
    [JsonPropertyName("removed")]
    public required IReadOnlyList<RelativePath> Removed { get; init; }

    /// <summary>Gets how the step ended.</summary>
    [JsonPropertyName("outcome")]
    public required Outcome Outcome { get; init; }
}
