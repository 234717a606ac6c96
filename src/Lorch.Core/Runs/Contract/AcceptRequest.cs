namespace Lorch.Core.Runs.Contract;

/// <summary>A person's word that a task is done as it is on the disk.</summary>
internal sealed record AcceptRequest
{
    /// <summary>Gets the task.</summary>
    public required TaskId TaskId { get; init; }

    /// <summary>Gets who says it; <see langword="null"/> for the user of git, or else of the system.</summary>
    public string? By { get; init; }

    /// <summary>Gets why; <see langword="null"/> if nothing is said.</summary>
    public string? Reason { get; init; }
}
