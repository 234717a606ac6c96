using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>What a command asks for.</summary>
[JsonConverter(typeof(AgentActionConverter))]
public enum AgentAction
{
    /// <summary>Build what the goal asks for.</summary>
    Implement,

    /// <summary>Change what was built.</summary>
    ImplementChanges,

    /// <summary>Judge what was built.</summary>
    Review,

    /// <summary>Bring the specifications up to what was built.</summary>
    UpdateSpec,

    /// <summary>Take in a request (reserved).</summary>
    Intake,

    /// <summary>Find tasks (reserved).</summary>
    TaskDiscovery,
}

/// <summary>The wire names of <see cref="AgentAction"/>, and who works it.</summary>
internal static class AgentActionNames
{
    internal static readonly WireNames<AgentAction> All = new(
        (AgentAction.Implement, "implement"),
        (AgentAction.ImplementChanges, "implement_changes"),
        (AgentAction.Review, "review"),
        (AgentAction.UpdateSpec, "update_spec"),
        (AgentAction.Intake, "intake"),
        (AgentAction.TaskDiscovery, "task_discovery"));

    extension(AgentAction action)
    {
        /// <summary>Gets the name as it stands in messages and files.</summary>
        public string WireName => All[action];

        /// <summary>Gets the agent that is asked.</summary>
        public AgentType Agent => action switch
        {
            AgentAction.Implement or AgentAction.ImplementChanges => AgentType.Builder,
            AgentAction.Review => AgentType.Reviewer,
            AgentAction.UpdateSpec => AgentType.SpecMaintainer,
            _ => AgentType.Orchestration,
        };
    }
}

internal sealed class AgentActionConverter() : WireNameConverter<AgentAction>(AgentActionNames.All);
