using System.Runtime.InteropServices;

namespace Lorch.Build;

/// <summary>Turns SIGTERM and SIGHUP into a cancellation that is finished before the process ends.</summary>
/// <remarks>
/// On these signals the build process ends at once, without cancelling its tasks and with exit code 0. So the handler itself cancels, and
/// keeps the process alive until the task has ended its agents and recorded the interruption, or the time for it is over.
/// </remarks>
internal sealed class TerminationSignals : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly CancellationTokenSource _cancellation;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _hangUp;

    public TerminationSignals(CancellationTokenSource cancellation)
    {
        _cancellation = cancellation;
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
    }

    public void Dispose()
    {
        _ended.TrySetResult();
        _terminate.Dispose();
        _hangUp.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        _cancellation.Cancel();
        _ended.Task.Wait(Patience);
    }
}
