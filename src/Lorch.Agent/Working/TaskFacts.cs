using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Snapshots;
using Lorch.Core.Storage;
using Lorch.Core.Workflows;

namespace Lorch.Agent.Working;

/// <summary>What the ledger of the run tells of a task: more than a command says.</summary>
internal sealed record TaskFacts
{
    /// <summary>Gets the task's definition; null where there is no ledger.</summary>
    public JsonElement? Definition { get; private init; }

    /// <summary>Gets what the tracked files must be when the command begins: the run's snapshot with all that its proven steps made. Null where that isn't known.</summary>
    public IReadOnlyDictionary<RelativePath, Artifact>? Baseline { get; private init; }

    /// <summary>Gets the paths that somebody else changed while the run was interrupted: they are as they are found.</summary>
    public IReadOnlySet<RelativePath> Foreign { get; private init; } = new HashSet<RelativePath>();

    /// <summary>Gets the outcome of the step that the command follows from; null if there is none.</summary>
    public Outcome? Cause { get; private init; }

    /// <summary>Reads the ledger.</summary>
    /// <param name="layout">Where everything lies.</param>
    /// <param name="runId">The run; null: there is no ledger.</param>
    /// <param name="tracking">What is tracked.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static TaskFacts Read(WorkspaceLayout layout, RunId? runId, TrackingRules tracking, CancellationToken cancellationToken)
    {
        if (runId is not { } run || !File.Exists(layout.Ledger(run)))
        {
            return new TaskFacts();
        }

        var history = History.Empty;
        var foreign = new HashSet<RelativePath>();
        foreach (var entry in LedgerReader.ReadWithoutChatter(layout.Ledger(run), cancellationToken))
        {
            history = history.Apply(entry.Message);
            if (entry.Message is Event { Name: EventName.SnapshotDrift, Payload: { } payload })
            {
                var drift = SystemJson.Read<SnapshotDrift>(payload);
                foreign.UnionWith([.. drift.Added, .. drift.Changed, .. drift.Removed]);
            }
        }

        return history.Started is not { } started ? new TaskFacts() : new TaskFacts
        {
            Definition = started.Definition,
            Baseline = BaselineOf(layout, history, tracking),
            Foreign = foreign,
            Cause = history.Steps.Count == 0 ? null : history.Steps[^1].Outcome,
        };
    }

    private static Dictionary<RelativePath, Artifact>? BaselineOf(WorkspaceLayout layout, History history, TrackingRules tracking)
    {
        if (new ManifestStore(layout, new DurableFiles()).TryLoad(history.Started!.SnapshotId) is not { } manifest)
        {
            return null;
        }

        var files = manifest.Files.ToDictionary(file => file.Path, file => new Artifact { Path = file.Path, Sha256 = file.Sha256, Size = file.Size });
        foreach (var path in history.Removals())
        {
            files.Remove(path);
        }

        foreach (var product in history.Products().Where(product => tracking.IsTracked(product.Artifact.Path)))
        {
            files[product.Artifact.Path] = product.Artifact;
        }

        return files;
    }
}
