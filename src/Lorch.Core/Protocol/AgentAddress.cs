using System.Text.Json.Serialization;

namespace Lorch.Core.Protocol;

/// <summary>An agent as messages name it.</summary>
internal sealed record AgentAddress
{
    /// <summary>Gets the kind of agent.</summary>
    [JsonPropertyName("agent_type")]
    public required AgentType AgentType { get; init; }

    /// <summary>Gets the name of one agent of that kind.</summary>
    [JsonPropertyName("agent_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AgentId { get; init; }
}
