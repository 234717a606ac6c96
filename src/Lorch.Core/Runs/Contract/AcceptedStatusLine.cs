using System.Text.Json.Serialization;

namespace Lorch.Core.Runs.Contract;

/// <summary>A person's word that a task is done.</summary>
internal sealed record AcceptedStatusLine
{
    /// <summary>Gets who said it.</summary>
    [JsonPropertyName("by")]
    public required string By { get; init; }

    /// <summary>Gets when, UTC.</summary>
    [JsonPropertyName("at")]
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets why; <see langword="null"/> if nothing was said.</summary>
    [JsonPropertyName("reason")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}

/// <summary>A completion of a task that was called otherwise.</summary>
internal sealed record SameWordsStatusLine
{
    /// <summary>Gets what the task was called.</summary>
    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    /// <summary>Gets the run that completed it.</summary>
    [JsonPropertyName("run_id")]
    public required RunId RunId { get; init; }
}
