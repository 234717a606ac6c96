using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Accepting;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Verdicts;
using Lorch.Core.Storage;
using Lorch.Core.Storage.Locks;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Housekeeping;

/// <summary>Finds where every task and the last run stand.</summary>
internal static class StatusSurvey
{
    public static async Task<StatusReport> TakeAsync(RunContext context, CancellationToken cancellationToken)
    {
        var tasks = context.Graph.InOrder(context.Configuration.Tasks.Select(task => task.Id));
        var look = await WorkspaceLook.TakeAsync(context, tasks, cancellationToken);
        var holders = Holders(context.Layout, tasks);
        return new StatusReport
        {
            Tasks = [.. look.Judgements.Select(judgement => TaskLine(judgement, look, context, holders, cancellationToken))],
            Orphans = [.. look.Runs.Where(run => run.IsOpenHere && !tasks.Contains(run.TaskId))
                .Select(run => RunLine(run, context, cancellationToken))],
            Elsewhere = look.Runs.Where(run => run is { IsOpen: true, Elsewhere: not null })
                .Select(run => RunLine(run, context, cancellationToken))
                .ToList() is { Count: > 0 } elsewhere
                ? elsewhere
                : null,
            LastRun = look.Runs.Count == 0 ? null : RunLine(look.Runs[^1], context, cancellationToken),
            Damage = DamageLines(look, context) is { Count: > 0 } damage ? damage : null,
            Lock = holders is [var holder, ..]
                ? new LockStatusLine { RunId = holder.RunId, Pid = holder.Pid, StartedAt = holder.StartedAt }
                : null,
        };
    }

    /// <summary>Who works: who holds the workspace, and who holds tasks.</summary>
    private static List<LockHolder> Holders(WorkspaceLayout layout, IReadOnlyList<TaskId> tasks) =>
    [
        .. HeldLock.ReadHolders(LockedPlace.OfWorkspace(layout)),
        .. tasks.SelectMany(task => HeldLock.ReadHolders(LockedPlace.OfTask(layout, task))),
    ];

    private static TaskStatusLine TaskLine(
        Judgement judgement,
        WorkspaceLook look,
        RunContext context,
        IReadOnlyList<LockHolder> holders,
        CancellationToken cancellationToken)
    {
        var open = look.OpenRuns(judgement.TaskId) is [.., var last] ? last : null;
        var task = context.Graph[judgement.TaskId];
        var proposal = AgentProposals.Find(task.Id, look, context);
        var isProposed = task.IsProposed || proposal is not null;
        var state = (judgement.IsUpToDate, open) switch
        {
            _ when isProposed => "proposed",
            (true, _) => "up_to_date",
            (_, { Status: RunStatus.Failed }) => IsHeld(open, context, cancellationToken) ? "held" : "failed",
            (_, not null) => holders.Any(holder => holder.RunId == open.RunId) ? "running" : "interrupted",
            _ => look.RunsOf(judgement.TaskId).Any() || context.Stores.Completions.TryLatest(judgement.TaskId) is not null
                ? "stale"
                : "never_run",
        };
        var sameWords = judgement.IsUpToDate || isProposed
            ? null
            : EarlierWork.OfSameWords(context, look, task.Id).MaxBy(completion => completion.RunId);
        return new TaskStatusLine
        {
            TaskId = judgement.TaskId,
            State = state,
            Inputs = judgement.Inputs,
            Reasons = proposal
                is not null ? [$"an agent of {proposal.TaskId} wrote it in {proposal.RunId}; it doesn't run until a person changes it"]
                : isProposed ? ["it doesn't run until \"status\" is removed from it"]
                : [.. judgement.Reasons.Select(reason => reason.Text)],
            Although = judgement.Although.Count == 0
                ? null
                : [.. judgement.Although.Select(although => new DifferenceStatusLine { Word = although.Word, Text = although.Text })],
            Accepted = judgement.Answer is { Accepted: { } word } answer
                ? new AcceptedStatusLine { By = word.By, At = answer.CompletedAt, Reason = word.Reason }
                : null,
            SameWords = sameWords is null ? null : new SameWordsStatusLine { TaskId = sameWords.TaskId, RunId = sameWords.RunId },
            Accept = (judgement.IsStaleByWordsAlone || sameWords is not null) && !isProposed
                ? $"dotnet build -t:LorchAccept -p:Task={judgement.TaskId}"
                : null,
            Run = open is null || judgement.IsUpToDate ? null : RunLine(open, context, cancellationToken),
            Next = judgement.IsUpToDate || state is "running" or "proposed" ? null : $"dotnet build -t:LorchRun -p:Task={judgement.TaskId}",
        };
    }

    private static bool IsHeld(RunIndexEntry run, RunContext context, CancellationToken cancellationToken) =>
        RunRecord.TryReplay(context.Layout, run.RunId, cancellationToken)?.History.Failure?.Code is FailureReason.LandingHeld;

    private static RunStatusLine RunLine(RunIndexEntry run, RunContext context, CancellationToken cancellationToken)
    {
        // Of a run that is over only the two ends of its ledger need be sound.
        var record = RunRecord.TryReplay(context.Layout, run.RunId, cancellationToken);
        return new RunStatusLine
        {
            RunId = run.RunId,
            TaskId = run.TaskId,
            Workspace = run.Elsewhere,
            Status = RunStatusNames.All[run.Status],
            Steps = record?.History.Steps.Count ?? 0,
            At = record is null ? "unknown" : Place(record.History),
            StartedAt = run.StartedAt,
            LastMessageAt = record?.Fold.LastAt ?? run.CompletedAt ?? run.StartedAt,
            Failure = record?.History.Failure is { } failure ? $"{failure.Message} [{failure.Code}]" : null,
            Usage = record?.History.Usage is { IsEmpty: false } usage ? usage : null,
        };
    }

    private static string Place(History history)
    {
        if (history.Started!.Purpose is { } purpose)
        {
            return purpose is RunPurpose.Undo ? "undo" : "accept";
        }

        if (history.InFlight is { } flight)
        {
            return $"{flight.Command.Action.WireName}, attempt {flight.Command.Retry.Attempt + 1}";
        }

        return Workflow.Next(history) switch
        {
            Decision.Send { Request: var request } => $"{request.Action.WireName}, attempt {request.Retry.Attempt + 1}",
            Decision.Fail { Reason: var reason } => reason.Code,
            _ => "complete",
        };
    }

    private static IReadOnlyList<DamageStatusLine> DamageLines(WorkspaceLook look, RunContext context)
    {
        var tasks = look.Judgements.Select(judgement => judgement.TaskId)
            .Union(context.Stores.Receipts.Tasks())
            .Union(look.DamagedRuns.Select(run => run.TaskId).OfType<TaskId>());
        return
        [
            .. tasks.SelectMany(task => look.DamageOf(task, context).Select(damage => DamageLine(task, damage))),
            .. look.DamagedRuns.Where(run => run.TaskId is null).Select(run => DamageLine(null, run.Diagnostic)),
        ];
    }

    private static DamageStatusLine DamageLine(TaskId? task, Diagnostic damage) =>
        new() { TaskId = task, File = damage.File!, Code = damage.Code, Message = damage.Message };
}
