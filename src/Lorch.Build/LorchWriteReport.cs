using Lorch.Core;
using Lorch.Core.Runs.Contract;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Writes what people look at: a page for each run that is asked for, and one of all tasks and runs.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchWriteReport : WorkspaceTask
{
    /// <summary>How many pages are named; the index leads to all of them.</summary>
    private const int ShownPages = 6;

    /// <summary>Gets or sets the run, as <see cref="LorchSelectRun"/> gave it; the latest run of each task by default.</summary>
    public string? Run { get; set; }

    /// <summary>Gets or sets the tasks, as <see cref="LorchSelectTasks"/> gave them; all by default.</summary>
    public string? Selection { get; set; }

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var workspace = Open();
        var names = LorchSelectTasks.Split(Selection);
        var request = new ReportRequest
        {
            RunId = RunIdOf(Run),
            Tasks = [.. names.Select(name => TaskId.TryParse(name, out var id) ? id : workspace.Select([name])[^1])],
        };
        var result = await workspace.ReportAsync(request, cancellationToken);
        foreach (var diagnostic in result.Diagnostics)
        {
            log.Report(diagnostic, Root);
        }

        foreach (var page in result.Pages.Append(result.Index).TakeLast(ShownPages))
        {
            log.Answer(Path.GetRelativePath(Root, page).Replace('\\', '/'));
        }
    }
}
