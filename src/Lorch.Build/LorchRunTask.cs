using Lorch.Core.Runs;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Works one task to its end: starts or continues its run, shows each step as it happens and reports findings at their place.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchRunTask : WorkspaceTask
{
    /// <summary>Gets or sets the task's id.</summary>
    [Required]
    public string TaskId { get; set; } = "";

    /// <summary>Gets or sets a value indicating whether findings of reviews are errors rather than warnings.</summary>
    public bool TreatFindingsAsErrors { get; set; }

    /// <summary>Gets what came of it: the task, its artifacts and its findings, told apart by <c>Kind</c>.</summary>
    [Output]
    public ITaskItem[] Results { get; private set; } = [];

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        Results = [TaskItems.Unfinished(TaskId)];
        var workspace = Open();
        var taskId = workspace.Select([TaskId])[^1];
        var request = new RunRequest { TaskId = taskId, Mode = Mode, FailOnDrift = FailOnDrift };
        Results = Report(log, await workspace.RunAsync(request, log, cancellationToken), TreatFindingsAsErrors);
    }
}
