using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>Who sends or receives a message.</summary>
[JsonConverter(typeof(AgentTypeConverter))]
public enum AgentType
{
    /// <summary>Writes code and tests.</summary>
    Builder,

    /// <summary>Approves work or asks for changes.</summary>
    Reviewer,

    /// <summary>Keeps specifications equal to what was built.</summary>
    SpecMaintainer,

    /// <summary>Plans tasks (reserved).</summary>
    Orchestration,

    /// <summary>Lorch itself; never an agent.</summary>
    System,
}

/// <summary>The wire names of <see cref="AgentType"/>.</summary>
internal static class AgentTypeNames
{
    internal static readonly WireNames<AgentType> All = new(
        (AgentType.Builder, "builder"),
        (AgentType.Reviewer, "reviewer"),
        (AgentType.SpecMaintainer, "spec_maintainer"),
        (AgentType.Orchestration, "orchestration"),
        (AgentType.System, "system"));

    extension(AgentType type)
    {
        /// <summary>Gets the name as it stands in messages and files.</summary>
        public string WireName => All[type];
    }
}

internal sealed class AgentTypeConverter() : WireNameConverter<AgentType>(AgentTypeNames.All);
