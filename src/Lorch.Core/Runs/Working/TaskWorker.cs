using Lorch.Core.Receipts;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Verdicts;
using Lorch.Core.Storage;
using Lorch.Core.Runs.Turns;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Works one task under the workspace's lock: looks whether it must be, opens a run, and drives it to its end.</summary>
internal sealed class TaskWorker(RunContext context, IRunObserver observer)
{
    public async Task<RunResult> WorkAsync(RunRequest request, TurnLocks locks, CancellationToken cancellationToken)
    {
        LeftOvers.Remove(context.Layout, context.Clock);
        var look = await LookAsync(request.TaskId, cancellationToken);
        var judgement = look.Of(request.TaskId);
        var opening = new RunOpening(context, look, new Narrator(observer, context.Redactor, null));
        if (judgement.Answer is { } answer && request.Mode is not WorkMode.Force)
        {
            await SettleAsync(answer, opening, cancellationToken);
            return UpToDate(request.TaskId, answer, look);
        }

        if (judgement.Definition is null)
        {
            return NotStarted(request.TaskId, judgement);
        }

        if (AgentProposals.Find(request.TaskId, look, context) is { } product)
        {
            throw new LorchException(AgentProposals.Describe(context.Graph[request.TaskId], product));
        }

        look.RefuseDamage(request.TaskId, context);
        context.Agents.Check(request.TaskId);
        await context.Stores.Manifests.SaveAsync(look.Capture.Manifest, cancellationToken);
        var (place, run) = await opening.TryContinueAsync(request, cancellationToken) is { } open
            ? await new RunViews(context).ForAsync(open, cancellationToken)
            : await StartAsync(request, judgement, look, cancellationToken);
        using (place.View)
        {
            var reasons = run.IsNew ? ReasonsFor(judgement) : [];
            var warnings = look.WarningsFor(context.Graph[request.TaskId], context);
            return await new RunDriver(place, observer).DriveAsync(run, reasons, warnings, locks, cancellationToken);
        }
    }

    private async Task<(RunContext Place, OpenedRun Run)> StartAsync(
        RunRequest request,
        Judgement judgement,
        WorkspaceLook look,
        CancellationToken cancellationToken)
    {
        var runId = context.Catalog.NewRunId();
        var place = await new RunViews(context).ForAsync(request.TaskId, runId, look.Capture.Manifest, cancellationToken);
        try
        {
            var seen = await look.AtAsync(place, cancellationToken);
            await context.Stores.Manifests.SaveAsync(seen.Capture.Manifest, cancellationToken);
            var opening = new RunOpening(place, seen, new Narrator(observer, context.Redactor, null));
            return (place, await opening.StartAsync(request, judgement, runId, cancellationToken));
        }
        catch
        {
            place.View.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes the files agree with the completion that answers for the task. Starts nothing: where none answers any more, nothing is done.
    /// </summary>
    /// <returns>Whether one answers.</returns>
    public async Task<bool> SettleAsync(TaskId task, CancellationToken cancellationToken)
    {
        var look = await LookAsync(task, cancellationToken);
        if (look.Of(task).Answer is not { } answer)
        {
            return false;
        }

        await SettleAsync(answer, new RunOpening(context, look, new Narrator(observer, context.Redactor, null)), cancellationToken);
        return true;
    }

    private async Task<WorkspaceLook> LookAsync(TaskId task, CancellationToken cancellationToken)
    {
        var look = await WorkspaceLook.TakeAsync(context, context.Graph.InOrder([task]), cancellationToken);
        await context.Catalog.RepairAsync(look.Runs, cancellationToken);
        return look;
    }

    private async Task SettleAsync(Completion answer, RunOpening opening, CancellationToken cancellationToken)
    {
        await opening.CloseAllAsync(answer.TaskId, cancellationToken);
        await context.Stores.Completions.MakeLatestAsync(answer, cancellationToken);
    }

    private static IReadOnlyList<string> ReasonsFor(Judgement judgement) => judgement.IsUpToDate
        ? ["it was asked for although up to date"]
        : [.. judgement.Reasons.Select(reason => reason.Text)];

    private RunResult UpToDate(TaskId task, Completion answer, WorkspaceLook look) => new()
    {
        TaskId = task,
        Outcome = RunOutcome.UpToDate,
        RunId = answer.RunId,
        SnapshotId = answer.SnapshotId,
        Artifacts = answer.Artifacts,
        Findings = Finding.Of(answer),
        Diagnostics = [.. look.WarningsFor(context.Graph[task], context), .. Finding.Of(answer).Select(finding => finding.ToDiagnostic())],
    };

    private static RunResult NotStarted(TaskId task, Judgement judgement) => new()
    {
        TaskId = task,
        Outcome = RunOutcome.Failed,
        Diagnostics =
        [
            new Diagnostic
            {
                Code = DiagnosticCode.DependencyFailed,
                Message = $"{task} was not started: {string.Join("; ", judgement.Reasons.Select(reason => reason.Text))}. "
                    + "Fix that failure and run the same command again.",
            },
        ],
    };
}
