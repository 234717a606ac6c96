using System.Globalization;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.UpToDate;

namespace Lorch.Core.Runs.Verdicts;

/// <summary>Makes of what a look at the workspace judged what a build engine can use.</summary>
internal static class TaskVerdicts
{
    /// <summary>Looks at the workspace once and judges tasks.</summary>
    /// <returns>The verdicts, in the order in which a build works the tasks.</returns>
    public static async Task<TaskVerdict[]> TakeAsync(
        RunContext context,
        IReadOnlyList<TaskId> tasks,
        Func<TaskId, WorkMode> modeOf,
        DateTimeOffset lookedAt,
        CancellationToken cancellationToken)
    {
        var look = await WorkspaceLook.TakeAsync(context, tasks, cancellationToken);

        // Before the verdicts, which remember whether they rest on receipts.
        var proposals = tasks.ToDictionary(task => task, task => AgentProposals.Find(task, look, context));
        return
        [
            .. look.InBuildOrder(context).Select(judgement => Of(judgement, look, modeOf(judgement.TaskId), context, lookedAt) with
            {
                Proposal = proposals[judgement.TaskId] is { } product
                    ? AgentProposals.Describe(context.Graph[judgement.TaskId], product)
                    : null,
            }),
        ];
    }

    private static TaskVerdict Of(Judgement judgement, WorkspaceLook look, WorkMode mode, RunContext context, DateTimeOffset lookedAt)
    {
        var layout = context.Layout;
        var isForced = mode is WorkMode.Force;
        var open = look.OpenRuns(judgement.TaskId);
        return new TaskVerdict
        {
            TaskId = judgement.TaskId,
            IsUpToDate = judgement.IsUpToDate && !isForced,
            Inputs = judgement.Inputs,
            KeyText = KeyTextOf(judgement, open, mode),
            KeyFile = layout.KeyFile(judgement.TaskId),
            CompletionFile = layout.Completion(judgement.TaskId),
            Reasons = isForced && judgement.IsUpToDate
                ? ["it was asked for although up to date"]
                : [.. judgement.Reasons.Select(reason => reason.Text)],
            Completion = judgement.Answer is { } answer ? CompletedWork.Of(answer) : null,
            Warnings = judgement.IsUpToDate && !isForced ? look.WarningsFor(context.Graph[judgement.TaskId], context) : [],
            HasOpenRun = open.Count > 0,
            Although = [
                .. judgement.Answer?.Accepted is null ? [] : new[] { "accepted" },
                .. DoneAlthough.WordsOf(judgement.Although)
            ],
            IsStaleByInputsAlone = judgement.IsStaleByInputsAlone,
            IsStaleByWordsAlone = judgement.IsStaleByWordsAlone,
            FollowsOthers = context.Graph[judgement.TaskId].Regenerate,
            Grounds = GroundsOf(judgement, look, lookedAt),
        };
    }

    private static VerdictGrounds GroundsOf(Judgement judgement, WorkspaceLook look, DateTimeOffset lookedAt) => new()
    {
        LookedAt = lookedAt,
        Snapshot = look.Capture.Manifest.SnapshotId,
        RestsOnReceipts = look.Receipts.WereAsked,
        Besides = [.. (judgement.Answer?.Artifacts ?? []).Select(artifact => artifact.Path)
            .Where(path => look.Capture.Manifest.Find(path) is null)],
        Removed = judgement.Answer?.Removed ?? [],
    };

    /// <summary>The verdict with all that went into it, one part a line.</summary>
    private static string KeyTextOf(Judgement judgement, IReadOnlyList<RunIndexEntry> open, WorkMode mode)
    {
        string[] lines =
        [
            $"task_key {judgement.Key?.Key.ToString() ?? "unknown"}",
            $"inputs {judgement.Inputs}",
            $"definition {judgement.Key?.Definition.ToString() ?? "unknown"}",
            $"completed_by {judgement.Answer?.RunId.ToString() ?? "none"}",
            $"outputs {judgement.Answer?.OutputsSha256.ToString() ?? "none"}",
            $"mode {mode.ToString().ToLower(CultureInfo.InvariantCulture)}",
            .. open.Select(run => $"open {run.RunId}"),
            .. judgement.Reasons.Select(reason => $"because {reason.Text}"),
        ];
        return string.Join('\n', lines) + '\n';
    }
}
