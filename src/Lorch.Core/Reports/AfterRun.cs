using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;

namespace Lorch.Core.Reports;

/// <summary>
/// Shows a run once it has ended, where lorch.json asks for that. A page that can't be written is told, and changes nothing of what came of
/// the run.
/// </summary>
internal static class AfterRun
{
    public static async Task<RunResult> ShowAsync(RunContext context, RunResult result)
    {
        if (!context.Configuration.Report || result.Outcome is RunOutcome.UpToDate || result.RunId is not { } run)
        {
            return result;
        }

        try
        {
            await new Reporting(context).WriteAsync(new ReportRequest { RunId = run }, CancellationToken.None);
            return result;
        }
        catch (LorchException exception)
        {
            return result with
            {
                Diagnostics =
                [
                    .. result.Diagnostics,
                    new Diagnostic
                    {
                        Code = DiagnosticCode.ReportNotWritten,
                        Severity = DiagnosticSeverity.Warning,
                        Message =
                            $"The page of {run} wasn't written: {exception.Diagnostic.Message.TrimEnd('.')}. The run is as it is; dotnet "
                                + $"build -t:LorchReport writes the page.",
                        File = exception.Diagnostic.File,
                    },
                ],
            };
        }
    }
}
