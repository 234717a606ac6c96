using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Reports.Recording;

namespace Lorch.Core.Reports;

/// <summary>How a run stands or ended.</summary>
internal enum StoryEnding
{
    /// <summary>Its ledger tells of no end.</summary>
    Open,

    /// <summary>It is complete.</summary>
    Completed,

    /// <summary>It failed and can go on.</summary>
    Failed,

    /// <summary>It was interrupted and can go on.</summary>
    Interrupted,

    /// <summary>It was given up.</summary>
    Aborted,
}

/// <summary>A run as people are shown it: what its ledger tells, with the texts that were recorded for that.</summary>
internal sealed record RunStory
{
    public required RunId RunId { get; init; }

    public required TaskId TaskId { get; init; }

    public required string Goal { get; init; }

    public required SnapshotId SnapshotId { get; init; }

    public required StoryEnding Ending { get; init; }

    /// <summary>Gets what the run failed by, or was given up for.</summary>
    public string? FailureCode { get; init; }

    public string? FailureMessage { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>
    /// Gets the times in which the run was worked on, the earliest first: from a start or a resumption to an end, an interruption or the
    /// last message.
    /// </summary>
    public required IReadOnlyList<StorySession> Sessions { get; init; }

    public required IReadOnlyList<StoryAttempt> Attempts { get; init; }

    /// <summary>Gets what changed in the workspace while the run stood still.</summary>
    public required IReadOnlyList<string> Drifted { get; init; }

    public required IReadOnlyList<string> Reasons { get; init; }

    public required IReadOnlyList<ReportDiagnostic> Diagnostics { get; init; }

    public required IReadOnlyDictionary<Sha256Digest, ReportContent> Contents { get; init; }

    /// <summary>Gets which files steps changed.</summary>
    public required IReadOnlyList<ReportChange> Changes { get; init; }

    /// <summary>Gets how many lines the ledger has.</summary>
    public required long Lines { get; init; }

    /// <summary>Gets a value indicating whether the texts are those that were recorded while the run lasted.</summary>
    public required bool HasData { get; init; }

    /// <summary>Gets what all attempts cost, as far as agents said.</summary>
    public Usage Usage => Attempts.Aggregate(Usage.None, (sum, attempt) => sum.Add(attempt.Usage));

    /// <summary>Gets how long the run was worked on.</summary>
    public TimeSpan Worked => Sessions.Aggregate(TimeSpan.Zero, (sum, session) => sum + (session.EndedAt - session.StartedAt));

    /// <summary>Gets the attempts that became steps.</summary>
    public IEnumerable<StoryAttempt> Steps => Attempts.Where(attempt => attempt.Step is not null);

    /// <summary>Gets how often somebody asked for changes.</summary>
    public int Turns => Steps.Count(step => step.Result is StoryResult.ChangesRequested);

    /// <summary>Gets what the last review found.</summary>
    public IReadOnlyList<ReportFinding> Findings => Steps.LastOrDefault(step => step.Action is AgentAction.Review)?.Findings ?? [];
}

/// <summary>A time in which a run was worked on.</summary>
/// <param name="Position">The line of the ledger at which it begins.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When anything was last done in it.</param>
internal sealed record StorySession(long Position, DateTimeOffset StartedAt, DateTimeOffset EndedAt)
{
    /// <summary>Gets the message that began it.</summary>
    public MessageId MessageId { get; init; }

    /// <summary>Gets how it ended; open if its ledger doesn't tell, as of a build that was killed.</summary>
    public StoryEnding Ending { get; init; }

    /// <summary>Gets what it failed by.</summary>
    public string? FailureCode { get; init; }
}

/// <summary>What an attempt came to.</summary>
internal enum StoryResult
{
    /// <summary>Nobody knows yet.</summary>
    Open,

    /// <summary>The step is proven.</summary>
    Done,

    /// <summary>The step is proven, and asks for changes.</summary>
    ChangesRequested,

    /// <summary>The attempt failed.</summary>
    Failed,

    /// <summary>The run was interrupted before it ended.</summary>
    Cut,
}

/// <summary>One try at a command, or a step that an earlier receipt answered.</summary>
internal sealed record StoryAttempt
{
    /// <summary>Gets the line of the ledger at which it begins.</summary>
    public required long Position { get; init; }

    /// <summary>Gets the message that began it: the command, or what records a step that nobody was asked for.</summary>
    public MessageId MessageId { get; init; }

    public required AgentAction Action { get; init; }

    public string? AgentId { get; init; }

    /// <summary>Gets the name that lorch.json gave the agent; <see langword="null"/> for the usual one of its kind.</summary>
    public string? AgentName { get; init; }

    /// <summary>Gets which attempt at the command it is, from 1.</summary>
    public int Number { get; init; } = 1;

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    public StoryResult Result { get; init; }

    /// <summary>Gets the event that ended it.</summary>
    public EventName? Answer { get; init; }

    public bool HasFailingTests { get; init; }

    /// <summary>Gets the number of the step that it became.</summary>
    public int? Step { get; init; }

    public FileReference? Receipt { get; init; }

    /// <summary>Gets the run whose receipt answered.</summary>
    public RunId? ReusedFrom { get; init; }

    public Usage Usage { get; init; } = Usage.None;

    public ProgramUsed? Program { get; init; }

    /// <summary>Gets what changes were asked for.</summary>
    public string? Asked { get; init; }

    public string? Prompt { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    public int MoreNotes { get; init; }

    public string? Summary { get; init; }

    public IReadOnlyList<ReportFinding> Findings { get; init; } = [];

    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    public IReadOnlyList<RelativePath> Removed { get; init; } = [];

    public string? FailureCode { get; init; }

    public string? FailureMessage { get; init; }

    /// <summary>Gets how many messages of it were refused.</summary>
    public int Refusals { get; init; }

    public TimeSpan Duration => EndedAt - StartedAt;
}
