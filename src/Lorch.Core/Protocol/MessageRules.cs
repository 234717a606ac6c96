using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>What a kind of message asks of a type that it shares with other kinds.</summary>
internal static class MessageRules
{
    /// <summary>Finds what a message breaks.</summary>
    public static JsonFault? FindFault(Message message) => message switch
    {
        Command command => FindSystemFault(command.To, "$.to"),
        Heartbeat { Agent.AgentId: null } => JsonFault.Create("the member 'agent_id' is missing", "$.agent.agent_id"),
        Heartbeat heartbeat => FindSystemFault(heartbeat.Agent, "$.agent"),
        _ => null,
    };

    /// <summary>Lorch itself sends events, and is nobody's agent.</summary>
    private static JsonFault? FindSystemFault(AgentAddress address, string path) =>
        address.AgentType == AgentType.System
            ? JsonFault.Create("'system' is not valid: expected an agent", $"{path}.agent_type")
            : null;
}
