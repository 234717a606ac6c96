using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage;
using Lorch.Core.Storage.Locks;

namespace Lorch.Core.Runs.Turns;

/// <summary>Waits for what one build, or a part of one, holds at a time.</summary>
/// <param name="settings">How long to wait, and who belongs to this build.</param>
/// <param name="layout">Where the workspace is.</param>
/// <param name="clock">The clock.</param>
internal sealed class LockQueue(WorkspaceSettings settings, WorkspaceLayout layout, TimeProvider clock)
{
    private static readonly TimeSpan PartOfTheBuildPatience = TimeSpan.FromSeconds(1);

    // Whoever took the lock this moment hasn't said who he is, and a process that is just being started may hold a copy of the file.
    private const int MaxLooksInVain = 3;

    /// <summary>Gets how long a build waits for another one.</summary>
    public TimeSpan Timeout => settings.LockTimeout;

    /// <summary>Takes something if nobody holds it.</summary>
    /// <returns>The lock, or null.</returns>
    public HeldLock? TryTake(LockedPlace place) => HeldLock.TryTake(place, LockHolder.ThisProcess(clock.GetUtcNow()));

    /// <summary>Takes something that nobody may be waited for.</summary>
    /// <exception cref="LorchException">Somebody holds it.</exception>
    public Task<HeldLock> TryAsync(LockedPlace place, CancellationToken cancellationToken) =>
        HeldLock.AcquireAsync(place, LockHolder.ThisProcess(clock.GetUtcNow()), TimeSpan.Zero, clock, cancellationToken);

    /// <summary>Waits for the workspace itself.</summary>
    public Task<HeldLock> WaitAsync(IRunObserver observer, CancellationToken cancellationToken) =>
        WaitAsync(LockedPlace.OfWorkspace(layout), settings.LockTimeout, observer, cancellationToken);

    /// <summary>
    /// Waits as long as it takes while another part of the same build holds it, and up to a time while anybody else does.
    /// </summary>
    /// <remarks>
    /// That part lets it go when its run has ended, whose attempts are all bounded, and the system does when its process ends.
    /// </remarks>
    public async Task<HeldLock> WaitAsync(LockedPlace place, TimeSpan timeout, IRunObserver observer, CancellationToken cancellationToken)
    {
        var self = LockHolder.ThisProcess(clock.GetUtcNow());
        var hasSaid = false;
        var looksInVain = 0;
        while (true)
        {
            LockHolder? holder = null;
            try
            {
                return await HeldLock.AcquireAsync(place, self, timeout, clock, cancellationToken);
            }
            catch (LorchException e)
                when (e.Diagnostic.Code is DiagnosticCode.WorkspaceLocked && MayTryAgain(place, out holder, ref looksInVain))
            {
                timeout = PartOfTheBuildPatience;
                if (!hasSaid && holder is { Pid: not 0 })
                {
                    hasSaid = true;
                    observer.Say(
                        new RunNotice(
                            $"waits for {holder.RunId?.ToString() ?? "a run"}, which runs in another part of this build",
                            NoticeLevel.High));
                }
            }
        }
    }

    /// <summary>Whether whoever holds it is a part of this build, or may be: he hasn't said it yet, or has let it go since.</summary>
    private bool MayTryAgain(LockedPlace place, out LockHolder? holder, ref int looksInVain)
    {
        var known = HeldLock.ReadHolders(place).Where(holder => holder.Pid != 0).ToList();
        holder = known.Find(settings.IsOfThisBuild.Invoke);
        return known.Count > 0 ? holder is not null : looksInVain++ < MaxLooksInVain;
    }
}
