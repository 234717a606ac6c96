using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots.Manifests;

namespace Lorch.Core.Runs.Working;

/// <summary>
/// What earlier runs left that a run is pinned below: with it the workspace isn't its snapshot, and yet nobody else touched it.
/// </summary>
internal static class CarriedWork
{
    /// <summary>Finds it.</summary>
    public static async Task<IReadOnlyList<Explanation>> FindAsync(RunContext context, RunJournal journal, Manifest snapshot, Manifest now)
    {
        var expected = new ExpectedFiles(
            context.Graph,
            context.Stores.Receipts,
            context.Verifier,
            journal.RunId,
            journal.StartedAt,
            journal.History,
            snapshot);
        return
        [
            .. (await expected.CompareAsync(now, CancellationToken.None))
                .Select(difference => difference.Explanation)
                .OfType<Explanation>()
                .Where(explanation => explanation.TaskId == journal.TaskId),
        ];
    }
}
