using Lorch.Core.Reports;
using Lorch.Core.Runs.Accepting;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Working;
using Lorch.Core.Storage.Locks;

namespace Lorch.Core.Runs;

/// <summary>What a build does in a workspace while nobody else works in it.</summary>
/// <param name="context">The workspace as it is read once its turn has come.</param>
/// <param name="workspaceLock">What keeps others out.</param>
/// <param name="observer">Shows what is done.</param>
internal sealed class WorkspaceTurn(RunContext context, WorkspaceLock workspaceLock, IRunObserver observer)
{
    private TaskSelection Selection => new(context.Configuration, context.Graph);

    /// <summary>Makes the files agree with the completions that answer for tasks.</summary>
    public async Task SettleAsync(IReadOnlyList<TaskId> tasks, CancellationToken cancellationToken)
    {
        foreach (var task in tasks.Select(Find))
        {
            var worker = new TaskWorker(context.For(task), observer);
            await context.Redactor.ShownAsync(() => worker.SettleAsync(task, cancellationToken));
        }
    }

    /// <summary>Works a task, unless it is up to date.</summary>
    public Task<RunResult> RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var task = Find(request.TaskId);
        return context.Redactor.ShownAsync(async () => await AfterRun.ShowAsync(
            context,
            await new TaskWorker(context.For(task), observer).WorkAsync(request, workspaceLock, cancellationToken)));
    }

    /// <summary>Goes on with an interrupted or failed run.</summary>
    public Task<RunResult?> ResumeAsync(ResumeRequest request, CancellationToken cancellationToken) =>
        context.Redactor.ShownAsync(async () =>
        {
            var resumer = new RunResumer(context, observer);
            var task = context.Configuration.Added.Count == 0 ? null : resumer.TaskOf(request.RunId, cancellationToken);
            var result = await (task is { } id
                ? new RunResumer(context.For(id), observer)
                : resumer).ResumeAsync(request, workspaceLock, cancellationToken);
            return result is null ? null : await AfterRun.ShowAsync(context, result);
        });

    /// <summary>Records a person's word that a task is done.</summary>
    public Task<RunResult> AcceptAsync(AcceptRequest request, string by, CancellationToken cancellationToken)
    {
        var task = Find(request.TaskId);
        return context.Redactor.ShownAsync(
            () => new Acceptance(context.For(task), observer).AcceptAsync(request, by, workspaceLock, cancellationToken));
    }

    private TaskId Find(TaskId task) => Selection.Find(task.ToString());
}
