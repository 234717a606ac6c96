using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Reports.Recording;

/// <summary>
/// What reports show of a run beyond its ledger, <c>reports/&lt;run&gt;.json</c>: texts without secrets. Nothing else depends on it.
/// </summary>
/// <remarks>It is written while the run lasts: a later build knows other secrets.</remarks>
internal sealed record ReportData
{
    /// <summary>The newest format that is understood.</summary>
    public const int CurrentFormat = 1;

    private static readonly JsonTypeInfo<ReportData> Json =
        new ReportDataJsonContext(WireOptions.From(ReportDataJsonContext.Default.Options)).ReportData;

    [JsonPropertyName("format")]
    public required int Format { get; init; }

    [JsonPropertyName("run_id")]
    public required RunId RunId { get; init; }

    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    /// <summary>Gets what was to be built.</summary>
    [JsonPropertyName("goal")]
    public required string Goal { get; init; }

    /// <summary>Gets why the run was begun, a sentence each.</summary>
    [JsonPropertyName("reasons")]
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Gets the texts of the messages of the ledger.</summary>
    [JsonPropertyName("messages")]
    public required IReadOnlyList<ReportMessage> Messages { get; init; }

    /// <summary>Gets the texts of the files that steps changed, before and after.</summary>
    [JsonPropertyName("contents")]
    public required IReadOnlyList<ReportContent> Contents { get; init; }

    /// <summary>Gets which files steps changed, in the order of the steps.</summary>
    [JsonPropertyName("changes")]
    public required IReadOnlyList<ReportChange> Changes { get; init; }

    /// <summary>Gets what the build said when the run ended; of a run that went on, what it said last.</summary>
    [JsonPropertyName("diagnostics")]
    public required IReadOnlyList<ReportDiagnostic> Diagnostics { get; init; }

    /// <summary>Reads a run's.</summary>
    /// <returns>What was recorded; <see langword="null"/> if nothing was that can be read.</returns>
    public static ReportData? TryRead(WorkspaceLayout layout, RunId run)
    {
        try
        {
            return Projection.TryRead(layout.ReportData(run)) is { } bytes
                && JsonSerializer.Deserialize(bytes, Json) is { Format: CurrentFormat } data
                && data.RunId == run
                && data.IsWhole ? data : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    /// <summary>The framework lets null pass in lists.</summary>
    [JsonIgnore]
    private bool IsWhole =>
        !Changes.Contains(
            null!) && !Reasons.Contains(null!) && !Messages.Contains(null!) && !Contents.Contains(null!) && !Diagnostics.Contains(null!)
            && Messages.All(message => message.Findings?.Contains(null!) is not true && message.Notes?.Contains(null!) is not true);
}

/// <summary>The texts of one message of the ledger.</summary>
internal sealed record ReportMessage
{
    [JsonPropertyName("message_id")]
    public required MessageId MessageId { get; init; }

    /// <summary>Gets what it says in short: of a command, what the changes are asked for.</summary>
    [JsonPropertyName("summary")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Summary { get; init; }

    /// <summary>Gets the prompt by which a command was worked.</summary>
    [JsonPropertyName("prompt")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Prompt { get; init; }

    /// <summary>Gets what a review found.</summary>
    [JsonPropertyName("findings")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReportFinding>? Findings { get; init; }

    /// <summary>Gets the first notes of progress that a command was answered with.</summary>
    [JsonPropertyName("notes")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>Gets how many more notes there were.</summary>
    [JsonPropertyName("more_notes")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int MoreNotes { get; init; }
}

/// <summary>Something that a review found.</summary>
internal sealed record ReportFinding
{
    [JsonPropertyName("file")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? File { get; init; }

    [JsonPropertyName("line")]
    public required int Line { get; init; }

    [JsonPropertyName("severity")]
    public required string Severity { get; init; }

    [JsonPropertyName("message")]
    public required string Message { get; init; }
}

/// <summary>What a file held.</summary>
internal sealed record ReportContent
{
    /// <summary>Gets the digest of the whole content, with its secrets.</summary>
    [JsonPropertyName("sha256")]
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>Gets the text without secrets.</summary>
    [JsonPropertyName("text")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    /// <summary>Gets why there is no text: <c>binary</c>, <c>large</c> or <c>many</c>.</summary>
    [JsonPropertyName("left_out")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LeftOut { get; init; }
}

/// <summary>What a step did to a file.</summary>
internal sealed record ReportChange
{
    [JsonPropertyName("step")]
    public required int Step { get; init; }

    [JsonPropertyName("path")]
    public required RelativePath Path { get; init; }

    /// <summary>Gets what it held before; <see langword="null"/> if nothing was there, or if nobody knows.</summary>
    [JsonPropertyName("before")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? Before { get; init; }

    /// <summary>Gets what it held afterwards; <see langword="null"/> if the step removed it.</summary>
    [JsonPropertyName("after")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? After { get; init; }

    /// <summary>Gets a value indicating whether nothing was there before.</summary>
    [JsonPropertyName("new")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsNew { get; init; }
}

/// <summary>Something that the build said of a run.</summary>
internal sealed record ReportDiagnostic
{
    [JsonPropertyName("code")]
    public required string Code { get; init; }

    [JsonPropertyName("severity")]
    public required string Severity { get; init; }

    [JsonPropertyName("message")]
    public required string Message { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(ReportData))]
internal sealed partial class ReportDataJsonContext : JsonSerializerContext;
