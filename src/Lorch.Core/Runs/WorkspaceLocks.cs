using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Turns;
using Lorch.Core.Runs.Working;

namespace Lorch.Core.Runs;

/// <summary>Takes what a build must hold in a workspace before it does something there.</summary>
/// <param name="settings">How long it waits, and who belongs to this build.</param>
/// <param name="context">The workspace.</param>
internal sealed class WorkspaceLocks(WorkspaceSettings settings, RunContext context)
{
    /// <summary>Takes the records, for what is about no task or about all.</summary>
    public Task<TurnLocks> ForRecordsAsync(IRunObserver observer, CancellationToken cancellationToken) =>
        TakeAsync(observer, locks => locks.TakeWorkspaceAsync(cancellationToken));

    /// <summary>Takes a task, and the records with it.</summary>
    public Task<TurnLocks> ForTaskAsync(TaskId task, IRunObserver observer, CancellationToken cancellationToken) =>
        TakeAsync(observer, async locks =>
        {
            await locks.TakeTaskAsync(task, cancellationToken);
            await locks.TakeWorkspaceAsync(cancellationToken);
        });

    /// <summary>Takes a task, so that nobody else works it; to work it more is needed.</summary>
    public Task<TurnLocks> ToBeginAsync(TaskId task, IRunObserver observer, CancellationToken cancellationToken) =>
        TakeAsync(observer, locks => locks.TakeTaskAsync(task, cancellationToken));

    /// <summary>Takes the task of the run that is meant, and the records with it; only those if there is no run.</summary>
    /// <returns>What is held, and the run.</returns>
    public async Task<(TurnLocks Locks, RunId? Run)> ForRunAsync(
        RunId? runId,
        bool toWork,
        IRunObserver observer,
        CancellationToken cancellationToken)
    {
        var run = new RunResumer(context, observer).Find(runId, cancellationToken);
        var locks = await TakeAsync(observer, async locks =>
        {
            if (run is not null)
            {
                await locks.TakeTaskAsync(run.TaskId, cancellationToken);
            }

            await (toWork ? ToWorkAsync(locks, cancellationToken) : locks.TakeWorkspaceAsync(cancellationToken));
        });
        return (locks, run?.RunId);
    }

    /// <summary>Takes what is needed to work besides the task.</summary>
    public async Task ToWorkAsync(TurnLocks locks, CancellationToken cancellationToken)
    {
        await locks.TakePlaceAsync(context.Configuration.Concurrency, cancellationToken);
        await locks.TakeWorkspaceAsync(cancellationToken);
    }

    /// <summary>Takes a task that nobody works.</summary>
    /// <returns>What is held; <see langword="null"/> if somebody works it, who leaves its records as they are to be.</returns>
    public TurnLocks? TryTask(TaskId task, IRunObserver observer)
    {
        var locks = Make(observer);
        if (locks.TryTakeTask(task))
        {
            return locks;
        }

        locks.Dispose();
        return null;
    }

    private async Task<TurnLocks> TakeAsync(IRunObserver observer, Func<TurnLocks, Task> take)
    {
        var locks = Make(observer);
        try
        {
            await take(locks);
            return locks;
        }
        catch
        {
            locks.Dispose();
            throw;
        }
    }

    private TurnLocks Make(IRunObserver observer) => new(
        new LockQueue(settings, context.Layout, context.Clock),
        context.Layout,
        context.Configuration.Isolation is Isolation.View,
        new OpenLandings(context, observer).FinishAsync,
        observer);
}
