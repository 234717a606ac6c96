using System.Collections.Immutable;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Verdicts;
using Lorch.Core.Runs.Working;
using Lorch.Core.Storage;
using Lorch.Core.Runs.Turns;
using Lorch.Core.Transcripts;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Accepting;

/// <summary>
/// Records, in a run of its own and without agents, a person's word that a task is done as it is on the disk. Nothing is worked or checked.
/// </summary>
internal sealed class Acceptance(RunContext context, IRunObserver observer)
{
    public async Task<RunResult> AcceptAsync(
        AcceptRequest request,
        string by,
        TurnLocks locks,
        CancellationToken cancellationToken)
    {
        LeftOvers.Remove(context.Layout, context.Clock);
        var look = await WorkspaceLook.TakeAsync(context, context.Graph.InOrder([request.TaskId]), cancellationToken);
        await context.Catalog.RepairAsync(look.Runs, cancellationToken);
        look.RefuseDamage(request.TaskId, context);
        var judgement = look.Of(request.TaskId);
        var opening = new RunOpening(context, look, new Narrator(observer, context.Redactor, null));
        if (judgement is { Answer: { } answer, Although.Count: 0 })
        {
            await opening.CloseAllAsync(request.TaskId, cancellationToken);
            await context.Stores.Completions.MakeLatestAsync(answer, cancellationToken);
            observer.Say(new RunNotice($"{request.TaskId} is up to date by {answer.RunId}; there is nothing to accept", NoticeLevel.High));
            return ResultOf(answer) with { Outcome = RunOutcome.UpToDate };
        }

        if (judgement.Definition is null)
        {
            throw Refused(context.Graph[request.TaskId], $"{judgement.Reasons[0].Text}. Accept that one first, or have it worked");
        }

        var earlier = await new EarlierWork(context, look).FindAsync(request.TaskId, cancellationToken);
        if (earlier.Work.Missing is [_, ..] missing)
        {
            throw Refused(
                context.Graph[request.TaskId],
                $"{string.Join(", ", missing)}, which it is expected to make, isn't there. Write it, or take it out of \"expected_outputs\"");
        }

        var word = new Accepted
        {
            By = context.Redactor.Redact(by),
            Reason = string.IsNullOrWhiteSpace(request.Reason) ? null : context.Redactor.Redact(request.Reason.Trim())
        };
        await context.Stores.Manifests.SaveAsync(look.Capture.Manifest, cancellationToken);
        var completion = await RecordAsync(look, earlier, word, locks, cancellationToken);
        await opening.CloseAllAsync(request.TaskId, CancellationToken.None);
        context.Capture.Remember();
        return ResultOf(completion);
    }

    private async Task<Completion> RecordAsync(
        WorkspaceLook look,
        EarlierWork.Found earlier,
        Accepted word,
        TurnLocks locks,
        CancellationToken cancellationToken)
    {
        var (task, started) = (earlier.TaskId, StartOf(look, earlier.TaskId));
        await using var journal = await RunJournal.StartAsync(context.Stores, context.Redactor, task, started, cancellationToken);

        // It was said: nothing from here on can be cancelled.
        locks.SetRun(journal.RunId);
        await journal.NoteAsync(EventName.Accepted, word, CancellationToken.None);
        var completion = CompletionOf(look.Of(task), started, earlier, word);
        await journal.NoteElementAsync(EventName.RunCompleted, ReceiptsJson.GetElement(completion), CancellationToken.None);
        await context.Stores.Completions.WriteAsync(completion, CancellationToken.None);
        await journal.NoteRecordedAsync();
        await journal.SaveStateAsync(CancellationToken.None);

        using var transcript = new Transcript(context.Layout, journal.RunId, context.Redactor, context.Clock);
        Tell(completion, earlier.Completion, new Narrator(observer, context.Redactor, transcript));
        return completion;
    }

    private RunStarted StartOf(WorkspaceLook look, TaskId task)
    {
        var (judgement, limits) = (look.Of(task), context.Configuration.Limits);
        return new RunStarted
        {
            Format = 1,
            RunId = context.Catalog.NewRunId(),
            SnapshotId = look.Capture.Manifest.SnapshotId,
            Purpose = RunPurpose.Accept,
            TaskKey = judgement.Key!.Key,
            Definition = judgement.Definition!.Value,
            Agents = context.Graph[task].Regenerate
                ? context.Agents.TeamOf(task).Digests
                : ImmutableDictionary<AgentType, Hashing.Sha256Digest>.Empty,
            MaxAttempts = limits.MaxAttempts,
            MaxIterations = limits.MaxIterations,
            OnFailingTests = limits.OnFailingTests,
            Workspace = OtherWorkspaces.NameOf(context.Layout),
        };
    }

    private Completion CompletionOf(Judgement judgement, RunStarted started, EarlierWork.Found earlier, Accepted word) => new()
    {
        TaskId = judgement.TaskId,
        TaskKey = started.TaskKey,
        TaskKeyBefore = started.TaskKey,
        DefinitionSha256 = judgement.Key!.Definition,
        RunId = started.RunId,
        SnapshotId = started.SnapshotId,
        InputsAfter = judgement.Inputs,
        Artifacts = earlier.Work.Artifacts,
        Removed = earlier.Work.Removed,
        DependsOn = DefinitionTerms.DependsOn(started.Definition),
        OutputsSha256 = earlier.Work.KeptOutputs
            ?? CompletionRecorder.OutputsDigest(earlier.Work.Artifacts.Select(artifact => artifact.ToArtifact()), earlier.Work.Removed),
        CompletedAt = context.Clock.GetUtcNow(),
        Accepted = new CompletionAcceptance { By = word.By, Reason = word.Reason },
    };

    private void Tell(Completion completion, Completion? earlier, Narrator narrator)
    {
        var (task, word) = (completion.TaskId, completion.Accepted!);
        narrator.Say($"{task} {completion.RunId} accepted by {word.By}{(word.Reason is { } reason ? $": {reason}" : "")}");
        if (earlier is not null && earlier.TaskId != task)
        {
            narrator.Say($"{task} takes over what {earlier.TaskId} was completed with by {earlier.RunId}");
        }

        foreach (var artifact in completion.Artifacts)
        {
            var origin = artifact.Step is { } step ? $"from step {step}" : "as it is";
            narrator.Say($"{task}   {artifact.Path}  {artifact.Size} bytes  {artifact.Sha256.Hex[..12]}  {origin}");
        }

        foreach (var dependent in context.Configuration.Tasks.Where(other => other.DependsOn.Contains(task))
            .Select(other => other.Id)
            .Where(FollowsOthers))
        {
            narrator.Say($"{dependent}, which depends on {task}, is stale: {task} has other outputs than it was worked with");
        }

        bool FollowsOthers(TaskId dependent) => context.Stores.Completions.TryLatest(dependent) is { } last
            && last.DependsOn.TryGetValue(task, out var outputs)
            && outputs != completion.OutputsSha256;
    }

    private static RunResult ResultOf(Completion completion) => new()
    {
        TaskId = completion.TaskId,
        Outcome = RunOutcome.Completed,
        RunId = completion.RunId,
        SnapshotId = completion.SnapshotId,
        Artifacts = completion.Artifacts,
        Findings = Finding.Of(completion),
    };

    private static LorchException Refused(TaskDefinition task, string why) => new(new Diagnostic
    {
        Code = DiagnosticCode.NotAcceptable,
        Message = $"{task.Id} isn't accepted: {why}.",
        File = task.File,
        Line = task.Line,
        Column = task.Column,
    });
}
