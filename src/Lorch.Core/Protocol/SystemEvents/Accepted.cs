using System.Text.Json.Serialization;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>Payload of <c>system.accepted</c>: a person says that the task is done as it is on the disk.</summary>
internal sealed record Accepted
{
    /// <summary>Gets who says it.</summary>
    [JsonPropertyName("by")]
    public required string By { get; init; }

    /// <summary>Gets why; <see langword="null"/> if nothing was said.</summary>
    [JsonPropertyName("reason")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}
