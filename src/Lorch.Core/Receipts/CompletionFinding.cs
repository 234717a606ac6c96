using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Receipts;

/// <summary>Something that the last review of a completed task found, in the reviewer's words.</summary>
internal sealed record CompletionFinding
{
    /// <summary>Gets the file as the reviewer named it; <see langword="null"/> if it named none.</summary>
    [JsonPropertyName("file")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? File { get; init; }

    /// <summary>Gets the line, from 1; 0 if none was named.</summary>
    [JsonPropertyName("line")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    public required int Line { get; init; }

    /// <summary>Gets how much it matters, in the reviewer's word.</summary>
    [JsonPropertyName("severity")]
    public required string Severity { get; init; }

    /// <summary>Gets the text.</summary>
    [JsonPropertyName("message")]
    public required string Message { get; init; }
}
