namespace Lorch.Core.Runs.Contract;

/// <summary>Whether work that is done is done again.</summary>
public enum WorkMode
{
    /// <summary>Work what isn't up to date; go on with an interrupted run.</summary>
    WhenStale,

    /// <summary>Work what isn't up to date, in a new run that reuses nothing.</summary>
    Fresh,

    /// <summary>Work although up to date, in a run that reuses nothing from before it.</summary>
    Force,
}

/// <summary>What a build asks for: one task.</summary>
internal sealed record RunRequest
{
    /// <summary>Gets the task.</summary>
    public required TaskId TaskId { get; init; }

    /// <summary>Gets whether work that is done is done again.</summary>
    public WorkMode Mode { get; init; }

    /// <summary>
    /// Gets a value indicating whether a run isn't continued when files changed since it was interrupted; a warning otherwise.
    /// </summary>
    public bool FailOnDrift { get; init; }
}

/// <summary>Which open run is meant, and how it may go on.</summary>
internal sealed record ResumeRequest
{
    /// <summary>Gets the run; <see langword="null"/> for the latest.</summary>
    public RunId? RunId { get; init; }

    /// <summary>
    /// Gets a value indicating whether the run isn't continued when files changed since it was interrupted; a warning otherwise.
    /// </summary>
    public bool FailOnDrift { get; init; }
}
