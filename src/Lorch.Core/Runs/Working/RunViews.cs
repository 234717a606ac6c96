using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Landing;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots.Manifests;

namespace Lorch.Core.Runs.Working;

/// <summary>Gives runs the place in which their agents work: a copy of the workspace, or the workspace itself.</summary>
/// <param name="workspace">The workspace's own context.</param>
internal sealed class RunViews(RunContext workspace)
{
    /// <summary>Gives a new run its place, by what lorch.json says today.</summary>
    /// <returns>The context of the run; its view is to be disposed.</returns>
    public async Task<RunContext> ForAsync(TaskId task, RunId run, Manifest now, CancellationToken cancellationToken) =>
        workspace.Configuration.Isolation is Isolation.View
            ? await workspace.InViewAsync(run, Besides(task, now), [], cancellationToken)
            : workspace;

    /// <summary>
    /// Gives a run that goes on its place, as it was begun: with the workspace as it is now and all that the run has proven.
    /// </summary>
    /// <returns>The context of the run, whose view is to be disposed, and the run as it finds that place.</returns>
    public async Task<(RunContext Context, OpenedRun Run)> ForAsync(OpenedRun run, CancellationToken cancellationToken)
    {
        var history = run.Journal.History;
        if (!history.Started!.IsInView)
        {
            return (workspace, run);
        }

        try
        {
            var (products, removals) = (history.Products().Select(product => product.Artifact).ToList(), history.Removals());
            RelativePath[] made = [.. products.Select(product => product.Path), .. removals];
            var context = await workspace.InViewAsync(run.Journal.RunId, Besides(history.TaskId, run.Found), made, cancellationToken);
            try
            {
                new WorkKeeper(context, run.Snapshot).PutBack(products, removals);
                var found = (await context.Capture.CaptureAsync(cancellationToken)).Manifest;
                return (context, run with { Found = found });
            }
            catch
            {
                context.View.Dispose();
                throw;
            }
        }
        catch
        {
            await run.Journal.DisposeAsync();
            throw;
        }
    }

    /// <summary>What agents may need although git ignores it: inputs that a task names, and what was made before.</summary>
    public HashSet<RelativePath> Besides(TaskId task, Manifest now) =>
    [
        .. now.Files.Select(file => file.Path),
        .. from each in workspace.Graph.InOrder([task])
           let completion = workspace.Stores.Completions.TryLatest(each)
           where completion is not null
           from artifact in completion.Artifacts
           select artifact.Path,
    ];
}
