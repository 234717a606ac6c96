namespace Lorch.Core.Runs.Contract;

/// <summary>Whether a task must be worked, as a build engine can use it.</summary>
internal sealed record TaskVerdict
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

    /// <summary>Gets in a few words what differs although the task is up to date.</summary>
    public IReadOnlyList<string> Although { get; init; } = [];

    /// <summary>Gets a value indicating whether nothing but inputs that changed is why the task must be worked, which was done.</summary>
    public bool IsStaleByInputsAlone { get; init; }

    /// <summary>Gets a value indicating whether nothing but its words is why the task must be worked, which was done.</summary>
    public bool IsStaleByWordsAlone { get; init; }

    /// <summary>Gets what says that it isn't worked because an agent wrote it; <see langword="null"/> if a person did.</summary>
    public Diagnostic? Proposal { get; init; }

    /// <summary>Gets a value indicating whether work of other tasks may make it stale.</summary>
    public bool FollowsOthers { get; init; }

    /// <summary>
    /// Gets what the look at the workspace warned of, if the task is up to date: whoever has it worked is told by its run.
    /// </summary>
    public IReadOnlyList<Diagnostic> Warnings { get; init; } = [];

    /// <summary>
    /// Gets what is wrong although the task is up to date. It is said each time the task is asked for, until its cause is gone.
    /// </summary>
    public IReadOnlyList<Diagnostic> Diagnostics =>
        !IsUpToDate
            ? []
            : [
                .. Warnings,
                .. (Completion?.Findings ?? []).Select(finding => finding.ToDiagnostic())
                    .Where(finding => finding.Severity is not DiagnosticSeverity.Message)
            ];

    /// <summary>Gets a value indicating whether a run of the task is open: interrupted or failed.</summary>
    public bool HasOpenRun { get; init; }

    /// <summary>Gets what the verdict was taken from; <see langword="null"/> if it was remembered.</summary>
    internal VerdictGrounds? Grounds { get; init; }
}
