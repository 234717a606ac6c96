using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage;
using Lorch.Core.Storage.Locks;

namespace Lorch.Core.Runs.Turns;

/// <summary>What a build holds while it works a task: the task, a place to work, the workspace.</summary>
/// <remarks>
/// Where runs work in views they are taken in this order, and the workspace is held to begin a run and to land it: meanwhile others begin
/// and land theirs. Where a run works in the workspace itself, that is held first and to the end, and nobody waits for anything below it.
/// </remarks>
/// <param name="queue">Waits for what others hold.</param>
/// <param name="layout">The workspace.</param>
/// <param name="hasViews">Whether runs work in views.</param>
/// <param name="onTaken">What is done first by whoever gets the workspace, who may hold a task that isn't worked yet.</param>
/// <param name="observer">Shows what is waited for.</param>
internal sealed class TurnLocks(
    LockQueue queue,
    WorkspaceLayout layout,
    bool hasViews,
    Func<TaskId?, CancellationToken, Task> onTaken,
    IRunObserver observer) : IDisposable
{
    /// <summary>How long work that is done waits at least for its turn to land.</summary>
    private static readonly TimeSpan PatienceToLand = TimeSpan.FromMinutes(1);

    private HeldLock? _task;
    private HeldLock? _place;
    private HeldLock? _workspace;
    private TaskId? _held;
    private RunId? _run;

    /// <summary>Takes what keeps others from a task: only that where runs work in views, else the workspace, too.</summary>
    /// <exception cref="LorchException">Another build works it, or works in the workspace.</exception>
    public async Task TakeTaskAsync(TaskId task, CancellationToken cancellationToken)
    {
        var place = LockedPlace.OfTask(layout, task);
        if (hasViews)
        {
            _task = await queue.WaitAsync(place, queue.Timeout, observer, cancellationToken);
        }
        else
        {
            await TakeWorkspaceAsync(cancellationToken);
            _task = await queue.TryAsync(place, cancellationToken);
        }

        _held = task;
    }

    /// <summary>Takes a task if nobody works it.</summary>
    /// <returns>Whether it is held now.</returns>
    public bool TryTakeTask(TaskId task) => (_task = queue.TryTake(LockedPlace.OfTask(layout, task))) is not null;

    /// <summary>Takes one of the places in which tasks are worked at once.</summary>
    /// <exception cref="LorchException">Other builds have them all.</exception>
    public async Task TakePlaceAsync(int count, CancellationToken cancellationToken)
    {
        if (hasViews)
        {
            _place = await queue.WaitAsync(LockedPlace.ToWork(layout, count), queue.Timeout, observer, cancellationToken);
        }
    }

    /// <summary>Takes the workspace, unless it is held already.</summary>
    /// <exception cref="LorchException">Another build holds it.</exception>
    public async Task TakeWorkspaceAsync(CancellationToken cancellationToken)
    {
        if (_workspace is not null)
        {
            return;
        }

        var timeout = _run is not null && queue.Timeout < PatienceToLand ? PatienceToLand : queue.Timeout;
        var place = hasViews ? LockedPlace.OfWorkspaceWithViews(layout) : LockedPlace.OfWorkspace(layout);
        _workspace = await queue.WaitAsync(place, timeout, observer, cancellationToken);
        try
        {
            await onTaken(_run is null ? _held : null, cancellationToken);
            Name(_workspace);
        }
        catch
        {
            _workspace.Dispose();
            _workspace = null;
            throw;
        }
    }

    /// <summary>Lets others begin and land their runs while agents work in a view.</summary>
    public void LetWorkspaceGo()
    {
        if (hasViews)
        {
            _workspace?.Dispose();
            _workspace = null;
        }
    }

    /// <summary>Tells readers the run for which all of it is held.</summary>
    public void SetRun(RunId run)
    {
        _run = run;
        Name(_task);
        Name(_place);
        Name(_workspace);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workspace?.Dispose();
        _place?.Dispose();
        _task?.Dispose();
    }

    private void Name(HeldLock? held)
    {
        if (_run is { } run)
        {
            held?.SetRun(run);
        }
    }
}
