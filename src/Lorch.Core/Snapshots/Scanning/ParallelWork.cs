using System.Runtime.ExceptionServices;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>Threads that work side by side, the calling one among them.</summary>
internal static class ParallelWork
{
    /// <summary>Does something in several threads at once and waits for all of them.</summary>
    /// <param name="count">How many threads.</param>
    /// <param name="work">What each does; it shares the work out with the others itself.</param>
    /// <exception cref="LorchException">What went wrong first in one of them.</exception>
    public static void Run(int count, Action work)
    {
        var others = new Task[Math.Max(0, count - 1)];
        for (var i = 0; i < others.Length; i++)
        {
            others[i] = Task.Run(work);
        }

        ExceptionDispatchInfo? failure = null;
        try
        {
            work();
        }
        catch (Exception exception) when (exception is LorchException or OperationCanceledException)
        {
            // The others use what this thread's caller will dispose of, so they are waited for first.
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        foreach (var other in others)
        {
            try
            {
                other.GetAwaiter().GetResult();
            }
            catch (Exception exception) when (exception is LorchException or OperationCanceledException)
            {
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        failure?.Throw();
    }
}
