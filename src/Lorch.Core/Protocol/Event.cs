using System.Text.Json;
using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

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
