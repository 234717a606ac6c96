using System.Text.Json;
using System.Text.Json.Serialization;
using Lorch.Core.Protocol;

namespace Lorch.Core.Runs.Contract;

/// <summary>Where every task and the last run stand. Its JSON form is <c>status.v1.json</c>.</summary>
internal sealed record StatusReport
{
    /// <summary>Gets the version of the format.</summary>
    [JsonPropertyName("format")]
    public int Format { get; init; } = 1;

    /// <summary>Gets the tasks of lorch.json; each stands behind those that it depends on.</summary>
    [JsonPropertyName("tasks")]
    public required IReadOnlyList<TaskStatusLine> Tasks { get; init; }

    /// <summary>Gets open runs whose task is no longer in lorch.json: they can only be aborted.</summary>
    [JsonPropertyName("orphans")]
    public required IReadOnlyList<RunStatusLine> Orphans { get; init; }

    /// <summary>
    /// Gets open runs of other workspaces that keep their records in the same state root; <see langword="null"/> if there are none.
    /// </summary>
    [JsonPropertyName("elsewhere")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RunStatusLine>? Elsewhere { get; init; }

    /// <summary>Gets the latest run, if there is one.</summary>
    [JsonPropertyName("last_run")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunStatusLine? LastRun { get; init; }

    /// <summary>Gets who holds the workspace, if anybody does.</summary>
    [JsonPropertyName("lock")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LockStatusLine? Lock { get; init; }

    /// <summary>Gets the records that can't be believed; <see langword="null"/> if all can.</summary>
    [JsonPropertyName("damage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DamageStatusLine>? Damage { get; init; }

    /// <summary>Gets the coding tools that agents use; <see langword="null"/> if they use none.</summary>
    [JsonPropertyName("tools")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ToolStatusLine>? Tools { get; init; }

    /// <summary>Writes the report as JSON.</summary>
    /// <returns>UTF-8 text, indented, with a line feed at its end.</returns>
    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, StatusJson.Default.StatusReport), (byte)'\n'];
}

/// <summary>Where a task stands.</summary>
internal sealed record TaskStatusLine
{
    /// <summary>Gets the task.</summary>
    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    /// <summary>
    /// Gets its state: <c>up_to_date</c>, <c>stale</c>, <c>running</c>, <c>interrupted</c>, <c>failed</c>, <c>held</c> (complete, but
    /// waiting for its branch), <c>never_run</c> or <c>proposed</c>.
    /// </summary>
    [JsonPropertyName("state")]
    public required string State { get; init; }

    /// <summary>Gets the snapshot of its inputs as they are on disk.</summary>
    [JsonPropertyName("inputs")]
    public required SnapshotId Inputs { get; init; }

    /// <summary>
    /// Gets why it must be worked, the most important first, and then what has changed that makes nothing stale: the version of a program
    /// that worked it.
    /// </summary>
    [JsonPropertyName("reasons")]
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Gets what differs although it is up to date; <see langword="null"/> if nothing does.</summary>
    [JsonPropertyName("although")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DifferenceStatusLine>? Although { get; init; }

    /// <summary>Gets whose word it is that it is done; <see langword="null"/> if agents worked it.</summary>
    [JsonPropertyName("accepted")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AcceptedStatusLine? Accepted { get; init; }

    /// <summary>
    /// Gets the completion of a task that isn't there any more for which the same was asked; <see langword="null"/> if there is none.
    /// </summary>
    [JsonPropertyName("same_words")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SameWordsStatusLine? SameWords { get; init; }

    /// <summary>
    /// Gets the command by which a person says that it is done as it is, where nothing but its words changed or its name.
    /// </summary>
    [JsonPropertyName("accept")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Accept { get; init; }

    /// <summary>Gets its open run, if there is one.</summary>
    [JsonPropertyName("run")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunStatusLine? Run { get; init; }

    /// <summary>Gets the command that takes it on, if it isn't up to date.</summary>
    [JsonPropertyName("next")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Next { get; init; }
}

/// <summary>Where a run stands.</summary>
internal sealed record RunStatusLine
{
    /// <summary>Gets the run.</summary>
    [JsonPropertyName("run_id")]
    public required RunId RunId { get; init; }

    /// <summary>Gets its task.</summary>
    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    /// <summary>Gets the root of the workspace that it works in, if that is another one.</summary>
    [JsonPropertyName("workspace")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Workspace { get; init; }

    /// <summary>
    /// Gets its status: <c>running</c>, <c>completed</c>, <c>failed</c> or <c>aborted</c>. One that is running while nobody holds the
    /// workspace is interrupted.
    /// </summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>Gets how many steps are proven.</summary>
    [JsonPropertyName("steps")]
    public required int Steps { get; init; }

    /// <summary>Gets what it asks next, or asked last: <c>review, attempt 2</c>.</summary>
    [JsonPropertyName("at")]
    public required string At { get; init; }

    /// <summary>Gets when it began.</summary>
    [JsonPropertyName("started_at")]
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets when the last message was recorded.</summary>
    [JsonPropertyName("last_message_at")]
    public required DateTimeOffset LastMessageAt { get; init; }

    /// <summary>Gets why it failed or was aborted.</summary>
    [JsonPropertyName("failure")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Failure { get; init; }

    /// <summary>Gets what it cost so far, as far as agents say.</summary>
    [JsonPropertyName("usage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Usage? Usage { get; init; }
}

/// <summary>A coding tool that an agent uses.</summary>
internal sealed record ToolStatusLine
{
    /// <summary>Gets the agent.</summary>
    [JsonPropertyName("agent_type")]
    public required AgentType AgentType { get; init; }

    /// <summary>Gets the agent's name; <see langword="null"/> for the one that tasks have which name none.</summary>
    [JsonPropertyName("name")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>Gets what lorch.json says.</summary>
    [JsonPropertyName("use")]
    public required string Use { get; init; }

    /// <summary>Gets the tool's own name.</summary>
    [JsonPropertyName("title")]
    public required string Title { get; init; }

    /// <summary>Gets what it says is its version.</summary>
    [JsonPropertyName("version")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Version { get; init; }

    /// <summary>Gets what stands in the way of using it.</summary>
    [JsonPropertyName("problem")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Problem { get; init; }
}

/// <summary>Who holds the workspace.</summary>
internal sealed record LockStatusLine
{
    /// <summary>Gets the run that goes on, once it is known.</summary>
    [JsonPropertyName("run_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunId? RunId { get; init; }

    /// <summary>Gets the process.</summary>
    [JsonPropertyName("pid")]
    public required int Pid { get; init; }

    /// <summary>Gets when it took the workspace.</summary>
    [JsonPropertyName("started_at")]
    public required DateTimeOffset StartedAt { get; init; }
}

/// <summary>The JSON of the report.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StatusJson : JsonSerializerContext;
