using Lorch.Core;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Turns;
using Lorch.Core.Storage;

namespace Lorch.Build;

/// <summary>Works a task once in a build, its failure included, whichever parts of the build ask for it.</summary>
internal static class OncePerBuild
{
    /// <summary>Works a task, or takes what came of it if another part of the same build worked it.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="request">What is to be worked.</param>
    /// <param name="store">Where what came of it is left for other parts of the build.</param>
    /// <param name="report">Makes items and messages of a result.</param>
    /// <param name="log">Shows the run while it goes on.</param>
    /// <param name="cancellationToken">Interrupts the run.</param>
    public static async Task<WorkedTask> WorkAsync(
        LorchWorkspace workspace,
        RunRequest request,
        WorkedTaskFile store,
        Func<RunResult, WorkedTask> report,
        BuildLog log,
        CancellationToken cancellationToken)
    {
        if (store.Read() is { } known)
        {
            return known;
        }

        TurnLocks? locks = null;
        try
        {
            locks = await workspace.BeginAsync(request.TaskId, log, cancellationToken);
            return store.Read() ?? Kept(report(await workspace.RunAsync(request, locks, log, cancellationToken)));
        }
        catch (LorchException exception)
        {
            return Kept(Failed(exception.Diagnostic));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Kept(Failed(StorageFailure.Unforeseen(exception)));
        }
        finally
        {
            locks?.Dispose();
        }

        // While the task is held: whoever waits for it finds it.
        WorkedTask Kept(WorkedTask worked)
        {
            store.Write(worked);
            return worked;
        }

        WorkedTask Failed(Diagnostic diagnostic) => new([diagnostic], [TaskItems.Unfinished(request.TaskId.ToString())]);
    }
}
