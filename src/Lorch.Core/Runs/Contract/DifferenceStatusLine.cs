using System.Text.Json.Serialization;

namespace Lorch.Core.Runs.Contract;

/// <summary>What differs from a task's completion and makes nothing stale.</summary>
internal sealed record DifferenceStatusLine
{
    /// <summary>Gets it in a few words: <c>edited since</c>.</summary>
    [JsonPropertyName("word")]
    public required string Word { get; init; }

    /// <summary>Gets it as a sentence, with the path if it is about one.</summary>
    [JsonPropertyName("text")]
    public required string Text { get; init; }
}
