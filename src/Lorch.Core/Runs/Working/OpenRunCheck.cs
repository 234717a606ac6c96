using Lorch.Core.Protocol;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Verdicts;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Says what changed since an open run was left.</summary>
internal sealed class OpenRunCheck(RunContext context, WorkspaceLook look)
{
    /// <summary>Says which part of the definition, or which agent that already proved a step, is another one now.</summary>
    /// <returns>A sentence part, or <see langword="null"/> if the run means the same as ever.</returns>
    public string? ChangeOf(RunRecord record)
    {
        if (look.Of(record.History.TaskId).Definition is not { } definition)
        {
            return "a task that it depends on isn't up to date";
        }

        // What a run failed by may be mended by how it is worked or checked.
        var before = record.History.Started!.Definition;
        var differences = record.History.Status is RunStatus.Failed
            ? DefinitionTerms.Differences(before, definition)
            : DefinitionTerms.AskedDifferences(before, definition);
        if (differences.Count > 0)
        {
            return $"the task's {string.Join(", ", differences)} changed";
        }

        if (!DefinitionTerms.Regenerates(definition))
        {
            return null;
        }

        var changed = record.History.Steps.Select(step => step.Action.Agent).Distinct()
            .Where(
                agent => record.History.Agents.GetValueOrDefault(
                    agent) != context.Agents.TeamOf(record.History.TaskId).Digests.GetValueOrDefault(agent))
            .Select(agent => agent.WireName)
            .ToList();
        return changed.Count > 0 ? $"the {string.Join(", ", changed)} changed" : null;
    }

    /// <summary>The snapshot that the run is pinned to; <see langword="null"/> if its manifest is gone.</summary>
    public Manifest? SnapshotOf(RunRecord record) => context.Stores.Manifests.TryLoad(record.History.SnapshotId);

    /// <summary>Says how the workspace differs from what the run left behind.</summary>
    public async Task<Drift> DriftOfAsync(RunRecord record, Manifest snapshot, CancellationToken cancellationToken)
    {
        // What was made in a view isn't in the workspace, and no agent of the run was at work here.
        record = record.History.Started!.IsInView ? record.WithoutWork() : record;
        var expected = new ExpectedFiles(
            context.Graph,
            context.Stores.Receipts,
            context.Verifier,
            record.RunId,
            record.Fold.StartedAt,
            record.History,
            snapshot);
        var differences = await expected.CompareAsync(look.Capture.Manifest, cancellationToken);
        return Drift.Of(record, snapshot, differences, context.InputsOf(context.Graph[record.History.TaskId]));
    }
}
