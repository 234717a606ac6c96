using System.Text.Json.Serialization;

namespace Lorch.Core.Runs.Contract;

/// <summary>A record that can't be believed. A task of which one tells isn't worked unless it is up to date all the same.</summary>
internal sealed record DamageStatusLine
{
    /// <summary>Gets the task that it tells of, if that is known.</summary>
    [JsonPropertyName("task_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskId? TaskId { get; init; }

    /// <summary>Gets the absolute path of the file.</summary>
    [JsonPropertyName("file")]
    public required string File { get; init; }

    /// <summary>Gets the diagnostic code.</summary>
    [JsonPropertyName("code")]
    public required string Code { get; init; }

    /// <summary>Gets what is wrong and what to do.</summary>
    [JsonPropertyName("message")]
    public required string Message { get; init; }
}
