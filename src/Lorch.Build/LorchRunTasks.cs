using Lorch.Core.Runs;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>
/// Works tasks at once, as many as <c>policy.concurrency</c> says, each as soon as those that it depends on have landed. What came of them
/// <see cref="LorchRunTask"/> hands on, task by task.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class LorchRunTasks : WorkspaceTask
{
    /// <summary>Gets or sets the tasks that may have to be worked, as <see cref="LorchJudge.Pending"/> gave them.</summary>
    [Required]
    public ITaskItem[] Pending { get; set; } = [];

    /// <summary>Gets or sets what names this build and no other one.</summary>
    [Required]
    public string Build { get; set; } = "";

    /// <summary>Gets or sets how many are worked at once.</summary>
    public int Concurrency { get; set; } = 1;

    /// <summary>Gets or sets a value indicating whether findings of reviews are errors rather than warnings.</summary>
    public bool TreatFindingsAsErrors { get; set; }

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var pending = Pending.ToDictionary(item => item.GetMetadata(TaskItems.Work), StringComparer.Ordinal);
        WorkedTaskFile.RemoveOld(Open().Layout, Clock.GetUtcNow());
        await TaskSchedule.RunAsync(
            [.. pending.Keys],
            work => pending[work].GetMetadata(TaskItems.Waits).Split('|', StringSplitOptions.RemoveEmptyEntries),
            Concurrency,
            async work => pending[work].GetMetadata(TaskItems.Held).Length == 0 && await WorkAsync(work, log, cancellationToken),
            cancellationToken);
    }

    private async Task<bool> WorkAsync(string work, BuildLog log, CancellationToken cancellationToken)
    {
        WorkedTask worked;
        try
        {
            worked = await WorkAsync(TaskWork.Parse(work), Build, TreatFindingsAsErrors, log, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            // Nobody asks for what came of it any more.
            foreach (var diagnostic in worked.Said)
            {
                log.Report(diagnostic, Root);
            }
        }

        return worked.IsDone;
    }
}
