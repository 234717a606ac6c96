using System.Text.Json;
using System.Text.Json.Serialization;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;

namespace Lorch.Core.Runs.Contract;

/// <summary>
/// Why tasks are stale or done: what differs from the completion that came nearest, and who changed it. JSON for scripts; people read it as
/// lines.
/// </summary>
internal sealed record WhyReport
{
    /// <summary>Gets the version of the format.</summary>
    [JsonPropertyName("format")]
    public int Format { get; init; } = 1;

    /// <summary>Gets the tasks that were asked for; each stands behind those that it depends on.</summary>
    [JsonPropertyName("tasks")]
    public required IReadOnlyList<TaskWhy> Tasks { get; init; }

    /// <summary>Writes the report as JSON.</summary>
    /// <returns>UTF-8 text, indented, with a line feed at its end.</returns>
    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, WhyJson.Default.WhyReport), (byte)'\n'];
}

/// <summary>Why a task is stale or done.</summary>
internal sealed record TaskWhy
{
    /// <summary>Gets the task.</summary>
    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    /// <summary>Gets its state: <c>up_to_date</c>, <c>stale</c>, <c>never_done</c> or <c>proposed</c>.</summary>
    [JsonPropertyName("state")]
    public required string State { get; init; }

    /// <summary>Gets why it must be worked, the most important first; empty if it is up to date.</summary>
    [JsonPropertyName("reasons")]
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Gets the completion that it is compared with; <see langword="null"/> if there is none.</summary>
    [JsonPropertyName("compared_with")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ComparedCompletion? ComparedWith { get; init; }

    /// <summary>Gets the members of the task that were written otherwise.</summary>
    [JsonPropertyName("members")]
    public IReadOnlyList<MemberWhy> Members { get; init; } = [];

    /// <summary>Gets the agents that are others now.</summary>
    [JsonPropertyName("agents")]
    public IReadOnlyList<AgentWhy> Agents { get; init; } = [];

    /// <summary>Gets the tasks it depends on, or did, that made something else.</summary>
    [JsonPropertyName("dependencies")]
    public IReadOnlyList<DependencyWhy> Dependencies { get; init; } = [];

    /// <summary>Gets the files that hold something else, sorted by path.</summary>
    [JsonPropertyName("paths")]
    public IReadOnlyList<PathWhy> Paths { get; init; } = [];

    /// <summary>Gets how many of its inputs are as they were.</summary>
    [JsonPropertyName("unchanged_inputs")]
    public int UnchangedInputs { get; init; }

    /// <summary>Gets how many of the files that it made are as they were.</summary>
    [JsonPropertyName("unchanged_outputs")]
    public int UnchangedOutputs { get; init; }

    /// <summary>Gets the command that has it worked, if it must be.</summary>
    [JsonPropertyName("next")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Next { get; init; }

    /// <summary>Gets the command by which a person says that it is done as it is, if it must be worked.</summary>
    [JsonPropertyName("accept")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Accept { get; init; }
}

/// <summary>A completion that a task is compared with.</summary>
internal sealed record ComparedCompletion
{
    /// <summary>Gets the task, which may have been called otherwise.</summary>
    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    /// <summary>Gets the run.</summary>
    [JsonPropertyName("run_id")]
    public required RunId RunId { get; init; }

    /// <summary>Gets when it was completed, UTC.</summary>
    [JsonPropertyName("completed_at")]
    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>Gets who accepted it; <see langword="null"/> if agents worked it.</summary>
    [JsonPropertyName("accepted_by")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AcceptedBy { get; init; }
}

/// <summary>A member of a task that was written otherwise.</summary>
internal sealed record MemberWhy
{
    /// <summary>Gets its name.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Gets what it was; <see langword="null"/> if it wasn't there.</summary>
    [JsonPropertyName("before")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Before { get; init; }

    /// <summary>Gets what it is; <see langword="null"/> if it isn't there.</summary>
    [JsonPropertyName("now")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Now { get; init; }

    /// <summary>Gets a value indicating whether it is why the task must be worked.</summary>
    [JsonPropertyName("makes_stale")]
    public required bool MakesStale { get; init; }
}

/// <summary>An agent that is another one now.</summary>
internal sealed record AgentWhy
{
    /// <summary>Gets the agent.</summary>
    [JsonPropertyName("agent_type")]
    public required AgentType AgentType { get; init; }

    /// <summary>Gets a value indicating whether it is why the task must be worked.</summary>
    [JsonPropertyName("makes_stale")]
    public required bool MakesStale { get; init; }
}

/// <summary>A task that is depended on, or was, and what it made.</summary>
internal sealed record DependencyWhy
{
    /// <summary>Gets the task.</summary>
    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    /// <summary>Gets the digest of what it had made; <see langword="null"/> if it wasn't depended on.</summary>
    [JsonPropertyName("before")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? Before { get; init; }

    /// <summary>Gets the digest of what it made; <see langword="null"/> if it isn't depended on, or isn't done.</summary>
    [JsonPropertyName("now")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? Now { get; init; }

    /// <summary>Gets a value indicating whether it is why the task must be worked.</summary>
    [JsonPropertyName("makes_stale")]
    public required bool MakesStale { get; init; }
}

/// <summary>A file that holds something else, and who changed it.</summary>
internal sealed record PathWhy
{
    /// <summary>Gets the path.</summary>
    [JsonPropertyName("path")]
    public required RelativePath Path { get; init; }

    /// <summary>Gets what it is to the task: <c>input</c>, or <c>output</c> for what the task made or removed.</summary>
    [JsonPropertyName("role")]
    public required string Role { get; init; }

    /// <summary>Gets what happened to it: <c>added</c>, <c>removed</c> or <c>changed</c>.</summary>
    [JsonPropertyName("change")]
    public required string Change { get; init; }

    /// <summary>Gets the task whose receipt says that it left the path as it is; <see langword="null"/> for a person.</summary>
    [JsonPropertyName("by")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChangedBy? By { get; init; }

    /// <summary>Gets a value indicating whether it is why the task must be worked.</summary>
    [JsonPropertyName("makes_stale")]
    public required bool MakesStale { get; init; }
}

/// <summary>The task that changed a file.</summary>
internal sealed record ChangedBy
{
    /// <summary>Gets the task.</summary>
    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    /// <summary>Gets the run.</summary>
    [JsonPropertyName("run_id")]
    public required RunId RunId { get; init; }
}

/// <summary>The JSON of the report.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(WhyReport))]
internal sealed partial class WhyJson : JsonSerializerContext;
