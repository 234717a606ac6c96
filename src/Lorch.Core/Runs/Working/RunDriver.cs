using Lorch.Core.Agents.Processes;
using Lorch.Core.Configuration;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Reports.Recording;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Landing;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Turns;
using Lorch.Core.Tools;
using Lorch.Core.Transcripts;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Drives an open run to its end, completed, failed or interrupted, and says what came of it.</summary>
internal sealed class RunDriver(RunContext context, IRunObserver observer)
{
    private const int ShownReasons = 3;

    /// <summary>Drives a run.</summary>
    /// <param name="run">The run; disposed at the end.</param>
    /// <param name="reasons">Why it is worked.</param>
    /// <param name="warnings">What the look at the workspace warned of.</param>
    /// <param name="locks">What is held for the run, and names it from now on.</param>
    /// <param name="cancellationToken">Interrupts the run.</param>
    public async Task<RunResult> DriveAsync(
        OpenedRun run,
        IReadOnlyList<string> reasons,
        IReadOnlyList<Diagnostic> warnings,
        TurnLocks locks,
        CancellationToken cancellationToken)
    {
        await using var journal = run.Journal;
        locks.SetRun(journal.RunId);
        var team = context.Agents.TeamOf(journal.TaskId);
        var launcher = context.Agents.LauncherOf(journal.RunId, context.AgentPlace with { TraceParent = BeginTrace(journal) });
        await using var agents = new AgentPool(launcher, team, context.Configuration, journal);
        using var transcript = new Transcript(context.Layout, journal.RunId, context.Redactor, context.Clock);
        var narrator = new Narrator(observer, context.Redactor, transcript);
        Announce(run, reasons, narrator);
        var report = ReportedRun.Record(context, run, reasons);
        var receipts = new ReceiptChain(journal, context.Stores, context.Verifier, narrator);
        if (receipts.FindUnanswered() is { } request)
        {
            agents.Prepare(request.Action.Agent, cancellationToken);
        }

        using var ownFiles = OwnFiles.Watch(context, journal);
        if (context.View.IsApart)
        {
            locks.LetWorkspaceGo();
        }

        var result = new RunResult
        {
            TaskId = journal.TaskId,
            Outcome = RunOutcome.Completed,
            RunId = journal.RunId,
            SnapshotId = run.Snapshot.SnapshotId,
            TranscriptPath = context.Layout.Transcript(journal.RunId),
            LedgerPath = journal.LedgerPath,
            Diagnostics = [.. warnings, .. run.Warnings],
        };
        var work = new RunWorker(run, context, agents, team, receipts, ownFiles, locks, narrator);
        RunResult ended;
        try
        {
            var began = context.Clock.GetTimestamp();
            var failure = await work.WorkAsync(cancellationToken);
            (run, result) = (work.Run, result with { SnapshotId = work.Run.Snapshot.SnapshotId });
            ended = failure is { } reason
                ? await FailAsync(run, reason, result with { Diagnostics = [.. result.Diagnostics, .. ownFiles.Diagnostics] }, narrator)
                : await CompleteAsync(run, ownFiles, result, context.Clock.GetElapsedTime(began), narrator);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            ended = await InterruptAsync(work.Run, agents, ownFiles, result, narrator);
        }

        ended = ended with
        {
            Diagnostics = [
                .. ended.Diagnostics,
                .. EditsOfConfiguration(journal.TaskId),
                .. transcript.Problem is { } problem ? [problem] : Array.Empty<Diagnostic>()
            ],

        };
        ended = ended with { Diagnostics = [.. ended.Diagnostics.Select(context.View.Shown)] };
        report.End(ended.Diagnostics);
        return ended;
    }

    /// <summary>Has kept that there is something to send, where traces are wanted.</summary>
    /// <returns>Below which span agents work.</returns>
    private string? BeginTrace(RunJournal journal)
    {
        if (context.Traces is not { Problem: null })
        {
            return null;
        }

        TraceQueue.Add(context.Layout, journal.RunId, journal.BegunBy, context.Environment.GetValueOrDefault(TraceIds.Variable));
        return TraceIds.HeaderOf(journal.RunId, journal.BegunBy);
    }

    private static void Announce(OpenedRun run, IReadOnlyList<string> reasons, Narrator narrator)
    {
        var task = run.Journal.TaskId;
        var files = $"{run.Snapshot.SnapshotId} ({Count(run.Snapshot.Files.Count, "file")})";
        narrator.Say(run.IsNew
            ? $"{task} {run.Journal.RunId} starts on {files}"
            : $"{task} {run.Journal.RunId} continues after {Count(run.Journal.History.Steps.Count, "step")}, on {files}");
        foreach (var reason in reasons.Take(ShownReasons))
        {
            narrator.Say($"{task} because {reason}");
        }

        foreach (var reason in reasons.Skip(ShownReasons))
        {
            narrator.Detail($"{task} because {reason}");
        }
    }

    private async Task<RunResult> CompleteAsync(
        OpenedRun run,
        OwnFiles ownFiles,
        RunResult result,
        TimeSpan elapsed,
        Narrator narrator)
    {
        // What was worked is complete whoever cancels now, so nothing here can be cancelled.
        var (journal, recorder) = (run.Journal, new CompletionRecorder(context));
        var completion = await recorder.RecordAsync(run);
        narrator.Say(
            $"{result.TaskId} completed "
                + $"in {Narrator.Duration(elapsed)}: {Count(completion.Artifacts.Count, "artifact")}"
                + $"{(completion.Usage is { } usage ? $", {usage.ToText()}" : "")}");
        foreach (var artifact in completion.Artifacts)
        {
            narrator.Say(
                $"{result.TaskId}   {artifact.Path}  {artifact.Size} bytes  {artifact.Sha256.Hex[..12]}  from step {artifact.Step}");
        }

        narrator.Say(
            $"{result.TaskId} next: read the changes and commit them; the same command again is skipped until something it depends on "
                + $"changes");
        ownFiles.PutIndexBack();
        var now = await context.Home.Capture.CaptureAsync(CancellationToken.None);
        var findings = Finding.Of(journal.History);
        return result with
        {
            Artifacts = completion.Artifacts,
            Findings = findings,
            Diagnostics =
            [
                .. result.Diagnostics,
                .. findings.Select(finding => finding.ToDiagnostic()),
                .. (await new MeanwhileEdits(context, run).FindAllAsync(now.Manifest, CancellationToken.None))
                    .Union(await new CompletionRecorder(context.Home).UnreportedChangesAsync(run, now.Manifest))
                    .Order()
                    .Select(path => CompletionRecorder.ChangedMeanwhile(result.TaskId, path)),
            ],
        };
    }

    private async Task<RunResult> FailAsync(OpenedRun run, FailureReason reason, RunResult result, Narrator narrator)
    {
        var journal = run.Journal;
        var patch = await new WorkPatch(context).WriteAsync(journal.RunId, journal.History, run.Snapshot, CancellationToken.None);
        await journal.NoteAsync(
            EventName.RunFailed,
            new RunFailed { Code = reason.Code, Message = reason.Message },
            CancellationToken.None);
        var isHeld = reason.Code is FailureReason.LandingHeld;
        narrator.Say($"{result.TaskId} {(isHeld ? "is complete, but" : "failed:")} {reason.Message}");
        var findings = Finding.Of(journal.History);
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
                    File = result.TranscriptPath,
                    Message = isHeld ? $"{result.TaskId} is complete, but {reason.Message}.{Shown(patch)}"
                        : $"{result.TaskId} failed: {reason.Message} [{reason.Code}]. Fix the cause and run the same command again"
                        + (journal.History.Steps.Count is var steps and > 0
                            ? $": it continues after {Count(steps, "completed step")}."
                            : ".")
                        + Shown(patch),
                },
            ],
        };
    }

    private static string Shown(string? patch) =>
        patch is null ? "" : $" What it made so far isn't in the workspace: {patch} shows it.";

    private async Task<RunResult> InterruptAsync(OpenedRun run, AgentPool agents, OwnFiles ownFiles, RunResult result, Narrator narrator)
    {
        var journal = run.Journal;
        var stopping = agents.StopAllAsync(StopUrgency.Cancelled);
        await journal.NoteAsync(EventName.RunInterrupted, new RunInterrupted { By = "cancellation" }, CancellationToken.None);
        await stopping;
        await ownFiles.CheckAsync(CancellationToken.None);
        ownFiles.PutIndexBack();
        await new InterruptedWork(context, run).NoteAsync();
        narrator.Say($"{result.TaskId} interrupted after {Count(journal.History.Steps.Count, "step")}");
        return result with
        {
            Outcome = RunOutcome.Interrupted,
            Diagnostics =
            [
                .. ownFiles.Diagnostics,
                new Diagnostic
                {
                    Code = DiagnosticCode.RunInterrupted,
                    File = result.TranscriptPath,
                    Message =
                        $"{result.TaskId} was interrupted; completed steps are kept. Run the same command again to continue {result.RunId}.",
                },
            ],
        };
    }

    /// <summary>What was read when the run began counts until it ends, so an edit is only told.</summary>
    private IEnumerable<Diagnostic> EditsOfConfiguration(TaskId task) =>
        ConfigurationEdits.Find(context.Configuration, context.Home.Layout.WorkspaceRoot).Select(path => new Diagnostic
        {
            Code = DiagnosticCode.ConfigurationEdited,
            Severity = DiagnosticSeverity.Warning,
            Message = $"{Path.GetRelativePath(context.Home.Layout.WorkspaceRoot, path).Replace('\\', '/')} changed while {task} ran. "
                + "This run used the content from its start; the new content applies from the next run on.",
            File = path,
        });

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string DiagnosticOf(FailureReason reason) => reason.Code switch
    {
        FailureReason.MaxIterations => DiagnosticCode.IterationsUsedUp,
        FailureReason.NoProgress => DiagnosticCode.NoProgress,
        FailureReason.BudgetUsedUp => DiagnosticCode.BudgetUsedUp,
        FailureReason.TestsFailed => DiagnosticCode.TestsFailed,
        FailureReason.VersionMismatch => DiagnosticCode.VersionMismatch,
        FailureReason.ArtifactRejected => DiagnosticCode.ArtifactRejected,
        FailureReason.DeadlineExceeded => DiagnosticCode.DeadlineExceeded,
        FailureReason.AgentExited => DiagnosticCode.AgentExited,
        FailureReason.AgentUnhealthy => DiagnosticCode.AgentUnhealthy,
        FailureReason.MessagesRejected => DiagnosticCode.MessagesRejected,
        FailureReason.AgentFlooded => DiagnosticCode.AgentFlooded,
        FailureReason.OwnFilesAltered => DiagnosticCode.OwnFileAltered,
        FailureReason.CommandTooLong or FailureReason.MessageTooLong => DiagnosticCode.MessageTooLong,
        FailureReason.StepTooLong => DiagnosticCode.LedgerLineTooLong,
        FailureReason.LandingConflict => DiagnosticCode.LandingConflict,
        FailureReason.LandingHeld => DiagnosticCode.LandingHeld,
        FailureReason.RestartsUsedUp => DiagnosticCode.RestartsUsedUp,
        var code => ToolFailure.DiagnosticOf(code) ?? DiagnosticCode.AgentReportedError,
    };
}
