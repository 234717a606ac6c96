using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Snapshots;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs;

/// <summary>Opens the run in which a task is worked: an open one that may go on, or a new one.</summary>
internal sealed class RunOpening(RunServices services, WorkspaceLook look, Narrator narrator)
{
    /// <summary>Continues the task's open run if the request allows it and nothing that it rests on changed; closes it otherwise.</summary>
    /// <returns>The run and the snapshot that it is pinned to, or <see langword="null"/> if a new one must be started.</returns>
    public async Task<OpenedRun?> TryContinueAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var open = look.OpenRuns(request.TaskId);
        for (var i = 0; i < open.Count; i++)
        {
            if (await ReplayAsync(open[i].RunId, cancellationToken) is not { } record)
            {
                continue;
            }

            var reason = i < open.Count - 1 ? "a newer run of the task is there" : ReasonAgainst(record, request);
            if (reason is null)
            {
                return await ContinueAsync(record, cancellationToken);
            }

            await CloseAsync(record, reason, cancellationToken);
        }

        return null;
    }

    /// <summary>Closes the task's open runs: it is up to date without them.</summary>
    public async Task CloseAllAsync(TaskId task, CancellationToken cancellationToken)
    {
        foreach (var run in look.OpenRuns(task))
        {
            if (await ReplayAsync(run.RunId, cancellationToken) is { } record)
            {
                await CloseAsync(record, "the task is up to date", cancellationToken);
            }
        }
    }

    /// <summary>Starts a new run. It exists once its first line is durable.</summary>
    public async Task<OpenedRun> StartAsync(RunRequest request, Judgement judgement, RunId runId, CancellationToken cancellationToken)
    {
        var started = new RunStarted
        {
            Format = 1,
            RunId = runId,
            SnapshotId = look.Capture.Manifest.SnapshotId,
            TaskKey = judgement.Key!.Key,
            Definition = judgement.Definition!.Value,
            Agents = services.AgentDigests,
            MaxAttempts = services.Configuration.Limits.MaxAttempts,
            MaxIterations = services.Configuration.Limits.MaxIterations,
            OnFailingTests = services.Configuration.Limits.OnFailingTests,
            Generation = request.Mode is WorkMode.WhenStale ? null : services.Receipts.NextStep(request.TaskId),
        };
        var snapshot = await new Baseline(services, look).FindAsync(
            request.TaskId,
            id => History.Empty.ApplyStart(request.TaskId, started with { SnapshotId = id }),
            cancellationToken);
        var journal = await RunJournal.StartAsync(
            services,
            request.TaskId,
            started with { SnapshotId = snapshot.SnapshotId },
            cancellationToken);
        return new OpenedRun(journal, snapshot, IsNew: true);
    }

    private async Task<RunRecord?> ReplayAsync(RunId runId, CancellationToken cancellationToken)
    {
        // Read first: damage in an earlier line stops here, before anything is changed.
        var record = RunRecord.Replay(services.Layout, runId, cancellationToken);
        if (await TornTail.RepairAsync(services.Layout, runId, services.Files, cancellationToken) is { } repair)
        {
            narrator.Mention(repair.ToDiagnostic().Message);
        }

        return record;
    }

    private string? ReasonAgainst(RunRecord record, RunRequest request)
    {
        var started = record.History.Started!;
        if (request.Mode is WorkMode.Fresh)
        {
            return "a fresh run was asked for";
        }

        if (request.Mode is WorkMode.Force && started.Generation is null)
        {
            return "the task is to be worked again from its start";
        }

        var differences = DefinitionTerms.Differences(started.Definition, look.Of(request.TaskId).Definition!.Value);
        if (differences.Count > 0)
        {
            return $"the task's {string.Join(", ", differences)} changed";
        }

        var agents = record.History.Steps.Select(step => step.Action.Agent).Distinct();
        if (agents.FirstOrDefault(IsChanged, AgentType.System) is var changed and not AgentType.System)
        {
            return $"the {changed.WireName} changed";
        }

        if (services.Manifests.TryLoad(started.SnapshotId) is not { } snapshot)
        {
            return $"the manifest of its snapshot {started.SnapshotId} is gone";
        }

        return DriftOf(record, snapshot).OfTask is { Count: > 0 } paths ? $"{ListOf(paths)} changed since" : null;

        bool IsChanged(AgentType agent) => record.History.Agents[agent] != services.AgentDigests.GetValueOrDefault(agent);
    }

    private async Task<OpenedRun> ContinueAsync(RunRecord record, CancellationToken cancellationToken)
    {
        var snapshot = services.Manifests.TryLoad(record.History.Started!.SnapshotId)!;
        var drift = DriftOf(record, snapshot);
        var pause = record.History.Phase is RunPhase.Failed ? RunPause.Failed : RunPause.Interrupted;
        var journal = await RunJournal.ReopenAsync(services, record, cancellationToken);
        if (!drift.IsEmpty)
        {
            await journal.NoteAsync(EventName.SnapshotDrift, drift.Paths, cancellationToken);
        }

        await journal.NoteAsync(
            EventName.RunResumed,
            new RunResumed { After = pause, Agents = services.AgentDigests },
            cancellationToken);
        return new OpenedRun(journal, snapshot, IsNew: false);
    }

    private async Task CloseAsync(RunRecord record, string reason, CancellationToken cancellationToken)
    {
        narrator.Say($"{record.History.TaskId} {record.RunId} is closed: {reason}");
        await using var journal = await RunJournal.ReopenAsync(services, record, cancellationToken);
        await journal.NoteAsync(EventName.RunAborted, new RunAborted { Reason = "superseded", By = $"LorchRun: {reason}" }, cancellationToken);
    }

    private Drift DriftOf(RunRecord record, Manifest snapshot)
    {
        var task = record.History.TaskId;
        var newer = look.Products.Value.Values.Where(product => product.TaskId != task && product.RunId.CompareTo(record.RunId) > 0);
        return Drift.Of(record, snapshot, look.Disk, new TaskInputs(services.Graph[task], services.Tracking), services.Tracking, newer);
    }

    private static string ListOf(IReadOnlyList<RelativePath> paths)
    {
        const int shown = 3;
        var more = paths.Count > shown ? $" and {paths.Count - shown} more" : "";
        return string.Join(", ", paths.Take(shown)) + more;
    }
}

/// <summary>A run that is open for work.</summary>
/// <param name="Journal">Its ledger.</param>
/// <param name="Snapshot">The snapshot that it is pinned to.</param>
/// <param name="IsNew">Whether it was started just now.</param>
internal sealed record OpenedRun(RunJournal Journal, Manifest Snapshot, bool IsNew);
