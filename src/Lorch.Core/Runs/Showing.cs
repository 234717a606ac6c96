using Lorch.Core.Protocol;

namespace Lorch.Core.Runs;

/// <summary>Takes secrets out of what Lorch itself writes and shows of agents' words.</summary>
internal static class Showing
{
    /// <summary>Redacts the payloads of Lorch's own events that quote agents. What agents said in accepted events stays as they said it.</summary>
    public static T Shown<T>(this RunServices services, T payload)
        where T : class
    {
        var redact = services.Redact;
        object shown = payload switch
        {
            AttemptFailed failed => failed with { Code = redact(failed.Code), Message = redact(failed.Message) },
            RunFailed failed => failed with { Code = redact(failed.Code), Message = redact(failed.Message) },
            MessageRejected rejected => rejected with
            {
                Reason = redact(rejected.Reason),
                Path = rejected.Path is { } path ? redact(path) : null,
                Line = redact(rejected.Line),
            },
            _ => payload,
        };
        return (T)shown;
    }

    /// <summary>Redacts what comes of a piece of work, be it a result or a failure.</summary>
    /// <exception cref="LorchException">The work can't go on.</exception>
    public static async Task<T> ShownAsync<T>(this RunServices services, Func<Task<T>> work)
    {
        try
        {
            var result = await work();
            return (T?)services.ShownResult(result) ?? result;
        }
        catch (LorchException exception) when (services.Shown(exception.Diagnostic) is var shown && shown != exception.Diagnostic)
        {
            throw new LorchException(shown);
        }
    }

    private static object? ShownResult(this RunServices services, object? result) => result switch
    {
        RunResult run => run with
        {
            Diagnostics = [.. run.Diagnostics.Select(services.Shown)],
            Findings = [.. run.Findings.Select(services.Shown)],
        },
        VerificationResult verified => verified with { Diagnostics = [.. verified.Diagnostics.Select(services.Shown)] },
        _ => result,
    };

    private static Diagnostic Shown(this RunServices services, Diagnostic diagnostic) => diagnostic with { Message = services.Redact(diagnostic.Message) };

    private static Finding Shown(this RunServices services, Finding finding) => finding with
    {
        Message = services.Redact(finding.Message),
        Severity = services.Redact(finding.Severity),
        File = finding.File is { } file ? services.Redact(file) : null,
    };
}
