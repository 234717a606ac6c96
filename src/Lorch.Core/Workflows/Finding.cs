using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;

namespace Lorch.Core.Workflows;

/// <summary>Something a reviewer found.</summary>
internal sealed record Finding
{
    /// <summary>Gets the task that was reviewed.</summary>
    public required TaskId TaskId { get; init; }

    /// <summary>Gets the file as the reviewer named it, or <see langword="null"/>.</summary>
    public string? File { get; init; }

    /// <summary>Gets the line, from 1; 0 if none was named.</summary>
    public int Line { get; init; }

    /// <summary>Gets how much it matters: <c>info</c>, <c>warning</c> or <c>error</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>Gets the text.</summary>
    public required string Message { get; init; }

    /// <summary>What the last review of a run found.</summary>
    internal static IReadOnlyList<Finding> Of(History history) =>
        history.Steps.LastOrDefault(step => step.Action is AgentAction.Review) is { } review ? Of(history.TaskId, review.Outcome) : [];

    /// <summary>What the last review found of a task whose completion answers.</summary>
    internal static IReadOnlyList<Finding> Of(Completion completion) =>
    [
        .. from finding in completion.Findings ?? []
           select new Finding
           {
               TaskId = completion.TaskId,
               File = finding.File,
               Line = finding.Line,
               Severity = finding.Severity,
               Message = finding.Message,
           },
    ];

    /// <summary>Reads the findings of a review's payload. It is an agent's word: what isn't a finding is left out.</summary>
    internal static IReadOnlyList<Finding> Of(TaskId task, Outcome outcome)
    {
        if (outcome.Payload is not { ValueKind: JsonValueKind.Object } payload
            || !payload.TryGetProperty("findings", out var findings)
            || findings.ValueKind is not JsonValueKind.Array)
        {
            return [];
        }

        IReadOnlyList<Finding> named =
        [
            .. from finding in findings.EnumerateArray()
               let message = OutcomeRules.Text(finding, "message")
               where message is not null
               select new Finding
               {
                   TaskId = task,
                   File = OutcomeRules.Text(finding, "file"),
                   Line = finding.TryGetProperty("line", out var line)
                       && line.ValueKind is JsonValueKind.Number
                       && line.TryGetInt32(out var number)
                       ? Math.Max(0, number)
                       : 0,
                   Severity = OutcomeRules.Text(finding, "severity") ?? "warning",
                   Message = message,
               },
        ];
        return payload.TryGetProperty($"findings{ShortPayload.LeftOut}", out var left) && left.ValueKind is JsonValueKind.Number
            ? [
                .. named,
                new Finding
                {
                    TaskId = task,
                    Severity = "info",
                    Message = $"{left.GetRawText()} more findings are left out: the message of the reviewer couldn't hold them."
                }
            ]
            : named;
    }

    internal CompletionFinding ToRecord() => new() { File = File, Line = Line, Severity = Severity, Message = Message };

    internal Diagnostic ToDiagnostic() => new()
    {
        Code = DiagnosticCode.ReviewFinding,
        Message = $"{TaskId}: {Message}",
        Severity = Severity == "info" ? DiagnosticSeverity.Message : DiagnosticSeverity.Warning,
        File = RelativePath.TryParse(File, out _) ? File : null,
        Line = Line,
    };
}
