using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Landing;
using Lorch.Core.Runs.Records;
using Lorch.Core.Storage.Locks;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>
/// Finishes the landings that a process which ended had begun, before anybody looks at the workspace: half of a run's work is nothing
/// that anyone made.
/// </summary>
/// <param name="context">The workspace's own context; its lock is held.</param>
/// <param name="observer">Shows what is done.</param>
internal sealed class OpenLandings(RunContext context, IRunObserver observer)
{
    /// <summary>Finishes them, and the runs that they are the end of. A run that somebody works is left to him.</summary>
    /// <param name="mine">The task that the caller holds and doesn't work yet.</param>
    /// <param name="cancellationToken">Stops before a landing.</param>
    /// <returns>A task that completes when no landing is half done.</returns>
    public async Task FinishAsync(TaskId? mine, CancellationToken cancellationToken)
    {
        foreach (var runId in LandingRuns.Find(context, cancellationToken))
        {
            if (RunRecord.TryReplay(context.Stores.Layout, runId, cancellationToken) is { } record
                && (record.History.IsUndo
                    || (context.Graph.Knows(record.History.TaskId)
                        && (record.History.TaskId == mine || !IsWorked(record.History.TaskId)))))
            {
                await TornTail.RepairAsync(context.Stores.Layout, runId, context.Stores.Files, cancellationToken);
                await using var journal = await RunJournal.ReopenAsync(context.Stores, context.Redactor, record, cancellationToken);
                await FinishAsync(journal);
            }
        }
    }

    /// <summary>Finishes the landing, or takes it back where the run's branch isn't checked out any more.</summary>
    /// <returns>Why nothing of it is in the workspace; <see langword="null"/> if all is.</returns>
    private async Task<FailureReason?> LandAsync(RunJournal journal, Narrator narrator)
    {
        var landing = new RunLanding(context, journal, narrator);
        if (LandingHold.Find(context.Layout, journal.History.Started!) is { } held)
        {
            await landing.TakeBackAsync();
            return held;
        }

        return await landing.FinishAsync() is { Count: > 0 } conflicts ? RunLanding.ConflictOver(conflicts) : null;
    }

    private bool IsWorked(TaskId task) => HeldLock.ReadHolders(LockedPlace.OfTask(context.Stores.Layout, task)).Count > 0;

    private async Task FinishAsync(RunJournal journal)
    {
        var narrator = new Narrator(observer, context.Redactor, null);
        if (journal.History.IsUndo)
        {
            narrator.Say($"{journal.RunId} was about to undo {journal.History.Started!.Undoes} and goes on with that");
            await new LandingUndo(context, narrator).FinishAsync(journal);
            return;
        }

        narrator.Say($"{journal.TaskId} {journal.RunId} was about to land its work and goes on with that");
        if (!journal.History.HasLanded && await LandAsync(journal, narrator) is { } reason)
        {
            await journal.NoteAsync(
                EventName.RunFailed,
                new RunFailed { Code = reason.Code, Message = reason.Message },
                CancellationToken.None);
            return;
        }

        if (context.Stores.Manifests.TryLoad(journal.History.SnapshotId) is { } snapshot)
        {
            var found = (await context.Capture.CaptureAsync(CancellationToken.None)).Manifest;
            var carried = await CarriedWork.FindAsync(context, journal, snapshot, found);
            var run = new OpenedRun(journal, snapshot, IsNew: false, carried, []) { Found = found };
            await new CompletionRecorder(context).RecordAsync(run);
            narrator.Say($"{journal.TaskId} {journal.RunId} is complete");
        }
    }
}
