using System.Text.Json.Serialization;
using Lorch.Core.Json;
using Lorch.Core.Protocol.SystemEvents;

namespace Lorch.Core.Receipts;

/// <summary>The proof that what a run made in its view is in the workspace: which file held what before, and what afterwards.</summary>
internal sealed record LandReceipt
{
    /// <summary>The newest format that is understood.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Gets the format.</summary>
    [JsonPropertyName("format")]
    [JsonConverter(typeof(PositiveInt32Converter))]
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Gets what was done, always <c>land</c>.</summary>
    [JsonPropertyName("action")]
    public string Action { get; init; } = "land";

    /// <summary>Gets the task.</summary>
    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    /// <summary>Gets the run.</summary>
    [JsonPropertyName("run_id")]
    public required RunId RunId { get; init; }

    /// <summary>Gets what became of each path.</summary>
    [JsonPropertyName("paths")]
    public required IReadOnlyList<LandingPath> Paths { get; init; }

    /// <summary>
    /// Gets the paths that hold the run's change and somebody else's, put together; <see langword="null"/> if there are none.
    /// </summary>
    [JsonPropertyName("merged")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RelativePath>? Merged { get; init; }

    /// <summary>Gets the run whose landing this one takes back; <see langword="null"/> for a run's own work.</summary>
    [JsonPropertyName("undoes")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunId? Undoes { get; init; }

    /// <summary>Gets when all of it was in the workspace.</summary>
    [JsonPropertyName("created_at")]
    public required DateTimeOffset CreatedAt { get; init; }
}
