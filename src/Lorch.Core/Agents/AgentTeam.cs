using System.Text.Json;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;

namespace Lorch.Core.Agents;

/// <summary>The agents that work a task. The reviewer and the spec maintainer may be missing: then their steps are.</summary>
/// <param name="members">The agents by what they do.</param>
internal sealed class AgentTeam(IReadOnlyDictionary<AgentType, AgentSettings> members)
{
    /// <summary>Gets the agents.</summary>
    public IReadOnlyDictionary<AgentType, AgentSettings> Members => members;

    /// <summary>Gets what makes each of them another agent when it changes.</summary>
    public IReadOnlyDictionary<AgentType, JsonElement> Identities =>
        field ??= members.ToDictionary(agent => agent.Key, agent => agent.Value.Identity);

    /// <summary>Gets the digests of that.</summary>
    public IReadOnlyDictionary<AgentType, Sha256Digest> Digests =>
        field ??= members.ToDictionary(agent => agent.Key, agent => CanonicalJson.Digest(agent.Value.Identity));
}
