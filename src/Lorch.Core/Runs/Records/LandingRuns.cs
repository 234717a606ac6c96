namespace Lorch.Core.Runs.Records;

/// <summary>Finds the runs whose landing was cut off: the workspace may hold half of their work.</summary>
internal static class LandingRuns
{
    /// <summary>Lists them, the oldest first. Where no run ever worked in a view nothing is read.</summary>
    public static IReadOnlyList<RunId> Find(RunContext context, CancellationToken cancellationToken) => !context.Stores.Contents.Exists
        ? []
        :
        [
            .. context.Catalog.List([], cancellationToken)
                .Where(run => run.IsOpenHere)
                .Select(run => run.RunId)
                .Where(run => RunRecord.TryReplay(context.Stores.Layout, run, cancellationToken)?.History
                    is { Landing: not null } or { HasLanded: true }),
        ];
}
