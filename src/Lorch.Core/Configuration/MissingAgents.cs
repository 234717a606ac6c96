using Lorch.Core.Protocol;

namespace Lorch.Core.Configuration;

/// <summary>The agents that tasks need and that nobody configured.</summary>
internal static class MissingAgents
{
    /// <summary>Names them, sorted; none where there is no task.</summary>
    public static IReadOnlyList<string> Of(LorchConfiguration configuration) => configuration.Tasks.Count == 0
        ? []
        : [.. KnownMembers.Agents.Where(agent => !configuration.Agents.ContainsKey(agent)).Select(agent => agent.WireName)];

    public static string Describe(IReadOnlyList<string> missing) =>
        $"found no agent '{string.Join("', '", missing)}', expected builder, reviewer and spec_maintainer because there are tasks. "
        + $"Add to the agents of lorch.json: \"{missing[0]}\": {{\"cmd\": [\"my-agent\"]}}.";
}
