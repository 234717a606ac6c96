using System.Text.Json;
using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>How a step ended: the parts of its terminal event on which the workflow goes on.</summary>
internal sealed record Outcome
{
    /// <summary>Gets the terminal event's name.</summary>
    [JsonPropertyName("event")]
    public required EventName Event { get; init; }

    /// <summary>Gets its status, if it had one.</summary>
    [JsonPropertyName("status")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }

    /// <summary>Gets its payload, if it had one: a JSON object.</summary>
    [JsonPropertyName("payload")]
    [JsonConverter(typeof(JsonObjectConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Payload { get; init; }
}
