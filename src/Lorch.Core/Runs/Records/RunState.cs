using System.Text.Json.Serialization;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Records;

/// <summary>Where a run stands, for people and tools: <c>state/run.json</c>. A projection; the ledger is the truth.</summary>
internal sealed record RunState
{
    [JsonPropertyName("format")]
    public int Format { get; init; } = 1;

    [JsonPropertyName("run_id")]
    public required RunId RunId { get; init; }

    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    [JsonPropertyName("status")]
    public required RunStatus Status { get; init; }

    [JsonPropertyName("current_stage")]
    public required RunStage CurrentStage { get; init; }

    [JsonPropertyName("snapshot_id")]
    public required SnapshotId SnapshotId { get; init; }

    [JsonPropertyName("correlation_id")]
    public required CorrelationId CorrelationId { get; init; }

    [JsonPropertyName("started_at")]
    public required DateTimeOffset StartedAt { get; init; }

    [JsonPropertyName("completed_at")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? CompletedAt { get; init; }

    [JsonPropertyName("last_command_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MessageId? LastCommandId { get; init; }

    [JsonPropertyName("last_event_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MessageId? LastEventId { get; init; }

    /// <summary>The last event that ended a command, by the type of agent that sent it.</summary>
    [JsonPropertyName("terminal_events")]
    public IReadOnlyDictionary<AgentType, MessageId> TerminalEvents { get; init; } = new Dictionary<AgentType, MessageId>();

    /// <summary>How many times changes were asked for and worked.</summary>
    [JsonPropertyName("iterations")]
    public int Iterations { get; init; }

    [JsonPropertyName("agents")]
    public IReadOnlyList<RunningAgent> Agents { get; init; } = [];

    [JsonPropertyName("failure")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunFailed? Failure { get; init; }
}

/// <summary>An agent's process as the run state names it.</summary>
internal sealed record RunningAgent
{
    [JsonPropertyName("agent_type")]
    public required AgentType AgentType { get; init; }

    [JsonPropertyName("pid")]
    public required int Pid { get; init; }

    [JsonPropertyName("started_at")]
    public required DateTimeOffset StartedAt { get; init; }
}

/// <summary>Which part of the workflow a run is in.</summary>
[JsonConverter(typeof(RunStageConverter))]
internal enum RunStage
{
    Implement,
    Review,
    SpecMaintain,
    Complete,
}

internal sealed class RunStageConverter() : WireNameConverter<RunStage>(new WireNames<RunStage>(
    (RunStage.Implement, "implement"),
    (RunStage.Review, "review"),
    (RunStage.SpecMaintain, "spec_maintain"),
    (RunStage.Complete, "complete")));
