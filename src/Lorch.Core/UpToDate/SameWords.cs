using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Workflows;

namespace Lorch.Core.UpToDate;

/// <summary>Says whether a completion is one of the same words: whatever the task was called then, the same was asked for.</summary>
internal static class SameWords
{
    /// <summary>Compares.</summary>
    /// <param name="completion">The completion, of this task or of another.</param>
    /// <param name="task">The task.</param>
    /// <param name="definition">Its definition, dependencies included.</param>
    /// <param name="key">Its key.</param>
    /// <param name="agents">Every agent's identity.</param>
    /// <remarks>What its dependencies made is compared one by one elsewhere: one that came later doesn't count yet.</remarks>
    public static bool Asked(
        Completion completion,
        TaskDefinition task,
        JsonElement definition,
        TaskKey key,
        IReadOnlyDictionary<AgentType, JsonElement> agents) =>
        completion.DefinitionSha256 == key.Definition
        || (!task.Regenerate
            && completion.DefinitionSha256 == TaskKey.Compute(
                task.Id,
                DefinitionTerms.WithDependencies(definition, completion.DependsOn),
                agents,
                key.Inputs).Definition);
}
