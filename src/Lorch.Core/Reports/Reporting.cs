using System.Text;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Housekeeping;
using Lorch.Core.Runs.Records;

namespace Lorch.Core.Reports;

/// <summary>Writes the pages of runs, and the one of all tasks and runs. Reads ledgers and changes nothing else.</summary>
internal sealed class Reporting(RunContext context)
{
    private readonly List<Diagnostic> _warnings = [];

    /// <summary>Writes them.</summary>
    /// <exception cref="LorchException">The run that was named isn't there or is damaged, or a page can't be written.</exception>
    public async Task<ReportResult> WriteAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        var status = await StatusSurvey.TakeAsync(context, cancellationToken);
        var damaged = new List<DamagedRun>();
        var runs = context.Catalog.List(damaged, cancellationToken);
        var pages = new List<string>();
        foreach (var run in request.WritesPages ? Choose(request, runs) : [])
        {
            if (Read(run, isNamed: request.RunId is not null, cancellationToken) is { } story)
            {
                var page = context.Layout.ReportPage(run);
                ReportWriter.Write(page, RunPage.Render(story));
                pages.Add(page);
            }
        }

        _warnings.AddRange(
            damaged.Where(run => request.RunId is null || run.RunId == request.RunId)
                .Select(run => run.Diagnostic with { Severity = DiagnosticSeverity.Warning }));
        var overview = OverviewReader.Read(context, status, runs, damaged, cancellationToken);
        if (request.WritesPages)
        {
            ReportWriter.Write(context.Layout.ReportIndex, IndexPage.Render(overview));
        }

        pages.AddRange(Export(request, overview, cancellationToken));
        return new ReportResult { Pages = pages, Index = context.Layout.ReportIndex, Diagnostics = [.. _warnings.Distinct()] };
    }

    /// <summary>Shows what a run changed, as far as it was recorded.</summary>
    /// <exception cref="LorchException">There is no such run, or it is damaged.</exception>
    public IReadOnlyList<string> Diff(RunId? asked, CancellationToken cancellationToken)
    {
        var run = asked ?? context.Catalog.List([], cancellationToken)
            .Where(entry => RunRecord.TryReplay(context.Layout, entry.RunId, cancellationToken)?.History.Started is { Purpose: null })
            .Select(entry => entry.RunId)
            .DefaultIfEmpty()
            .Max();
        return asked is null && run == default
            ? ["no run has worked a task yet"]
            : UnifiedDiff.Of(Read(run, isNamed: true, cancellationToken)!);
    }

    private List<string> Export(ReportRequest request, Overview overview, CancellationToken cancellationToken)
    {
        if (request.Exports.Count == 0 && request.SummaryFile is null)
        {
            return [];
        }

        // What a pipeline reads is about all tasks, whichever were asked for: an alert that isn't repeated is closed.
        var tasks = TaskStory.Read(context, overview, cancellationToken);
        var written = new List<string>();
        foreach (var form in request.Exports)
        {
            var (name, content) = form switch
            {
                "markdown" => ("summary.md", new UTF8Encoding(false).GetBytes(MarkdownSummary.Of(tasks))),
                "sarif" => ("lorch.sarif", SarifLog.GetBytes(tasks, Configuration)),
                _ => ("junit.xml", JUnitXml.GetBytes(tasks)),
            };
            written.Add(context.Layout.Export(name));
            ReportWriter.Write(written[^1], content);
        }

        if (request.SummaryFile is { } summary)
        {
            ReportWriter.Append(summary, new UTF8Encoding(false).GetBytes(MarkdownSummary.Of(tasks)));
        }

        return written;
    }

    private string Configuration =>
        Path.GetRelativePath(context.Layout.WorkspaceRoot, context.Configuration.Path).Replace('\\', '/') is var path
            && RelativePath.TryParse(path, out _)
            ? path
            : "lorch.json";

    private static IEnumerable<RunId> Choose(ReportRequest request, IReadOnlyList<RunIndexEntry> runs) => request.RunId is { } named
        ? [named]
        : runs.Where(run => request.Tasks.Count == 0 || request.Tasks.Contains(run.TaskId))
            .GroupBy(run => run.TaskId)
            .Select(group => group.Last().RunId)
            .Order();

    private RunStory? Read(RunId run, bool isNamed, CancellationToken cancellationToken)
    {
        try
        {
            return RunStoryReader.Read(
                context.Layout,
                run,
                context.Redactor.Redact,
                cancellationToken) ?? throw new LorchException(new Diagnostic
                {
                    Code = DiagnosticCode.RunNotFound,
                    Message =
                        $"There is no run '{run}'. dotnet build -t:LorchStatus names the last one, and events/ has one file for each.",
                });
        }
        catch (LorchException exception) when (!isNamed)
        {
            _warnings.Add(exception.Diagnostic with { Severity = DiagnosticSeverity.Warning });
            return null;
        }
    }
}
