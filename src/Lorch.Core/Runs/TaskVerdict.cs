using System.Globalization;
using Lorch.Core.UpToDate;

namespace Lorch.Core.Runs;

/// <summary>Whether a task must be worked, as a build engine can use it.</summary>
public sealed record TaskVerdict
{
    /// <summary>Gets the task.</summary>
    public required TaskId TaskId { get; init; }

    /// <summary>Gets a value indicating whether nothing has to be done.</summary>
    public required bool IsUpToDate { get; init; }

    /// <summary>Gets the snapshot of the task's inputs as they are on disk.</summary>
    public required SnapshotId Inputs { get; init; }

    /// <summary>Gets the text that changes whenever the verdict does; the key file holds it.</summary>
    public required string KeyText { get; init; }

    /// <summary>Gets the absolute path of the key file, the build engine's input.</summary>
    public required string KeyFile { get; init; }

    /// <summary>Gets the absolute path of the completion record, the build engine's output.</summary>
    public required string CompletionFile { get; init; }

    /// <summary>Gets why the task must be worked, the most important first; empty if it is up to date.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Gets what was done, if the task is up to date by content.</summary>
    public CompletedWork? Completion { get; init; }

    /// <summary>Gets what the look at the workspace warned of, if the task is up to date: whoever has it worked is told by its run.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; init; } = [];

    /// <summary>Gets what is wrong although the task is up to date. It is said each time the task is asked for, until its cause is gone.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics =>
        !IsUpToDate ? [] : [.. Warnings, .. (Completion?.Findings ?? []).Select(finding => finding.ToDiagnostic()).Where(finding => finding.Severity is not DiagnosticSeverity.Message)];

    /// <summary>Gets a value indicating whether a run of the task is open: interrupted or failed.</summary>
    public bool HasOpenRun { get; init; }

    /// <summary>Gets what the verdict was taken from; <see langword="null"/> if it was remembered.</summary>
    internal VerdictGrounds? Grounds { get; init; }

    internal static TaskVerdict Of(Judgement judgement, WorkspaceLook look, WorkMode mode, RunServices services, DateTimeOffset lookedAt)
    {
        var layout = services.Layout;
        var isForced = mode is WorkMode.Force;
        var open = look.OpenRuns(judgement.TaskId);
        return new TaskVerdict
        {
            TaskId = judgement.TaskId,
            IsUpToDate = judgement.IsUpToDate && !isForced,
            Inputs = judgement.Inputs,
            KeyText = KeyTextOf(judgement, open, mode),
            KeyFile = layout.KeyFile(judgement.TaskId),
            CompletionFile = layout.Completion(judgement.TaskId),
            Reasons = isForced && judgement.IsUpToDate
                ? ["it was asked for although up to date"]
                : [.. judgement.Reasons.Select(reason => reason.Text)],
            Completion = judgement.Answer is { } answer ? CompletedWork.Of(answer) : null,
            Warnings = judgement.IsUpToDate && !isForced ? look.WarningsFor(services.Graph[judgement.TaskId], services) : [],
            HasOpenRun = open.Count > 0,
            Grounds = VerdictGrounds.Of(judgement, look, lookedAt),
        };
    }

    /// <summary>The verdict with all that went into it, one part a line.</summary>
    private static string KeyTextOf(Judgement judgement, IReadOnlyList<RunIndexEntry> open, WorkMode mode)
    {
        string[] lines =
        [
            $"task_key {judgement.Key?.Key.ToString() ?? "unknown"}",
            $"inputs {judgement.Inputs}",
            $"definition {judgement.Key?.Definition.ToString() ?? "unknown"}",
            $"completed_by {judgement.Answer?.RunId.ToString() ?? "none"}",
            $"outputs {judgement.Answer?.OutputsSha256.ToString() ?? "none"}",
            $"mode {mode.ToString().ToLower(CultureInfo.InvariantCulture)}",
            .. open.Select(run => $"open {run.RunId}"),
            .. judgement.Reasons.Select(reason => $"because {reason.Text}"),
        ];
        return string.Join('\n', lines) + '\n';
    }
}
