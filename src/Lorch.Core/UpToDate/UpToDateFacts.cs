using Lorch.Core.Agents;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Receipts;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Workflows;

namespace Lorch.Core.UpToDate;

/// <summary>Everything that the question "is it up to date?" looks at. What is costly is asked for only when needed.</summary>
internal sealed record UpToDateFacts
{
    public required TaskGraph Graph { get; init; }

    /// <summary>What a task is about.</summary>
    public required Func<TaskDefinition, TaskInputs> InputsOf { get; init; }

    /// <summary>The agents that work a task.</summary>
    public required Func<TaskId, AgentTeam> Team { get; init; }

    public required DiskView Disk { get; init; }

    /// <summary>A task's completions, the newest last.</summary>
    public required Func<TaskId, IReadOnlyList<Completion>> Completions { get; init; }

    /// <summary>A task's receipts, the newest last.</summary>
    public required Func<TaskId, IReadOnlyList<Receipt>> Receipts { get; init; }

    /// <summary>The receipts of all tasks that name a path.</summary>
    public required Func<RelativePath, IEnumerable<Receipt>> ReceiptsNaming { get; init; }

    /// <summary>What is said of records that tell of a task and can't be believed.</summary>
    public Func<TaskId, IReadOnlyList<Diagnostic>> Damage { get; init; } = _ => [];

    /// <summary>Whether a file's line ends are all that differs from what it held once.</summary>
    public Func<RelativePath, Sha256Digest, bool> DiffersByLineEnds { get; init; } = (_, _) => false;

    /// <summary>Whether git ignores the file at a path: then it isn't in a clone.</summary>
    public Func<RelativePath, bool> IsIgnored { get; init; } = _ => false;

    /// <summary>The newest product of each path.</summary>
    public required Lazy<IReadOnlyDictionary<RelativePath, Product>> Products { get; init; }

    /// <summary>A snapshot's manifest, or <see langword="null"/> if it is gone.</summary>
    public required Func<SnapshotId, Manifest?> Manifests { get; init; }

    /// <summary>What a run was started with, or <see langword="null"/> if its ledger is gone.</summary>
    public required Func<RunId, RunStarted?> StartOf { get; init; }
}
