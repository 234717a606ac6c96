using Lorch.Core.Reports.Recording;
using Lorch.Core.Runs.Records;

namespace Lorch.Core.Reports;

/// <summary>A task with its latest run, and the latest review that anybody made of it.</summary>
/// <param name="Task">The task, and where it stands.</param>
/// <param name="Latest">The latest run; <see langword="null"/> if none can be read.</param>
/// <param name="Review">The run of the latest review.</param>
internal sealed record TaskStory(OverviewTask Task, RunStory? Latest, RunStory? Review)
{
    public IReadOnlyList<ReportFinding> Findings => Review?.Findings ?? [];

    /// <summary>Reads the stories of all tasks.</summary>
    public static IReadOnlyList<TaskStory> Read(RunContext context, Overview overview, CancellationToken cancellationToken) =>
    [
        .. overview.Tasks.Where(task => task.State is not ("gone" or "proposed")).Select(task =>
        {
            var stories = task.Runs.Reverse().Where(run => run.Ending is not null)
                .Select(run => RunStoryReader.Read(context.Layout, run.RunId, context.Redactor.Redact, cancellationToken))
                .OfType<RunStory>()
                .GetEnumerator();
            RunStory? latest = null;
            while (stories.MoveNext())
            {
                latest ??= stories.Current;
                if (stories.Current.Steps.Any(step => step.Action is Protocol.AgentAction.Review))
                {
                    return new TaskStory(task, latest, stories.Current);
                }
            }

            return new TaskStory(task, latest, null);
        }),
    ];
}
