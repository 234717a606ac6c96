using System.Text.Json;
using Lorch.Core.Receipts;

namespace Lorch.Core.UpToDate;

/// <summary>Whether a task is up to date by content, and why not.</summary>
internal sealed record Judgement
{
    public required TaskId TaskId { get; init; }

    /// <summary>The completion that answers; <see langword="null"/> if the task must be worked.</summary>
    public Completion? Answer { get; init; }

    /// <summary>Why the task must be worked, the most important first; empty if it is up to date.</summary>
    public IReadOnlyList<StaleReason> Reasons { get; init; } = [];

    /// <summary>Whether nothing but declared inputs that changed is why a task that was done must be worked.</summary>
    public bool IsStaleByInputsAlone { get; init; }

    /// <summary>
    /// Whether nothing but its words is why a task that was done must be worked: a person may say that they mean the same.
    /// </summary>
    public bool IsStaleByWordsAlone { get; init; }

    /// <summary>What differs although the task is up to date.</summary>
    public IReadOnlyList<DoneAlthough> Although { get; init; } = [];

    /// <summary>What is said of records that can't be believed while the task must be worked: one of them might have answered.</summary>
    public IReadOnlyList<Diagnostic> Damage { get; init; } = [];

    /// <summary>The key of what is on disk; <see langword="null"/> while a dependency's outputs aren't known.</summary>
    public TaskKey? Key { get; init; }

    /// <summary>The definition; <see langword="null"/> while a dependency's outputs aren't known.</summary>
    public JsonElement? Definition { get; init; }

    /// <summary>The snapshot of the task's inputs as they are on disk.</summary>
    public required SnapshotId Inputs { get; init; }

    public bool IsUpToDate => Answer is not null;
}
