using System.Text.Json;
using System.Text.Json.Serialization;
using Lorch.Core.Hashing;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>What Lorch asks of an agent.</summary>
internal sealed record Command : Message
{
    /// <summary>Gets the id of this sending; a retry has another one.</summary>
    [JsonPropertyName("message_id")]
    public required MessageId MessageId { get; init; }

    /// <summary>Gets what answers must carry; kept over retries.</summary>
    [JsonPropertyName("correlation_id")]
    public required CorrelationId CorrelationId { get; init; }

    /// <summary>Gets the task.</summary>
    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    /// <summary>Gets the request's identity; kept over retries.</summary>
    [JsonPropertyName("idempotency_key")]
    public required IdempotencyKey IdempotencyKey { get; init; }

    /// <summary>Gets who is asked.</summary>
    [JsonPropertyName("to")]
    public required AgentAddress To { get; init; }

    /// <summary>Gets what is asked for.</summary>
    [JsonPropertyName("action")]
    public required AgentAction Action { get; init; }

    /// <summary>Gets everything that the answer may depend on: a JSON object.</summary>
    [JsonPropertyName("inputs")]
    [JsonConverter(typeof(JsonObjectConverter))]
    public required JsonElement Inputs { get; init; }

    /// <summary>Gets the files that are expected.</summary>
    [JsonPropertyName("expected_outputs")]
    public required IReadOnlyList<ExpectedOutput> ExpectedOutputs { get; init; }

    /// <summary>Gets the sources that the command is about.</summary>
    [JsonPropertyName("version")]
    public required VersionPin Version { get; init; }

    /// <summary>Gets when the answer must be there, UTC.</summary>
    [JsonPropertyName("deadline")]
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>Gets which attempt this is.</summary>
    [JsonPropertyName("retry")]
    public required Retry Retry { get; init; }

    /// <summary>Gets the priority, 0 or more; greater is more urgent.</summary>
    [JsonPropertyName("priority")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    public required int Priority { get; init; }
}

/// <summary>An agent as messages name it.</summary>
internal sealed record AgentAddress
{
    /// <summary>Gets the kind of agent.</summary>
    [JsonPropertyName("agent_type")]
    public required AgentType AgentType { get; init; }

    /// <summary>Gets the name of one agent of that kind.</summary>
    [JsonPropertyName("agent_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AgentId { get; init; }
}

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
