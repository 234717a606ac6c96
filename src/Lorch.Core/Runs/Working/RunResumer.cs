using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Verdicts;
using Lorch.Core.Storage;
using Lorch.Core.Runs.Turns;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Goes on with an interrupted or failed run, or gives it up, because somebody asked for just that.</summary>
internal sealed class RunResumer(RunContext context, IRunObserver observer)
{
    /// <summary>Goes on with a run in spite of files that changed, but never in spite of another definition.</summary>
    /// <returns>What came of it; <see langword="null"/> if there is nothing to go on with.</returns>
    public async Task<RunResult?> ResumeAsync(ResumeRequest request, TurnLocks locks, CancellationToken cancellationToken)
    {
        LeftOvers.Remove(context.Layout, context.Clock);
        var narrator = new Narrator(observer, context.Redactor, null);
        if (Find(request.RunId, cancellationToken) is not { } run)
        {
            narrator.Say("there is no run to resume");
            return null;
        }

        switch (run.Status)
        {
            case RunStatus.Completed:
                return await LeaveAsync(run, narrator, cancellationToken);
            case RunStatus.Aborted:
                throw Refused(
                    DiagnosticCode.RunAborted,
                    run,
                    $"{run.RunId} of {run.TaskId} was aborted and can't be resumed. Start a new run with dotnet build -t:LorchRun "
                        + $"-p:Task={run.TaskId}.");
            default:
                return await GoOnAsync(run, request, narrator, locks, cancellationToken);
        }
    }

    /// <summary>The task of the run that is meant; <see langword="null"/> if there is none.</summary>
    public TaskId? TaskOf(RunId? runId, CancellationToken cancellationToken) => Find(runId, cancellationToken)?.TaskId;

    /// <summary>Gives a run up.</summary>
    /// <returns>The run; <see langword="null"/> if none is open.</returns>
    public async Task<RunId?> AbortAsync(RunId? runId, CancellationToken cancellationToken)
    {
        var narrator = new Narrator(observer, context.Redactor, null);
        if (Find(runId, cancellationToken) is not { IsOpen: true } run)
        {
            narrator.Say(runId is null ? "no run is open; there is nothing to abort" : $"{runId} is over; there is nothing to abort");
            return null;
        }

        var look = await WorkspaceLook.TakeAsync(context, [], cancellationToken);
        await context.Catalog.RepairAsync(look.Runs, cancellationToken);
        var record = await new RunOpening(context, look, narrator).ReplayAsync(run.RunId, cancellationToken);
        await using var journal = await RunJournal.ReopenAsync(context.Stores, context.Redactor, record!, cancellationToken);
        await journal.NoteAsync(EventName.RunAborted, new RunAborted { Reason = "asked", By = "LorchAbort" }, cancellationToken);
        narrator.Say($"{run.TaskId} {run.RunId} is aborted; the receipts of its steps are kept");
        return run.RunId;
    }

    /// <summary>
    /// Leaves a completed run alone. A crash may have come between its record in the ledger and the files that are made from it.
    /// </summary>
    private async Task<RunResult> LeaveAsync(RunIndexEntry run, Narrator narrator, CancellationToken cancellationToken)
    {
        var tasks = IsConfigured(run.TaskId) ? context.Graph.InOrder([run.TaskId]) : [];
        var look = await WorkspaceLook.TakeAsync(context, tasks, cancellationToken);
        await context.Catalog.RepairAsync(look.Runs, cancellationToken);
        if (tasks.Count > 0 && look.Of(run.TaskId).Answer is { } answer)
        {
            await context.Stores.Completions.MakeLatestAsync(answer, cancellationToken);
        }

        narrator.Say($"{run.TaskId} {run.RunId} is complete; there is nothing to resume");
        var completion = context.Stores.Completions.Load(run.TaskId).FirstOrDefault(completion => completion.RunId == run.RunId);
        return new RunResult
        {
            TaskId = run.TaskId,
            Outcome = RunOutcome.UpToDate,
            RunId = run.RunId,
            SnapshotId = run.SnapshotId,
            Artifacts = completion?.Artifacts ?? [],
            Findings = completion is null ? [] : Finding.Of(completion),
        };
    }

    private bool IsConfigured(TaskId task) => context.Configuration.Tasks.Any(configured => configured.Id == task);

    private async Task<RunResult> GoOnAsync(
        RunIndexEntry run,
        ResumeRequest request,
        Narrator narrator,
        TurnLocks locks,
        CancellationToken cancellationToken)
    {
        if (!IsConfigured(run.TaskId))
        {
            throw Refused(
                DiagnosticCode.DefinitionChanged,
                run,
                $"{run.TaskId}, which {run.RunId} works, is no longer in {context.Configuration.Path}. Put it back, or give the run up "
                    + $"with "
                + $"dotnet build -t:LorchAbort -p:Run={run.RunId}.");
        }

        var look = await WorkspaceLook.TakeAsync(context, context.Graph.InOrder([run.TaskId]), cancellationToken);
        await context.Catalog.RepairAsync(look.Runs, cancellationToken);
        var opening = new RunOpening(context, look, narrator);
        var record = (await opening.ReplayAsync(run.RunId, cancellationToken))!;
        var check = new OpenRunCheck(context, look);
        if (check.ChangeOf(record) is { } change)
        {
            throw Refused(
                DiagnosticCode.DefinitionChanged,
                run,
                $"{run.RunId} of {run.TaskId} can't be resumed: {change}. Undo that, or start a new run with dotnet build -t:LorchRun "
                    + $"-p:Task={run.TaskId}.");
        }

        if (check.SnapshotOf(record) is null)
        {
            throw Refused(
                DiagnosticCode.ManifestDamaged,
                run,
                $"{run.RunId} of {run.TaskId} can't be resumed: the manifest of its snapshot {run.SnapshotId} is gone. Restore it, or "
                    + $"start a new run with "
                + $"dotnet build -t:LorchRun -p:Task={run.TaskId}.");
        }

        look.RefuseDamage(run.TaskId, context);
        context.Agents.Check(run.TaskId);
        var (place, opened) = await new RunViews(context).ForAsync(
            await opening.ContinueAsync(record, request.FailOnDrift, cancellationToken),
            cancellationToken);
        using var view = place.View;
        return await new RunDriver(
            place,
            observer).DriveAsync(opened, [], look.WarningsFor(context.Graph[run.TaskId], context), locks, cancellationToken);
    }

    /// <summary>The run that is meant: the one named, else the latest open one, else the latest.</summary>
    public RunIndexEntry? Find(RunId? runId, CancellationToken cancellationToken)
    {
        var damaged = new List<DamagedRun>();
        var runs = context.Catalog.List(damaged, cancellationToken);
        if (runId is not { } wanted)
        {
            // What is damaged may have been open, but it is no reason to leave what can go on.
            return runs.LastOrDefault(run => run.IsOpenHere)
                ?? (damaged.Count > 0 ? throw new LorchException(damaged[^1].Diagnostic) : runs.LastOrDefault(run => !run.IsOpen));
        }

        if (damaged.Find(run => run.RunId == wanted) is { } unusable)
        {
            throw new LorchException(unusable.Diagnostic);
        }

        if (runs.FirstOrDefault(run => run.RunId == wanted) is { IsOpen: true, Elsewhere: not null } other)
        {
            throw new LorchException(OtherWorkspaces.Describe(other, context.Layout, DiagnosticSeverity.Error));
        }

        return runs.FirstOrDefault(run => run.RunId == wanted) ?? throw new LorchException(new Diagnostic
        {
            Code = DiagnosticCode.RunNotFound,
            Message = runs.Count == 0
                ? $"There is no run {wanted}; there are no runs at all."
                : $"There is no run {wanted}. The runs "
                    + $"are {string.Join(", ", runs.TakeLast(10).Select(run => $"{run.RunId} ({run.TaskId}, {run.Status})"))}.",
            File = context.Layout.EventsFolder,
        });
    }

    private LorchException Refused(string code, RunIndexEntry run, string message) =>
        new(new Diagnostic { Code = code, Message = message, File = context.Layout.Ledger(run.RunId) });
}
