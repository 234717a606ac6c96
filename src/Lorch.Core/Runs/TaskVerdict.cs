using Lorch.Core.Receipts;

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

    /// <summary>Gets the completion that answers, if the task is up to date by content.</summary>
    public Completion? Completion { get; init; }

    /// <summary>Gets a value indicating whether a run of the task is open: interrupted or failed.</summary>
    public bool HasOpenRun { get; init; }
}
