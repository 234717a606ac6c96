using Lorch.Core.Protocol;

namespace Lorch.Core.Reports;

/// <summary>All tasks and runs of a workspace, as people are shown them.</summary>
internal sealed record Overview
{
    /// <summary>Gets the name of the workspace's folder.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the tasks, each behind those that it depends on.</summary>
    public required IReadOnlyList<OverviewTask> Tasks { get; init; }

    /// <summary>Gets the runs that were read, the oldest first.</summary>
    public IEnumerable<OverviewRun> Runs => Tasks.SelectMany(task => task.Runs).OrderBy(run => run.RunId);
}

/// <summary>A task with its runs.</summary>
internal sealed record OverviewTask
{
    public required TaskId TaskId { get; init; }

    /// <summary>Gets the first line of its goal; <see langword="null"/> for a task that lorch.json doesn't name any more.</summary>
    public string? Title { get; init; }

    /// <summary>Gets where it stands, in the words of the status: <c>up_to_date</c>, <c>stale</c> …</summary>
    public required string State { get; init; }

    /// <summary>Gets why it isn't up to date.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Gets the command that goes on with it.</summary>
    public string? Next { get; init; }

    /// <summary>Gets its newest runs, the oldest of them first.</summary>
    public IReadOnlyList<OverviewRun> Runs { get; init; } = [];

    /// <summary>Gets how many older runs there are.</summary>
    public int OlderRuns { get; init; }
}

/// <summary>A run in one glance.</summary>
internal sealed record OverviewRun
{
    public required RunId RunId { get; init; }

    public required TaskId TaskId { get; init; }

    /// <summary>Gets how it ended; <see langword="null"/> if its ledger can't be read.</summary>
    public StoryEnding? Ending { get; init; }

    public string? FailureCode { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public IReadOnlyList<StorySession> Sessions { get; init; } = [];

    public int Steps { get; init; }

    public Usage Usage { get; init; } = Usage.None;

    /// <summary>Gets how long each agent worked, and what it cost.</summary>
    public IReadOnlyDictionary<AgentType, (TimeSpan Worked, Usage Usage)> Agents { get; init; } =
        new Dictionary<AgentType, (TimeSpan, Usage)>();

    /// <summary>Gets a value indicating whether it has a page.</summary>
    public bool HasPage { get; init; }

    public TimeSpan Worked => Sessions.Aggregate(TimeSpan.Zero, (sum, session) => sum + (session.EndedAt - session.StartedAt));
}
