namespace Lorch.Core.Runs.Contract;

/// <summary>What is to be shown.</summary>
internal sealed record ReportRequest
{
    /// <summary>Gets the run; <see langword="null"/> for the latest run of each task.</summary>
    public RunId? RunId { get; init; }

    /// <summary>Gets the tasks; none for all that have runs.</summary>
    public IReadOnlyList<TaskId> Tasks { get; init; } = [];

    /// <summary>Gets the forms for machines to write beside the pages: <c>markdown</c>, <c>sarif</c>, <c>junit</c>.</summary>
    public IReadOnlyList<string> Exports { get; init; } = [];

    /// <summary>Gets the absolute path of a file to append the Markdown to; <see langword="null"/> for none.</summary>
    public string? SummaryFile { get; init; }

    /// <summary>Gets a value indicating whether pages are written.</summary>
    public bool WritesPages { get; init; } = true;
}

/// <summary>What was written to look at.</summary>
internal sealed record ReportResult
{
    /// <summary>Gets the absolute paths of the runs' pages, the newest run last.</summary>
    public required IReadOnlyList<string> Pages { get; init; }

    /// <summary>Gets the absolute path of the page of all tasks and runs.</summary>
    public required string Index { get; init; }

    /// <summary>Gets what couldn't be shown: warnings.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];
}
