using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;

namespace Lorch.Core.Reports;

/// <summary>Reads all tasks and runs.</summary>
internal static class OverviewReader
{
    private const int MaxRunsOfTask = 20;

    /// <summary>Reads them.</summary>
    public static Overview Read(
        RunContext context,
        StatusReport status,
        IReadOnlyList<RunIndexEntry> runs,
        IReadOnlyList<DamagedRun> damaged,
        CancellationToken cancellationToken)
    {
        var byTask = runs.Select(run => (run.TaskId, run.RunId))
            .Concat(damaged.Where(run => run.TaskId is not null).Select(run => (run.TaskId!.Value, run.RunId)))
            .ToLookup(run => run.Item1, run => run.RunId);
        var goals = context.Configuration.Tasks.ToDictionary(task => task.Id, task => context.Redactor.Redact(task.Goal));
        var known = status.Tasks.Select(task => new OverviewTask
        {
            TaskId = task.TaskId,
            Title = goals.TryGetValue(task.TaskId, out var goal) ? RunPage.TitleOf(goal) : null,
            State = task.State,
            Reasons = [
                .. task.Run?.Failure is { } failure ? [failure] : Array.Empty<string>(),
                .. task.State is "never_run" ? [] : task.Reasons
            ],
            Next = task.Next,
        }).ToList();
        var gone = byTask.Select(group => group.Key).Except(known.Select(task => task.TaskId)).Order()
            .Select(task => new OverviewTask { TaskId = task, State = "gone" });
        return new Overview
        {
            Name = Path.GetFileName(context.Layout.WorkspaceRoot),
            Tasks = [.. known.Concat(gone).Select(task => WithRuns(context, task, [.. byTask[task.TaskId].Order()], cancellationToken))],
        };
    }

    /// <summary>Sums a story up.</summary>
    public static OverviewRun Of(RunStory story, bool hasPage) => new()
    {
        RunId = story.RunId,
        TaskId = story.TaskId,
        Ending = story.Ending,
        FailureCode = story.FailureCode,
        StartedAt = story.StartedAt,
        Sessions = story.Sessions,
        Steps = story.Steps.Count(),
        Usage = story.Usage,
        HasPage = hasPage,
        Agents = story.Attempts.GroupBy(attempt => attempt.Action.Agent).ToDictionary(
            group => group.Key,
            group => (
                group.Aggregate(TimeSpan.Zero, (sum, attempt) => sum + attempt.Duration),
                group.Aggregate(Usage.None, (sum, attempt) => sum.Add(attempt.Usage)))),
    };

    private static OverviewTask WithRuns(
        RunContext context,
        OverviewTask task,
        IReadOnlyList<RunId> runs,
        CancellationToken cancellationToken) => task with
        {
            Runs = [.. runs.TakeLast(MaxRunsOfTask).Select(run => Read(context, task.TaskId, run, cancellationToken))],
            OlderRuns = Math.Max(0, runs.Count - MaxRunsOfTask),
        };

    private static OverviewRun Read(RunContext context, TaskId task, RunId run, CancellationToken cancellationToken)
    {
        var hasPage = File.Exists(context.Layout.ReportPage(run));
        try
        {
            return RunStoryReader.Read(context.Layout, run, context.Redactor.Redact, cancellationToken) is { } story
                ? Of(story, hasPage)
                : new OverviewRun { RunId = run, TaskId = task, HasPage = hasPage };
        }
        catch (LorchException)
        {
            // Its cell says so; who asks for the run itself is told what is wrong.
            return new OverviewRun { RunId = run, TaskId = task, HasPage = hasPage };
        }
    }
}
