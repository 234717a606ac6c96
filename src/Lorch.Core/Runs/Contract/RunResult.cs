using Lorch.Core.Receipts;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Contract;

/// <summary>How a request ended.</summary>
internal enum RunOutcome
{
    /// <summary>Nothing had to be done.</summary>
    UpToDate,

    /// <summary>The task was worked and is complete.</summary>
    Completed,

    /// <summary>The run failed; its diagnostics say why.</summary>
    Failed,

    /// <summary>The run was cancelled and can go on.</summary>
    Interrupted,
}

/// <summary>What came of a request.</summary>
internal sealed record RunResult
{
    /// <summary>Gets the task.</summary>
    public required TaskId TaskId { get; init; }

    /// <summary>Gets how it ended.</summary>
    public required RunOutcome Outcome { get; init; }

    /// <summary>Gets the run that worked, or that completed the task when it was up to date.</summary>
    public RunId? RunId { get; init; }

    /// <summary>Gets the snapshot that the run is pinned to.</summary>
    public SnapshotId? SnapshotId { get; init; }

    /// <summary>Gets the task's artifacts, sorted by path; empty unless it is complete.</summary>
    public IReadOnlyList<CompletionArtifact> Artifacts { get; init; } = [];

    /// <summary>Gets the findings of the last review.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Gets the errors and warnings to show.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>Gets the absolute path of the run's transcript.</summary>
    public string? TranscriptPath { get; init; }

    /// <summary>Gets the absolute path of the run's ledger.</summary>
    public string? LedgerPath { get; init; }
}
