using System.Text.Json.Serialization;
using Lorch.Core.Hashing;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Receipts;

/// <summary>What a completed task was completed for, and with which result: the record that being up to date is judged by.</summary>
/// <remarks>It is the payload of <c>system.run_completed</c>; the files are written from there.</remarks>
internal sealed record Completion
{
    /// <summary>The newest format that is understood.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Gets the version of the record's format.</summary>
    [JsonPropertyName("format")]
    [JsonRequired]
    [JsonConverter(typeof(PositiveInt32Converter))]
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Gets the task; it names the folder.</summary>
    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    /// <summary>Gets the key over definition, agents and the inputs after the run; its first digits name the file.</summary>
    [JsonPropertyName("task_key")]
    public required IdempotencyKey TaskKey { get; init; }

    /// <summary>Gets the key over definition, agents and the inputs before the run.</summary>
    [JsonPropertyName("task_key_before")]
    public required IdempotencyKey TaskKeyBefore { get; init; }

    /// <summary>Gets the digest over the definition and the agents.</summary>
    [JsonPropertyName("definition_sha256")]
    public required Sha256Digest DefinitionSha256 { get; init; }

    /// <summary>Gets the run that completed the task.</summary>
    [JsonPropertyName("run_id")]
    public required RunId RunId { get; init; }

    /// <summary>Gets the snapshot that the run began with.</summary>
    [JsonPropertyName("snapshot_id")]
    public required SnapshotId SnapshotId { get; init; }

    /// <summary>Gets the id of the task's inputs with the artifacts and removals of the run applied.</summary>
    [JsonPropertyName("inputs_after")]
    public required SnapshotId InputsAfter { get; init; }

    /// <summary>Gets the newest artifact of each path.</summary>
    [JsonPropertyName("artifacts")]
    public required IReadOnlyList<CompletionArtifact> Artifacts { get; init; }

    /// <summary>Gets the files that the run removed.</summary>
    [JsonPropertyName("removed")]
    public required IReadOnlyList<RelativePath> Removed { get; init; }

    /// <summary>Gets the digest of the outputs of each task that this one depends on, sorted by task id.</summary>
    [JsonPropertyName("depends_on")]
    public required IReadOnlyDictionary<TaskId, Sha256Digest> DependsOn
    {
        get;
        init => field = new SortedDictionary<TaskId, Sha256Digest>(value?.ToDictionary() ?? throw new ArgumentNullException(nameof(value)));
    }

    /// <summary>Gets the digest over artifacts and removals.</summary>
    [JsonPropertyName("outputs_sha256")]
    public required Sha256Digest OutputsSha256 { get; init; }

    /// <summary>Gets when the run was completed, UTC.</summary>
    [JsonPropertyName("completed_at")]
    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>Gets what the run cost, as far as agents say; <see langword="null"/> if they say nothing.</summary>
    [JsonPropertyName("usage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Usage? Usage { get; init; }

    /// <summary>Gets the inputs and products that somebody else changed while the run worked; <see langword="null"/> if there are none.
    /// With any, the record stands in the ledger alone, and answers for nothing: nobody knows which content was worked.</summary>
    [JsonPropertyName("edited_meanwhile")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RelativePath>? EditedMeanwhile { get; init; }

    /// <summary>
    /// Gets what the last review found and nobody resolved: it is repeated as long as the record answers. <see langword="null"/> if it
    /// found nothing.
    /// </summary>
    [JsonPropertyName("findings")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CompletionFinding>? Findings { get; init; }

    /// <summary>Gets whose word it is that the task is done; <see langword="null"/> if agents worked it.</summary>
    [JsonPropertyName("accepted")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CompletionAcceptance? Accepted { get; init; }
}

/// <summary>A person's word that a task is done.</summary>
internal sealed record CompletionAcceptance
{
    /// <summary>Gets who said it.</summary>
    [JsonPropertyName("by")]
    public required string By { get; init; }

    /// <summary>Gets why; <see langword="null"/> if nothing was said.</summary>
    [JsonPropertyName("reason")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}

/// <summary>A file that a completed task produced, and the step it is from.</summary>
internal sealed record CompletionArtifact
{
    /// <summary>Gets the path below the workspace root.</summary>
    [JsonPropertyName("path")]
    public required RelativePath Path { get; init; }

    /// <summary>Gets the digest of its content.</summary>
    [JsonPropertyName("sha256")]
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>Gets its size in bytes, 0 or more.</summary>
    [JsonPropertyName("size")]
    [JsonConverter(typeof(NotNegativeInt64Converter))]
    public required long Size { get; init; }

    /// <summary>Gets the number of the step whose receipt proves it; <see langword="null"/> if a person accepted it as it was.</summary>
    [JsonPropertyName("step")]
    [JsonConverter(typeof(PositiveInt32Converter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Step { get; init; }

    /// <summary>Gets the file without its step, as messages and receipts name it.</summary>
    /// <returns>The artifact.</returns>
    public Artifact ToArtifact() => new() { Path = Path, Sha256 = Sha256, Size = Size };
}
