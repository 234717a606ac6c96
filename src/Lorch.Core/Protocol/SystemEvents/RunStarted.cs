using System.Text.Json;
using System.Text.Json.Serialization;
using Lorch.Core.Hashing;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>Payload of <c>system.run_started</c>: everything that the run goes by, whatever is configured later.</summary>
internal sealed record RunStarted
{
    /// <summary>Gets the version of the ledger's format, 1 or more.</summary>
    [JsonPropertyName("format")]
    [JsonConverter(typeof(PositiveInt32Converter))]
    public required int Format { get; init; }

    /// <summary>Gets the run.</summary>
    [JsonPropertyName("run_id")]
    public required RunId RunId { get; init; }

    /// <summary>Gets the workspace at its start.</summary>
    [JsonPropertyName("snapshot_id")]
    public required SnapshotId SnapshotId { get; init; }

    /// <summary>Gets what the run is for; <see langword="null"/> if its task is to be worked.</summary>
    [JsonPropertyName("purpose")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunPurpose? Purpose { get; init; }

    /// <summary>Gets the run whose landing is taken back; <see langword="null"/> unless that is what the run is for.</summary>
    [JsonPropertyName("undoes")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunId? Undoes { get; init; }

    /// <summary>Gets the person who takes it back.</summary>
    [JsonPropertyName("by")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }

    /// <summary>Gets the task's key at its start.</summary>
    [JsonPropertyName("task_key")]
    public required IdempotencyKey TaskKey { get; init; }

    /// <summary>Gets the task's definition: a JSON object.</summary>
    [JsonPropertyName("definition")]
    [JsonConverter(typeof(JsonObjectConverter))]
    public required JsonElement Definition { get; init; }

    /// <summary>Gets the digest of each agent.</summary>
    [JsonPropertyName("agents")]
    public required IReadOnlyDictionary<AgentType, Sha256Digest> Agents { get; init; }

    /// <summary>Gets how many attempts a request gets, 1 or more.</summary>
    [JsonPropertyName("max_attempts")]
    [JsonConverter(typeof(PositiveInt32Converter))]
    public required int MaxAttempts { get; init; }

    /// <summary>Gets how many turns of changes there may be, 0 or more.</summary>
    [JsonPropertyName("max_iterations")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    public required int MaxIterations { get; init; }

    /// <summary>Gets what failing tests lead to.</summary>
    [JsonPropertyName("on_failing_tests")]
    public required FailingTestsRule OnFailingTests { get; init; }

    /// <summary>
    /// Gets the prompts that agents which use a tool work with: the digest of a repository's own, the number of one of the package.
    /// </summary>
    [JsonPropertyName("prompts")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<AgentAction, string>? Prompts { get; init; }

    /// <summary>
    /// Gets the absolute path of the workspace, where the records lie outside of it and those of another may lie beside them. No key holds
    /// it.
    /// </summary>
    [JsonPropertyName("workspace")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Workspace { get; init; }

    /// <summary>Gets where its agents work; <see langword="null"/> for in the workspace itself.</summary>
    [JsonPropertyName("isolation")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Isolation? Isolation { get; init; }

    /// <summary>
    /// Gets the branch that was checked out, <c>HEAD</c> for none; <see langword="null"/> if its agents work in the workspace itself, or
    /// that can't be told. What they make lands on that branch.
    /// </summary>
    [JsonPropertyName("branch")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Branch { get; init; }

    /// <summary>Gets whether its agents work in a copy of the workspace.</summary>
    [JsonIgnore]
    public bool IsInView => Isolation is SystemEvents.Isolation.View;

    /// <summary>Gets the step number that a fresh or forced run starts with, 1 or more.</summary>
    [JsonPropertyName("generation")]
    [JsonConverter(typeof(PositiveInt32Converter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Generation { get; init; }
}
