using Lorch.Core.Hashing;
using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>
/// Notices a loop that turns without moving: the same changes are asked for again, and the files that were built in between are as they
/// were before.
/// </summary>
internal static class Standstill
{
    /// <summary>
    /// Whether the last step asks for what was asked for before, in vain. A run that was resumed after it failed gets another turn first.
    /// </summary>
    public static bool IsReached(History history)
    {
        var last = history.Steps.Count - 1;
        if (last < history.StepsWhenResumed || !OutcomeRules.AsksForChanges(history.Steps[last].Outcome))
        {
            return false;
        }

        var before = last == 0 ? -1 : history.Steps.FindLastIndex(last - 1, step => step.Action == history.Steps[last].Action);
        return before >= 0 && SaySame(history.Steps[before], history.Steps[last]) && BuiltNothing(history, before, last);
    }

    private static bool SaySame(ProvenStep one, ProvenStep other) =>
        one.Outcome.Event == other.Outcome.Event
        && one.Outcome.Status == other.Outcome.Status
        && DigestOf(one.Outcome) == DigestOf(other.Outcome)
        && one.Artifacts.SequenceEqual(other.Artifacts)
        && one.Removed.SequenceEqual(other.Removed);

    /// <summary>What an outcome says, but for what it cost: the same words may cost more the second time.</summary>
    private static Sha256Digest? DigestOf(Outcome outcome) =>
        outcome.Payload is { } payload ? CanonicalJson.Digest(Usage.Without(payload)) : null;

    /// <summary>
    /// Whether the builder named files, and all of them are what they were. One that names none may have changed anything.
    /// </summary>
    private static bool BuiltNothing(History history, int before, int last)
    {
        var known = new Dictionary<RelativePath, Artifact>();
        foreach (var artifact in history.Steps.Take(before + 1).SelectMany(step => step.Artifacts))
        {
            known[artifact.Path] = artifact;
        }

        var built = history.Steps.Skip(before + 1)
            .Take(last - before - 1)
            .Where(step => step.Action is AgentAction.ImplementChanges)
            .ToList();
        return built.Any(step => step.Artifacts.Count > 0)
            && built.All(
                step => step.Removed.Count == 0 && step.Artifacts.All(artifact => known.GetValueOrDefault(artifact.Path) == artifact));
    }
}
