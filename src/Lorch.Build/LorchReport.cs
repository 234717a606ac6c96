using Lorch.Core;
using Lorch.Core.Runs.Contract;
using Microsoft.Build.Framework;
using TaskItem = Microsoft.Build.Utilities.TaskItem;

namespace Lorch.Build;

/// <summary>Says what became of each selected task, and fails the build when one of them isn't done.</summary>
/// <remarks>Called after the gate and not gated itself: a skipped target gives neither messages nor outputs.</remarks>
[MSBuildMultiThreadableTask]
public sealed class LorchReport : LorchTask
{
    /// <summary>
    /// Gets or sets what <see cref="LorchJudge"/> found: one item per selected task, and the artifacts of those that were up to date.
    /// </summary>
    [Required]
    public ITaskItem[] Verdicts { get; set; } = [];

    /// <summary>Gets or sets what the tasks that were worked handed on.</summary>
    public ITaskItem[] Results { get; set; } = [];

    /// <summary>Gets the last word on each selected task with its artifacts and findings, told apart by <c>Kind</c>.</summary>
    [Output]
    public ITaskItem[] Report { get; private set; } = [];

    private protected override Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var worked = Results.Where(IsTask).ToDictionary(item => item.ItemSpec, StringComparer.Ordinal);
        Report = [.. SayingOnce([.. Verdicts.Where(item => !worked.ContainsKey(TaskOf(item))), .. Results])];
        if (Last() is { } last)
        {
            Report = [.. Report, last];
        }

        foreach (var task in Report.Where(IsTask))
        {
            Say(task, log);
        }

        return Task.CompletedTask;
    }

    /// <summary>What is said of the workspace is handed on with each task; the first one says it.</summary>
    private static IEnumerable<ITaskItem> SayingOnce(IEnumerable<ITaskItem> items)
    {
        var said = new HashSet<Diagnostic>();
        foreach (var item in items)
        {
            if (item.GetMetadata(TaskItems.Kind) is not TaskItems.SaidKind)
            {
                yield return item;
            }
            else if (SaidText.Encode(SaidText.Decode(item.GetMetadata(TaskItems.Text)).Where(said.Add)) is { Length: > 0 } text)
            {
                yield return TaskItems.Said(item.ItemSpec, text);
            }
        }
    }

    /// <summary>
    /// The run that was worked last, which may be an older one that went on; where none was, the newest of those that tasks were completed
    /// by.
    /// </summary>
    private TaskItem? Last()
    {
        var last = Results.LastOrDefault(item => HasRun(item) && OutcomeOf(item) is not nameof(RunOutcome.UpToDate))
            ?? Report.Where(HasRun).MaxBy(item => item.GetMetadata(TaskItems.RunId), StringComparer.Ordinal);
        return last is null ? null : TaskItems.Item(
            last.ItemSpec,
            (TaskItems.Kind, TaskItems.LastKind),
            (TaskItems.TaskId, last.ItemSpec),
            (TaskItems.RunId, last.GetMetadata(TaskItems.RunId)),
            (TaskItems.SnapshotId, last.GetMetadata(TaskItems.SnapshotId)));
    }

    private void Say(ITaskItem task, BuildLog log)
    {
        switch (OutcomeOf(task))
        {
            case nameof(RunOutcome.UpToDate):
                log.Answer($"{task.ItemSpec} up to date ({task.GetMetadata(TaskItems.SnapshotId)}{task.GetMetadata(TaskItems.Although)})");
                break;
            case nameof(RunOutcome.Completed):
                break;
            default:
                // Why has been said where it happened.
                FailWithoutError();
                break;
        }
    }

    private static bool IsTask(ITaskItem item) => item.GetMetadata(TaskItems.Kind) is TaskItems.TaskKind;

    private static bool HasRun(ITaskItem item) => IsTask(item) && item.GetMetadata(TaskItems.RunId).Length > 0;

    private static string TaskOf(ITaskItem item) => IsTask(item) ? item.ItemSpec : item.GetMetadata(TaskItems.TaskId);

    private static string OutcomeOf(ITaskItem item) => item.GetMetadata(TaskItems.Outcome);
}
