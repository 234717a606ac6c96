using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>What agents may change where neither their task nor lorch.json says anything.</summary>
internal static class UsualProduces
{
    private static readonly IReadOnlyList<string> Builder = ["src/**", "tests/**", "docs/**"];
    private static readonly IReadOnlyList<string> SpecMaintainer = ["specs/**", "docs/**"];

    /// <summary>The globs, beside the outputs that a command expects.</summary>
    public static IReadOnlyList<string> Of(AgentType agent) => agent switch
    {
        AgentType.Builder => Builder,
        AgentType.SpecMaintainer => SpecMaintainer,
        _ => [],
    };
}
