using Lorch.Core;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>
/// Writes what people look at, a page for each run that is asked for and one of all tasks and runs, and what pipelines read.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class LorchWriteReport : WorkspaceTask
{
    /// <summary>How many pages are named; the index leads to all of them.</summary>
    private const int ShownPages = 6;

    private const string SummaryVariable = "GITHUB_STEP_SUMMARY";

    private static readonly string[] Forms = ["markdown", "sarif", "junit"];

    /// <summary>Gets or sets the run, as <see cref="LorchSelectRun"/> gave it; the latest run of each task by default.</summary>
    public string? Run { get; set; }

    /// <summary>Gets or sets the tasks, as <see cref="LorchSelectTasks"/> gave them; all by default.</summary>
    public string? Selection { get; set; }

    /// <summary>
    /// Gets or sets what to write for pipelines: <c>markdown</c>, <c>sarif</c>, <c>junit</c>, or several; nothing by default.
    /// </summary>
    public string? Export { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether a summary is to be written where the CI system shows one, and nothing else.
    /// </summary>
    public bool Summarize { get; set; }

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var forms = LorchSelectTasks.Split(Export);
        if (forms.FirstOrDefault(form => !Forms.Contains(form)) is { } unknown)
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.InvalidProperty,
                Message = $"LorchExport is '{unknown}'; expected is 'markdown', 'sarif' or 'junit', or several of them with '+' between.",
            });
        }

        var workspace = Open();
        if (Summarize)
        {
            await SummarizeAsync(workspace, cancellationToken);
            return;
        }

        var request = new ReportRequest
        {
            RunId = RunIdOf(Run),
            Tasks = [.. LorchSelectTasks.Split(Selection)
                .Select(name => TaskId.TryParse(name, out var id) ? id : workspace.Select([name])[^1])],
            Exports = forms,
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

    /// <summary>GitHub shows what stands in a file, Azure Pipelines what a command in the output names.</summary>
    private async Task SummarizeAsync(LorchWorkspace workspace, CancellationToken cancellationToken)
    {
        var file = TaskEnvironment.GetEnvironmentVariable(SummaryVariable) is { Length: > 0 } path ? path : null;
        var request = new ReportRequest { WritesPages = false, SummaryFile = file, Exports = file is null ? ["markdown"] : [] };
        var result = await workspace.ReportAsync(request, cancellationToken);
        if (file is null)
        {
            Log.LogMessage(MessageImportance.High, "{0}", $"##vso[task.uploadsummary]{PlainText.OneLine(result.Pages[^1])}");
        }
    }
}
