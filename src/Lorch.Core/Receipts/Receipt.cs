using System.Text.Json.Serialization;
using Lorch.Core.Hashing;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Receipts;

/// <summary>
/// The proof of one step: which request was worked, what came out of it, and which message ended it. Written once, never changed.
/// </summary>
internal sealed record Receipt
{
    /// <summary>The newest format that is understood.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Gets the version of the file's format.</summary>
    [JsonPropertyName("format")]
    [JsonRequired]
    [JsonConverter(typeof(PositiveInt32Converter))]
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Gets the task; it names the folder.</summary>
    [JsonPropertyName("task_id")]
    public required TaskId TaskId { get; init; }

    /// <summary>Gets the run that worked the step.</summary>
    [JsonPropertyName("run_id")]
    public required RunId RunId { get; init; }

    /// <summary>Gets the step's number, from 1, counted over all runs of the task; it names the file.</summary>
    [JsonPropertyName("step")]
    [JsonConverter(typeof(PositiveInt32Converter))]
    public required int Step { get; init; }

    /// <summary>Gets what was asked for.</summary>
    [JsonPropertyName("action")]
    public required AgentAction Action { get; init; }

    /// <summary>Gets the identity of the request: an equal request is answered by this receipt.</summary>
    [JsonPropertyName("idempotency_key")]
    public required IdempotencyKey IdempotencyKey { get; init; }

    /// <summary>Gets the snapshot that the run began with.</summary>
    [JsonPropertyName("snapshot_id")]
    public required SnapshotId SnapshotId { get; init; }

    /// <summary>Gets the command that was answered.</summary>
    [JsonPropertyName("command_message_id")]
    public required MessageId CommandMessageId { get; init; }

    /// <summary>Gets what ties the step's events to the command.</summary>
    [JsonPropertyName("correlation_id")]
    public required CorrelationId CorrelationId { get; init; }

    /// <summary>Gets the files that the step produced, each verified on disk.</summary>
    [JsonPropertyName("artifacts")]
    public required IReadOnlyList<Artifact> Artifacts { get; init; }

    /// <summary>Gets the files that the step removed, each verified to be absent.</summary>
    [JsonPropertyName("removed")]
    public required IReadOnlyList<RelativePath> Removed { get; init; }

    /// <summary>Gets the events of the step, in the order of the ledger.</summary>
    [JsonPropertyName("events")]
    public required IReadOnlyList<MessageId> Events { get; init; }

    /// <summary>Gets the event that ended the step.</summary>
    [JsonPropertyName("terminal_message_id")]
    public required MessageId TerminalMessageId { get; init; }

    /// <summary>Gets what that event said.</summary>
    [JsonPropertyName("outcome")]
    public required Outcome Outcome { get; init; }

    /// <summary>Gets which program worked the step, as the agent says; <see langword="null"/> if it doesn't.</summary>
    [JsonPropertyName("program")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProgramUsed? Program { get; init; }

    /// <summary>Gets the inputs and earlier products that somebody else changed while the step was worked; <see langword="null"/> if there
    /// are none. With any, the receipt proves what was done and answers no other request: nobody knows which content the agent
    /// saw.</summary>
    [JsonPropertyName("edited_meanwhile")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RelativePath>? EditedMeanwhile { get; init; }

    /// <summary>Gets when the receipt was written, UTC.</summary>
    [JsonPropertyName("created_at")]
    public required DateTimeOffset CreatedAt { get; init; }
}
