using Lorch.Core.Receipts;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Verdicts;
using Lorch.Core.UpToDate;

namespace Lorch.Core.Runs.Accepting;

/// <summary>Finds what was done for a task before, also under another name, and what is there of it.</summary>
internal sealed class EarlierWork(RunContext context, WorkspaceLook look)
{
    /// <summary>Finds it.</summary>
    public async Task<Found> FindAsync(TaskId task, CancellationToken cancellationToken)
    {
        var completions = look.Completions[task];
        if (completions.Count == 0)
        {
            completions = OfSameWords(context, look, task);
        }

        var definition = context.Graph[task];
        var paths = completions.SelectMany(completion => WorkAsItIs.Paths(definition, completion))
            .Concat(WorkAsItIs.Paths(definition, null));
        var disk = look.Disk.With(await context.Verifier.MeasureBesidesAsync(look.Capture.Manifest, paths, cancellationToken));
        var earlier = WorkAsItIs.Nearest(completions, disk);
        var receipts = earlier is null ? [] : look.Receipts.Of(earlier.TaskId);
        return new Found(task, earlier, WorkAsItIs.Of(definition, earlier, receipts, disk));
    }

    /// <summary>
    /// The completions of tasks that aren't there any more for which the same was asked as for a task that was never done: it was called
    /// otherwise then.
    /// </summary>
    public static IReadOnlyList<Completion> OfSameWords(RunContext context, WorkspaceLook look, TaskId task)
    {
        var judgement = look.Of(task);
        if (judgement.Definition is not { } definition || look.Completions[task].Count > 0)
        {
            return [];
        }

        var known = context.Configuration.Tasks.Select(other => other.Id).ToHashSet();
        return
        [
            .. context.Stores.Receipts.Tasks().Where(other => !known.Contains(other))
                .SelectMany(other => context.Stores.Completions.Load(other, []))
                .Where(
                    completion => SameWords.Asked(
                        completion,
                        context.Graph[task],
                        definition,
                        judgement.Key!,
                        context.Agents.TeamOf(task).Identities)),
        ];
    }

    /// <summary>What was found.</summary>
    /// <param name="TaskId">The task.</param>
    /// <param name="Completion">The completion that came nearest, if there is one.</param>
    /// <param name="Work">What is there.</param>
    public sealed record Found(TaskId TaskId, Completion? Completion, WorkAsItIs Work);
}
