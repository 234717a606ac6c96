using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Landing;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Verdicts;
using Lorch.Core.Tools;
using Lorch.Core.UpToDate;
using Lorch.Core.Views;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Opens the run in which a task is worked: an open one that may go on, or a new one.</summary>
internal sealed class RunOpening(RunContext context, WorkspaceLook look, Narrator narrator)
{
    private readonly OpenRunCheck _check = new(context, look);
    private readonly List<Diagnostic> _warnings = [];

    /// <summary>Continues the task's open run if the request allows it and nothing that it rests on changed; closes it otherwise.</summary>
    /// <returns>The run and the snapshot that it is pinned to, or <see langword="null"/> if a new one must be started.</returns>
    public async Task<OpenedRun?> TryContinueAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var records = new List<RunRecord>();
        foreach (var run in look.OpenRuns(request.TaskId))
        {
            if (await ReplayAsync(run.RunId, cancellationToken) is { } record && !WaitsForAnotherBranch(record))
            {
                records.Add(record);
            }
        }

        // One that is complete and waited for this branch has more to give than any that came later.
        var chosen = records.FindLast(record => record.IsComplete) ?? records.LastOrDefault();
        foreach (var record in records)
        {
            var reason = record != chosen
                ? "a newer run of the task is there"
                : await ReasonAgainstAsync(record, request, cancellationToken);
            if (reason is null)
            {
                return await ContinueAsync(record, request.FailOnDrift, cancellationToken);
            }

            await CloseAsync(record, reason, cancellationToken);
        }

        return null;
    }

    /// <summary>Opens a run to go on with it, its agents those of today.</summary>
    /// <exception cref="LorchException">Files changed since, and that is to be an error. Nothing was changed then.</exception>
    public async Task<OpenedRun> ContinueAsync(RunRecord record, bool failOnDrift, CancellationToken cancellationToken)
    {
        var snapshot = _check.SnapshotOf(record)!;
        var drift = await _check.DriftOfAsync(record, snapshot, cancellationToken);
        var warning = record.IsComplete ? null : drift.ToDiagnostic(record, failOnDrift);
        if (failOnDrift && warning is not null)
        {
            throw new LorchException(warning);
        }

        var journal = await RunJournal.ReopenAsync(context.Stores, context.Redactor, record, cancellationToken);
        // Not cancelled any more: what goes on is driven, and records that it was interrupted.
        await journal.BeginAsync(async () =>
        {
            foreach (var paths in drift.IsEmpty ? [] : drift.Paths.InParts(LedgerLines.MaxListBytes))
            {
                await journal.NoteAsync(EventName.SnapshotDrift, paths, CancellationToken.None);
            }

            var pause = record.History.Status is RunStatus.Failed ? RunPause.Failed : RunPause.Interrupted;
            var agents = context.Agents.TeamOf(record.History.TaskId).Digests;
            await journal.NoteAsync(EventName.RunResumed, new RunResumed { After = pause, Agents = agents }, CancellationToken.None);
        });
        var carried = await CarriedWork.FindAsync(context, journal, snapshot, look.Capture.Manifest);
        return new OpenedRun(journal, snapshot, IsNew: false, carried, warning is null ? _warnings : [.. _warnings, warning])
        {
            Found = look.Capture.Manifest,
            Drifted = record.IsComplete ? [] : drift.OfTask,
        };
    }

    /// <summary>Closes the task's open runs: it is up to date without them.</summary>
    public async Task CloseAllAsync(TaskId task, CancellationToken cancellationToken)
    {
        foreach (var run in look.OpenRuns(task))
        {
            if (await ReplayAsync(run.RunId, cancellationToken) is { } record && !WaitsForAnotherBranch(record))
            {
                await CloseAsync(record, "the task is up to date", cancellationToken);
            }
        }
    }

    /// <summary>Starts a new run. It exists once its first line is durable.</summary>
    public async Task<OpenedRun> StartAsync(RunRequest request, Judgement judgement, RunId runId, CancellationToken cancellationToken)
    {
        var team = context.Agents.TeamOf(request.TaskId);
        var started = new RunStarted
        {
            Format = 1,
            RunId = runId,
            SnapshotId = look.Capture.Manifest.SnapshotId,
            TaskKey = judgement.Key!.Key,
            Definition = judgement.Definition!.Value,
            Agents = team.Digests,
            Prompts = PromptIdentities.Of(team.Identities.Values) is { Count: > 0 } prompts ? prompts : null,
            MaxAttempts = context.Configuration.Limits.MaxAttempts,
            MaxIterations = context.Configuration.Limits.MaxIterations,
            OnFailingTests = context.Configuration.Limits.OnFailingTests,
            Workspace = OtherWorkspaces.NameOf(context.Stores.Layout),
            Isolation = context.View.IsApart ? Isolation.View : null,
            Branch = context.View.IsApart ? CheckedOut.Find(context.Home.Layout.WorkspaceRoot).Branch : null,
            Generation = request.Mode is WorkMode.WhenStale ? null : context.Stores.Receipts.NextStep(request.TaskId),
        };
        var snapshot = await new Baseline(context.Stores, context.Verifier, look).FindAsync(
            request.TaskId,
            id => History.Empty.ApplyStart(request.TaskId, started with { SnapshotId = id }),
            cancellationToken);
        var journal = await RunJournal.StartAsync(
            context.Stores,
            context.Redactor,
            request.TaskId,
            started with { SnapshotId = snapshot.SnapshotId },
            cancellationToken);
        return new OpenedRun(
            journal,
            snapshot,
            IsNew: true,
            await CarriedWork.FindAsync(context, journal, snapshot, look.Capture.Manifest),
            _warnings)
        { Found = look.Capture.Manifest };
    }

    /// <summary>Reads a run's ledger and moves a torn tail aside.</summary>
    public async Task<RunRecord?> ReplayAsync(RunId runId, CancellationToken cancellationToken)
    {
        // Read first: damage in an earlier line stops here, before anything is changed.
        var record = RunRecord.Replay(context.Layout, runId, cancellationToken);
        if (await TornTail.RepairAsync(context.Layout, runId, context.Stores.Files, cancellationToken) is { } repair)
        {
            _warnings.Add(repair.ToDiagnostic());
        }

        return record;
    }

    private async Task<string?> ReasonAgainstAsync(RunRecord record, RunRequest request, CancellationToken cancellationToken)
    {
        if (request.Mode is WorkMode.Fresh)
        {
            return "a fresh run was asked for";
        }

        if (request.Mode is WorkMode.Force && record.History.Started!.Generation is null)
        {
            return "LorchForce asks for a new run";
        }

        if (_check.ChangeOf(record) is { } change)
        {
            return change;
        }

        // What others changed beside one that is complete is looked at as it lands.
        return record.IsComplete ? null
            : record.History.EditedMeanwhile() is { Count: > 0 } edited ? $"{Drift.List(edited)} changed while it ran"
            : _check.SnapshotOf(record) is not { } snapshot ? $"the manifest of its snapshot {record.History.SnapshotId} is gone"
            : (await _check.DriftOfAsync(
                record,
                snapshot,
                cancellationToken)).OfTask is { Count: > 0 } paths ? $"{Drift.List(paths)} changed since"
            : null;
    }

    private bool WaitsForAnotherBranch(RunRecord record) =>
        LandingHold.WaitsForAnotherBranch(context.Home.Layout, record.History);

    private async Task CloseAsync(RunRecord record, string reason, CancellationToken cancellationToken)
    {
        narrator.Say($"{record.History.TaskId} {record.RunId} is closed: {reason}");
        await using var journal = await RunJournal.ReopenAsync(context.Stores, context.Redactor, record, cancellationToken);
        await journal.NoteAsync(
            EventName.RunAborted,
            new RunAborted { Reason = "superseded", By = $"LorchRun: {reason}" },
            cancellationToken);
    }
}
