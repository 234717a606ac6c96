using Lorch.Core.Runs;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Says what became of each selected task, and fails the build when one of them isn't done.</summary>
/// <remarks>Called after the gate and not gated itself: a skipped target gives neither messages nor outputs.</remarks>
[MSBuildMultiThreadableTask]
public sealed class LorchReport : LorchTask
{
    /// <summary>Gets or sets what the key task found: one item per selected task, and the artifacts of those that were up to date.</summary>
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
        Report = [.. Verdicts.Where(item => !worked.ContainsKey(TaskOf(item))), .. Results];

        foreach (var task in Report.Where(IsTask))
        {
            Say(task, log);
        }

        return Task.CompletedTask;
    }

    private void Say(ITaskItem task, BuildLog log)
    {
        switch (OutcomeOf(task))
        {
            case nameof(RunOutcome.UpToDate):
                log.Answer($"{task.ItemSpec} up to date ({task.GetMetadata(TaskItems.SnapshotId)})");
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

    private static string TaskOf(ITaskItem item) => IsTask(item) ? item.ItemSpec : item.GetMetadata(TaskItems.TaskId);

    private static string OutcomeOf(ITaskItem item) => item.GetMetadata(TaskItems.Outcome);
}
