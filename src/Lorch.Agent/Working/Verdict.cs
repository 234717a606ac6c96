using System.Text.Json.Serialization;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Working;

/// <summary>What a reviewer or a spec maintainer found. Its JSON form is <c>verdict.v1.json</c>.</summary>
internal sealed record Verdict
{
    /// <summary>Gets the verdict.</summary>
    [JsonPropertyName("verdict")]
    public required VerdictWord Word { get; init; }

    /// <summary>Gets it in a sentence.</summary>
    [JsonPropertyName("summary")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Summary { get; init; }

    /// <summary>Gets what was found.</summary>
    [JsonPropertyName("findings")]
    public required IReadOnlyList<VerdictFinding> Findings { get; init; }
}

/// <summary>Something that was found.</summary>
internal sealed record VerdictFinding
{
    /// <summary>Gets the file, relative to the workspace root; null: it is about none in particular.</summary>
    [JsonPropertyName("file")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? File { get; init; }

    /// <summary>Gets the line, from 1.</summary>
    [JsonPropertyName("line")]
    [JsonConverter(typeof(PositiveInt32Converter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Line { get; init; }

    /// <summary>Gets how much it matters.</summary>
    [JsonPropertyName("severity")]
    public required FindingSeverity Severity { get; init; }

    /// <summary>Gets what is wrong.</summary>
    [JsonPropertyName("message")]
    public required string Message { get; init; }
}

/// <summary>A verdict in one word.</summary>
[JsonConverter(typeof(VerdictWordConverter))]
internal enum VerdictWord
{
    Approved,
    ChangesRequested,
    Updated,
    NoChangesNeeded,
}

/// <summary>How much a finding matters.</summary>
[JsonConverter(typeof(FindingSeverityConverter))]
internal enum FindingSeverity
{
    Info,
    Warning,
    Error,
}

internal static class VerdictWordNames
{
    public static readonly WireNames<VerdictWord> All = new(
        (VerdictWord.Approved, "approved"),
        (VerdictWord.ChangesRequested, "changes_requested"),
        (VerdictWord.Updated, "updated"),
        (VerdictWord.NoChangesNeeded, "no_changes_needed"));

    /// <summary>The words that answer an action.</summary>
    public static IReadOnlyList<VerdictWord> For(AgentAction action) => action is AgentAction.Review
        ? [VerdictWord.Approved, VerdictWord.ChangesRequested]
        : [VerdictWord.Updated, VerdictWord.NoChangesNeeded, VerdictWord.ChangesRequested];
}

internal static class FindingSeverityNames
{
    public static readonly WireNames<FindingSeverity> All =
        new((FindingSeverity.Info, "info"), (FindingSeverity.Warning, "warning"), (FindingSeverity.Error, "error"));
}

internal sealed class VerdictWordConverter() : WireNameConverter<VerdictWord>(VerdictWordNames.All);

internal sealed class FindingSeverityConverter() : WireNameConverter<FindingSeverity>(FindingSeverityNames.All);
