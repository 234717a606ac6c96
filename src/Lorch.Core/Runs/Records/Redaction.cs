using Lorch.Core.Json;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Transcripts;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Records;

/// <summary>
/// Takes secrets out of what Lorch itself writes and shows of agents' words, and then shortens it: half a secret wouldn't be known again.
/// </summary>
internal static class Redaction
{
    private const int LongestMessage = 16 * 1024;
    private const int LongestWord = 500;

    /// <summary>
    /// Redacts the payloads of Lorch's own events that quote agents. What agents said in accepted events stays as they said it.
    /// </summary>
    public static T Shown<T>(this SecretRedactor redactor, T payload)
        where T : class
    {
        object shown = payload switch
        {
            AttemptFailed failed => failed with { Code = Word(failed.Code), Message = Text(failed.Message) },
            RunFailed failed => failed with { Code = Word(failed.Code), Message = Text(failed.Message) },
            MessageRejected rejected => rejected with
            {
                Reason = Text(rejected.Reason),
                Path = rejected.Path is { } path ? Word(path) : null,
                Line = Text(rejected.Line),
            },
            _ => payload,
        };
        return (T)shown;

        string Text(string text) => redactor.Shorten(text);

        string Word(string word) => ShortText.Of(redactor.Redact(word), LongestWord);
    }

    /// <summary>Redacts what comes of a piece of work, be it a result or a failure.</summary>
    /// <exception cref="LorchException">The work can't go on.</exception>
    public static async Task<T> ShownAsync<T>(this SecretRedactor redactor, Func<Task<T>> work)
    {
        try
        {
            var result = await work();
            return (T?)redactor.ShownResult(result) ?? result;
        }
        catch (LorchException exception) when (redactor.Shown(exception.Diagnostic) is var shown && shown != exception.Diagnostic)
        {
            throw new LorchException(shown);
        }
    }

    private static object? ShownResult(this SecretRedactor redactor, object? result) => result switch
    {
        RunResult run => run with
        {
            Diagnostics = [.. run.Diagnostics.Select(redactor.Shown)],
            Findings = [.. run.Findings.Select(redactor.Shown)],
        },
        TaskVerdict[] verdicts => verdicts.Select(redactor.Shown).ToArray(),
        VerificationResult verified => verified with { Diagnostics = [.. verified.Diagnostics.Select(redactor.Shown)] },
        _ => result,
    };

    private static TaskVerdict Shown(this SecretRedactor redactor, TaskVerdict verdict) => verdict with
    {
        Warnings = [.. verdict.Warnings.Select(redactor.Shown)],
        Completion = verdict.Completion is { } work ? work with { Findings = [.. work.Findings.Select(redactor.Shown)] } : null,
    };

    private static Diagnostic Shown(this SecretRedactor redactor, Diagnostic diagnostic) =>
        diagnostic with { Message = redactor.Shorten(diagnostic.Message) };

    private static Finding Shown(this SecretRedactor redactor, Finding finding) => finding with
    {
        Message = redactor.Shorten(finding.Message),
        Severity = redactor.Redact(finding.Severity),
        File = finding.File is { } file ? redactor.Redact(file) : null,
    };

    private static string Shorten(this SecretRedactor redactor, string text) => ShortText.Of(redactor.Redact(text), LongestMessage);
}
