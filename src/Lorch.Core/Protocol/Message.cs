using System.Text.Json;
using System.Text.Json.Serialization;
using Lorch.Core.Hashing;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>One line between Lorch and an agent, told apart by <c>kind</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(Command), "command")]
[JsonDerivedType(typeof(Event), "event")]
[JsonDerivedType(typeof(Heartbeat), "heartbeat")]
[JsonDerivedType(typeof(LogMessage), "log")]
internal abstract record Message
{
    /// <summary>The most bytes that a message's line may have, without its line feed.</summary>
    public const int MaxBytes = 262_144;

    /// <summary>The least that a workspace can make of <see cref="MaxBytes"/>: enough for the parts that every message has.</summary>
    internal const int LeastMaxBytes = 1024;

    private protected Message()
    {
    }
}

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

/// <summary>What an agent, or Lorch itself, says happened.</summary>
internal sealed record Event : Message
{
    /// <summary>Gets the id of the message.</summary>
    [JsonPropertyName("message_id")]
    public required MessageId MessageId { get; init; }

    /// <summary>Gets the correlation of the command that is answered.</summary>
    [JsonPropertyName("correlation_id")]
    public required CorrelationId CorrelationId { get; init; }

    /// <summary>Gets the task.</summary>
    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    /// <summary>Gets who says it.</summary>
    [JsonPropertyName("from")]
    public required AgentAddress From { get; init; }

    /// <summary>Gets what happened.</summary>
    [JsonPropertyName("event")]
    public required EventName Name { get; init; }

    /// <summary>Gets the outcome in one word: a review's <c>approved</c> or <c>changes_requested</c>.</summary>
    [JsonPropertyName("status")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }

    /// <summary>Gets the event's own members: a JSON object.</summary>
    [JsonPropertyName("payload")]
    [JsonConverter(typeof(JsonObjectConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Payload { get; init; }

    /// <summary>Gets the files that were produced.</summary>
    [JsonPropertyName("artifacts")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Artifact>? Artifacts { get; init; }

    /// <summary>Gets the files that were removed.</summary>
    [JsonPropertyName("removed")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RelativePath>? Removed { get; init; }

    /// <summary>Gets the sources that the agent saw.</summary>
    [JsonPropertyName("observed_version")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ObservedVersion? ObservedVersion { get; init; }

    /// <summary>Gets when it happened, UTC.</summary>
    [JsonPropertyName("occurred_at")]
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Gets a value indicating whether the event is progress or a log line that names no file: nothing follows from it.</summary>
    [JsonIgnore]
    public bool IsChatter => this is { Name: EventName.BuilderProgress or EventName.Log, Artifacts: null or [], Removed: null or [] };
}

/// <summary>An agent's sign of life.</summary>
internal sealed record Heartbeat : Message
{
    /// <summary>Gets the agent.</summary>
    [JsonPropertyName("agent")]
    public required AgentAddress Agent { get; init; }

    /// <summary>Gets a number that grows with each heartbeat, from 0.</summary>
    [JsonPropertyName("seq")]
    [JsonConverter(typeof(NotNegativeInt64Converter))]
    public required long Seq { get; init; }

    /// <summary>Gets what the agent is doing.</summary>
    [JsonPropertyName("status")]
    public required AgentStatus Status { get; init; }

    /// <summary>Gets the agent's process id.</summary>
    [JsonPropertyName("pid")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    public required int Pid { get; init; }

    /// <summary>Gets the process id of its parent.</summary>
    [JsonPropertyName("ppid")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ParentPid { get; init; }

    /// <summary>Gets how long the agent has been running, in seconds.</summary>
    [JsonPropertyName("uptime_s")]
    [JsonConverter(typeof(NotNegativeDoubleConverter))]
    public required double UptimeS { get; init; }

    /// <summary>Gets when it last did something, UTC.</summary>
    [JsonPropertyName("last_activity_at")]
    public required DateTimeOffset LastActivityAt { get; init; }

    /// <summary>Gets what it uses.</summary>
    [JsonPropertyName("stats")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AgentStats? Stats { get; init; }

    /// <summary>Gets the task it works on.</summary>
    [JsonPropertyName("task_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskId? TaskId { get; init; }
}

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
