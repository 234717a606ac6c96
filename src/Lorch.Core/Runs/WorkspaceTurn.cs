using Lorch.Core.Reports;
using Lorch.Core.Runs.Accepting;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Working;
using Lorch.Core.Runs.Turns;

namespace Lorch.Core.Runs;

/// <summary>What a build does in a workspace once it holds what is needed for that.</summary>
/// <param name="context">The workspace as it is read once its turn has come.</param>
/// <param name="locks">What it holds.</param>
/// <param name="observer">Shows what is done.</param>
internal sealed class WorkspaceTurn(RunContext context, TurnLocks locks, IRunObserver observer)
{
    private TaskSelection Selection => new(context.Configuration, context.Graph);

    /// <summary>Makes the files agree with the completions that answer for tasks which nobody works.</summary>
    public async Task SettleAsync(IReadOnlyList<TaskId> tasks, WorkspaceLocks all, CancellationToken cancellationToken)
    {
        foreach (var task in tasks.Select(Find))
        {
            using var alone = all.TryTask(task, observer);
            if (alone is null)
            {
                continue;
            }

            var worker = new TaskWorker(context.For(task), observer);
            await context.Redactor.ShownAsync(() => worker.SettleAsync(task, cancellationToken));
        }
    }

    /// <summary>Works a task, unless it is up to date.</summary>
    public Task<RunResult> RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var task = Find(request.TaskId);
        return context.Redactor.ShownAsync(
            async () => await ShowAsync(await new TaskWorker(context.For(task), observer).WorkAsync(request, locks, cancellationToken)));
    }

    /// <summary>Goes on with an interrupted or failed run.</summary>
    public Task<RunResult?> ResumeAsync(ResumeRequest request, CancellationToken cancellationToken) =>
        context.Redactor.ShownAsync(async () =>
        {
            var resumer = new RunResumer(context, observer);
            var task = context.Configuration.Added.Count == 0 ? null : resumer.TaskOf(request.RunId, cancellationToken);
            var result = await (task is { } id
                ? new RunResumer(context.For(id), observer)
                : resumer).ResumeAsync(request, locks, cancellationToken);
            return result is null ? null : await ShowAsync(result);
        });

    /// <summary>Records a person's word that a task is done.</summary>
    public Task<RunResult> AcceptAsync(AcceptRequest request, string by, CancellationToken cancellationToken)
    {
        var task = Find(request.TaskId);
        return context.Redactor.ShownAsync(
            () => new Acceptance(context.For(task), observer).AcceptAsync(request, by, locks, cancellationToken));
    }

    /// <summary>Shows a run that has ended, where lorch.json asks for that. The page of all runs is written by one at a time.</summary>
    private async Task<RunResult> ShowAsync(RunResult result)
    {
        if (context.Configuration.Report && result.RunId is not null)
        {
            try
            {
                await locks.TakeWorkspaceAsync(CancellationToken.None);
            }
            catch (LorchException)
            {
                // Another build is at it for too long. The page that is written last may then lack what that one does just now.
            }
        }

        return await AfterRun.ShowAsync(context, result);
    }

    private TaskId Find(TaskId task) => Selection.Find(task.ToString());
}
