using Lorch.Core.Protocol.SystemEvents;

namespace Lorch.Core.Workflows;

/// <summary>The attempts at one request that failed.</summary>
/// <param name="Count">How many failed in the whole run: the number of the next attempt.</param>
/// <param name="SinceResumed">How many failed since the run last failed and was resumed: what is bounded.</param>
/// <param name="Last">The last of them.</param>
internal sealed record FailedAttempts(int Count, int SinceResumed, AttemptFailed Last)
{
    public FailedAttempts Add(AttemptFailed failure) => new(Count + 1, SinceResumed + 1, failure);
}
