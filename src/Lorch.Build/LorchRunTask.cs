using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>
/// Works one task to its end: starts or continues its run, shows each step as it happens and reports findings at their place.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class LorchRunTask : WorkspaceTask
{
    /// <summary>
    /// Gets or sets what is to be worked, <c>LorchWork</c> in the runner: the task's id and, behind a <c>+</c> each, <c>added.</c> with
    /// what it is if a project defines it, and <c>force</c>.
    /// </summary>
    [Required]
    public string Work { get; set; } = "";

    /// <summary>
    /// Gets or sets what names this build and no other one, <c>LorchBuild</c> in the runner, if <see cref="LorchRunTasks"/> works its
    /// tasks; empty otherwise.
    /// </summary>
    public string Build { get; set; } = "";

    /// <summary>Gets or sets a value indicating whether findings of reviews are errors rather than warnings.</summary>
    public bool TreatFindingsAsErrors { get; set; }

    /// <summary>Gets what came of it: the task, its artifacts and its findings, told apart by <c>Kind</c>.</summary>
    [Output]
    public ITaskItem[] Results { get; private set; } = [];

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var work = TaskWork.Parse(Work);
        Results = [TaskItems.Unfinished(work.TaskId)];
        Results = Report(log, await WorkAsync(work, Build, TreatFindingsAsErrors, log, cancellationToken));
    }
}
