using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage;
using Lorch.Core.Storage.Locks;

namespace Lorch.Core.Runs.Working;

/// <summary>Waits for the turn to work in a workspace.</summary>
/// <param name="settings">How long to wait, and who belongs to this build.</param>
/// <param name="layout">Where the workspace is.</param>
/// <param name="clock">The clock.</param>
internal sealed class LockQueue(WorkspaceSettings settings, WorkspaceLayout layout, TimeProvider clock)
{
    private static readonly TimeSpan PartOfTheBuildPatience = TimeSpan.FromSeconds(1);

    // Whoever took the lock this moment hasn't said who he is, and a process that is just being started may hold a copy of the file.
    private const int MaxLooksInVain = 3;

    /// <summary>
    /// Waits as long as it takes while another part of the same build works, and as long as the settings say while anybody else does.
    /// </summary>
    /// <remarks>
    /// That part lets the lock go when its run has ended, whose attempts are all bounded, and the system does when its process ends.
    /// </remarks>
    public async Task<WorkspaceLock> WaitAsync(IRunObserver observer, CancellationToken cancellationToken)
    {
        var self = LockHolder.ThisProcess(clock.GetUtcNow());
        var timeout = settings.LockTimeout;
        var hasSaid = false;
        var looksInVain = 0;
        while (true)
        {
            LockHolder? holder = null;
            try
            {
                return await WorkspaceLock.AcquireAsync(layout, self, timeout, clock, cancellationToken);
            }
            catch (LorchException e) when (e.Diagnostic.Code is DiagnosticCode.WorkspaceLocked && MayTryAgain(out holder, ref looksInVain))
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

    /// <summary>Whether whoever holds the lock is a part of this build, or may be: he hasn't said it yet, or has let it go since.</summary>
    private bool MayTryAgain(out LockHolder? holder, ref int looksInVain)
    {
        holder = WorkspaceLock.ReadHolder(layout);
        return holder is { Pid: not 0 } ? settings.IsOfThisBuild(holder) : looksInVain++ < MaxLooksInVain;
    }
}
