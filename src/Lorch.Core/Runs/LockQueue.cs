using Lorch.Core.Storage;

namespace Lorch.Core.Runs;

/// <summary>Waits for the turn to work in a workspace.</summary>
/// <param name="settings">How long to wait, and who belongs to this build.</param>
/// <param name="layout">Where the workspace is.</param>
/// <param name="clock">The clock.</param>
internal sealed class LockQueue(WorkspaceSettings settings, WorkspaceLayout layout, TimeProvider clock)
{
    private static readonly TimeSpan PartOfTheBuildPatience = TimeSpan.FromSeconds(1);

    /// <summary>Waits as long as it takes while another part of the same build works, and as long as the settings say while anybody else does.</summary>
    public async Task<WorkspaceLock> WaitAsync(IRunObserver observer, CancellationToken cancellationToken)
    {
        var self = new LockHolder { Pid = Environment.ProcessId, StartedAt = clock.GetUtcNow() };
        var timeout = settings.LockTimeout;
        var hasSaid = false;
        while (true)
        {
            try
            {
                return await WorkspaceLock.AcquireAsync(layout, self, timeout, clock, cancellationToken);
            }
            catch (LorchException e) when (e.Diagnostic.Code is DiagnosticCode.WorkspaceLocked && HolderInThisBuild() is { } holder)
            {
                timeout = PartOfTheBuildPatience;
                if (!hasSaid)
                {
                    hasSaid = true;
                    observer.Say(new RunNotice($"waits for {holder.RunId?.ToString() ?? "a run"}, which another part of this build works", NoticeLevel.High));
                }
            }
        }
    }

    private LockHolder? HolderInThisBuild() =>
        WorkspaceLock.ReadHolder(layout) is { } holder && settings.IsOfThisBuild(holder.Pid) ? holder : null;
}
