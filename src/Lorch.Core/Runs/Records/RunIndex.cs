using System.Text.Json.Serialization;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Records;

/// <summary>All runs, the newest last: <c>state/index.json</c>. A projection; the ledgers are the truth.</summary>
internal sealed record RunIndex
{
    [JsonPropertyName("format")]
    public int Format { get; init; } = 1;

    [JsonPropertyName("runs")]
    public required IReadOnlyList<RunIndexEntry> Runs { get; init; }
}

/// <summary>One run of the index.</summary>
internal sealed record RunIndexEntry
{
    [JsonPropertyName("run_id")]
    public required RunId RunId { get; init; }

    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    [JsonPropertyName("status")]
    public required RunStatus Status { get; init; }

    [JsonPropertyName("snapshot_id")]
    public required SnapshotId SnapshotId { get; init; }

    [JsonPropertyName("started_at")]
    public required DateTimeOffset StartedAt { get; init; }

    [JsonPropertyName("completed_at")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>
    /// The other workspace that the run works in, if it is still there: the run is for that one to go on with or to close.
    /// </summary>
    [JsonIgnore]
    public string? Elsewhere { get; init; }

    /// <summary>Whether the run can go on here.</summary>
    [JsonIgnore]
    public bool IsOpenHere => IsOpen && Elsewhere is null;

    /// <summary>Whether the run can go on.</summary>
    [JsonIgnore]
    public bool IsOpen => Status is RunStatus.Running or RunStatus.Failed;

    public static RunIndexEntry Of(RunState state) => new()
    {
        RunId = state.RunId,
        TaskId = state.TaskId,
        Status = state.Status,
        SnapshotId = state.SnapshotId,
        StartedAt = state.StartedAt,
        CompletedAt = state.CompletedAt,
    };
}
