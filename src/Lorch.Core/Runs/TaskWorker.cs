using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Storage;
using Lorch.Core.Transcripts;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs;

/// <summary>Works one task under the workspace's lock: looks whether it must be, opens a run, takes it to its end, and says what came of it.</summary>
internal sealed class TaskWorker(RunServices services, SecretRedactor redactor, IRunObserver observer)
{
    public async Task<RunResult> WorkAsync(RunRequest request, WorkspaceLock workspaceLock, CancellationToken cancellationToken)
    {
        LeftOvers.Remove(services.Layout);
        var look = await WorkspaceLook.TakeAsync(services, services.Graph.InOrder([request.TaskId]), cancellationToken);
        await new RunCatalog(services).RepairAsync(look.Runs, cancellationToken);
        var judgement = look.Of(request.TaskId);
        var narrator = new Narrator(observer, redactor, null);
        var opening = new RunOpening(services, look, narrator);
        if (judgement.Answer is { } answer && request.Mode is not WorkMode.Force)
        {
            await opening.CloseAllAsync(request.TaskId, cancellationToken);
            await services.Completions.MakeLatestAsync(answer, cancellationToken);
            return UpToDate(request.TaskId, answer);
        }

        if (judgement.Definition is null)
        {
            return NotStarted(request.TaskId, judgement);
        }

        await services.Manifests.SaveAsync(look.Capture.Manifest, cancellationToken);
        var run = await opening.TryContinueAsync(request, cancellationToken)
            ?? await opening.StartAsync(request, judgement, NewRunId(), cancellationToken);
        await using var journal = run.Journal;
        workspaceLock.SetRun(journal.RunId);
        return await WorkAsync(run, request, judgement, look, cancellationToken);
    }

    private static RunResult UpToDate(TaskId task, Completion answer) => new()
    {
        TaskId = task,
        Outcome = RunOutcome.UpToDate,
        RunId = answer.RunId,
        SnapshotId = answer.SnapshotId,
        Artifacts = answer.Artifacts,
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
                    + "Mend what failed there, and run the same command again.",
            },
        ],
    };

    private RunId NewRunId() =>
        RunId.Create(services.Clock.GetUtcNow(), new RunCatalog(services).Greatest(), (uint)(services.Chance() * uint.MaxValue));

    private async Task<RunResult> WorkAsync(
        OpenedRun run,
        RunRequest request,
        Judgement judgement,
        WorkspaceLook look,
        CancellationToken cancellationToken)
    {
        var journal = run.Journal;
        using var transcript = new Transcript(services.Layout, journal.RunId, redactor, services.Clock);
        var narrator = new Narrator(observer, redactor, transcript);
        Announce(run, request, judgement, narrator);
        await using var agents = new AgentPool(services.Launchers(journal.RunId), services, journal);
        var result = new RunResult
        {
            TaskId = request.TaskId,
            Outcome = RunOutcome.Completed,
            RunId = journal.RunId,
            SnapshotId = run.Snapshot.SnapshotId,
            TranscriptPath = services.Layout.Transcript(journal.RunId),
            LedgerPath = journal.LedgerPath,
            Diagnostics = look.Capture.Warnings,
        };
        try
        {
            var began = services.Clock.GetTimestamp();
            var decision = await new RunLoop(journal, services, agents, narrator).RunAsync(cancellationToken);
            return decision is Decision.Fail { Reason: var reason }
                ? await FailAsync(journal, reason, result, narrator)
                : await CompleteAsync(run, agents, result, services.Clock.GetElapsedTime(began), narrator);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await InterruptAsync(journal, agents, result, narrator);
        }
    }

    private static void Announce(OpenedRun run, RunRequest request, Judgement judgement, Narrator narrator)
    {
        var files = $"{run.Snapshot.SnapshotId} ({run.Snapshot.Files.Count} files)";
        narrator.Say(run.IsNew
            ? $"{request.TaskId} {run.Journal.RunId} starts on {files}"
            : $"{request.TaskId} {run.Journal.RunId} goes on after step {run.Journal.History.Steps.Count}, on {files}");
        var reasons = request.Mode is WorkMode.Force && judgement.IsUpToDate
            ? ["it was asked for although up to date"]
            : judgement.Reasons.Select(reason => reason.Text).ToList();
        foreach (var reason in reasons.Take(3))
        {
            narrator.Say($"{request.TaskId} because {reason}");
        }

        foreach (var reason in reasons.Skip(3))
        {
            narrator.Detail($"{request.TaskId} because {reason}");
        }
    }

    private async Task<RunResult> CompleteAsync(OpenedRun run, AgentPool agents, RunResult result, TimeSpan elapsed, Narrator narrator)
    {
        // What was worked is complete whoever cancels now, so nothing here can be cancelled.
        var (journal, recorder) = (run.Journal, new CompletionRecorder(services));
        var completion = recorder.Create(journal.RunId, journal.History, run.Snapshot);
        await journal.NoteElementAsync(EventName.RunCompleted, completion.ToElement(), CancellationToken.None);
        await services.Completions.WriteAsync(completion, CancellationToken.None);
        await journal.SaveStateAsync(CancellationToken.None);
        await agents.StopAllAsync(StopUrgency.Normal);
        narrator.Say($"{result.TaskId} completed in {Narrator.Duration(elapsed)}: {Artifacts(completion.Artifacts.Count)}");
        foreach (var artifact in completion.Artifacts)
        {
            narrator.Say($"{result.TaskId}   {artifact.Path}  {artifact.Size} bytes  {artifact.Sha256.Hex[..12]}  from step {artifact.Step}");
        }

        narrator.Say($"{result.TaskId} next: read the changes and commit them; the same command again is skipped until something it depends on changes");
        var now = await services.Capture.CaptureAsync(CancellationToken.None);
        var findings = Findings(journal.History);
        return result with
        {
            Artifacts = completion.Artifacts,
            Findings = findings,
            Diagnostics =
            [
                .. result.Diagnostics,
                .. findings.Select(finding => finding.ToDiagnostic()),
                .. recorder.UnreportedChanges(journal.History, run.Snapshot, now.Manifest),
            ],
        };
    }

    private static async Task<RunResult> FailAsync(RunJournal journal, FailureReason reason, RunResult result, Narrator narrator)
    {
        await journal.NoteAsync(EventName.RunFailed, new RunFailed { Code = reason.Code, Message = reason.Message }, CancellationToken.None);
        narrator.Say($"{result.TaskId} failed: {reason.Message}");
        var findings = Findings(journal.History);
        return result with
        {
            Outcome = RunOutcome.Failed,
            Findings = findings,
            Diagnostics =
            [
                .. result.Diagnostics,
                .. findings.Select(finding => finding.ToDiagnostic()),
                new Diagnostic
                {
                    Code = DiagnosticOf(reason),
                    Message = $"{result.TaskId} failed: {reason.Message} [{reason.Code}]. What was worked is kept; mend the cause and run the same command "
                        + $"again: it goes on from step {journal.History.Steps.Count}. The transcript is {result.TranscriptPath}.",
                },
            ],
        };
    }

    private static async Task<RunResult> InterruptAsync(RunJournal journal, AgentPool agents, RunResult result, Narrator narrator)
    {
        var stopping = agents.StopAllAsync(StopUrgency.Cancelled);
        await journal.NoteAsync(EventName.RunInterrupted, new RunInterrupted { By = "cancellation" }, CancellationToken.None);
        await stopping;
        narrator.Say($"{result.TaskId} interrupted after step {journal.History.Steps.Count}");
        return result with
        {
            Outcome = RunOutcome.Interrupted,
            Diagnostics =
            [
                new Diagnostic
                {
                    Code = DiagnosticCode.RunInterrupted,
                    Message = $"{result.TaskId} was interrupted; nothing that was worked is lost. Run the same command again to go on with {result.RunId}.",
                },
            ],
        };
    }

    private static IReadOnlyList<Finding> Findings(History history) =>
        history.Steps.LastOrDefault(step => step.Action is AgentAction.Review) is { } review ? Finding.Of(history.TaskId, review.Outcome) : [];

    private static string Artifacts(int count) => count == 1 ? "1 artifact" : $"{count} artifacts";

    private static string DiagnosticOf(FailureReason reason) => reason.Code switch
    {
        FailureReason.MaxIterations => DiagnosticCode.IterationsUsedUp,
        FailureReason.TestsFailed => DiagnosticCode.TestsFailed,
        FailureReason.VersionMismatch => DiagnosticCode.VersionMismatch,
        FailureReason.ArtifactRejected => DiagnosticCode.ArtifactRejected,
        FailureReason.DeadlineExceeded => DiagnosticCode.DeadlineExceeded,
        FailureReason.AgentExited => DiagnosticCode.AgentExited,
        FailureReason.AgentUnhealthy => DiagnosticCode.AgentUnhealthy,
        FailureReason.MessagesRejected => DiagnosticCode.MessagesRejected,
        FailureReason.AgentFlooded => DiagnosticCode.AgentFlooded,
        _ => DiagnosticCode.AgentReportedError,
    };
}
