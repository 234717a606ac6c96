using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Landing;
using Lorch.Core.Runs.Records;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Judges a terminal event: verifies everything it claims, writes the receipt, records the step. Or fails the attempt.</summary>
internal sealed class StepJudge(
    RunJournal journal,
    RunContext context,
    MeanwhileEdits edits,
    UnnamedChanges unnamed,
    WorkKeeper keeper,
    Narrator narrator)
{
    /// <summary>How many artifacts that aren't what was said are recorded one by one; the failure tells how many there were.</summary>
    private const int MaxRecordedProblems = 100;

    private CommandInFlight Flight => journal.History.InFlight!;

    public async Task JudgeAsync(CancellationToken cancellationToken)
    {
        if (FailureOf(Flight) is { } failure)
        {
            await FailAsync(failure, cancellationToken);
        }
        else if (ReceiptOf(Flight) is { } stored)
        {
            await context.Stores.Receipts.ConfirmAsync(stored, cancellationToken);
            await RecordAsync(stored.Receipt, stored.Reference, cancellationToken);
        }
        else
        {
            await VerifyAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Fails the run: Lorch's own files aren't what they were. What was said while proofs were changed isn't judged any more; an answer is,
    /// in the next build, if only the lock was lost.
    /// </summary>
    /// <param name="ownFiles">What was found.</param>
    /// <param name="cancellationToken">Stops before anything is written.</param>
    public async Task<Decision> DistrustAsync(OwnFiles ownFiles, CancellationToken cancellationToken)
    {
        var reason = new FailureReason(
            FailureReason.OwnFilesAltered,
            $"Lorch's own files were changed while agents were at work: {ownFiles.Summary}");
        if (journal.History.IsUnjudged && ownFiles.AreProofsAltered)
        {
            var attempt = Flight.Command.Retry.Attempt;
            await FailAsync(
                new AttemptFailed { Attempt = attempt, Code = reason.Code, Message = reason.Message, Retriable = false },
                cancellationToken);
        }

        return new Decision.Fail(reason);
    }

    private AttemptFailed? FailureOf(CommandInFlight flight)
    {
        var terminal = flight.Terminal!;
        var attempt = flight.Command.Retry.Attempt;
        if (terminal.Name is EventName.Error)
        {
            return ErrorRules.ToFailure(terminal, flight.Command);
        }

        var observed = terminal.ObservedVersion?.SnapshotId;
        if (context.Configuration.StrictVersionPinning && observed is { } seen && seen != flight.Command.Version.SnapshotId)
        {
            return new AttemptFailed
            {
                Attempt = attempt,
                Code = FailureReason.VersionMismatch,
                Message = $"the agent worked on {seen}, but the command is for {flight.Command.Version.SnapshotId}",
                Retriable = true,
            };
        }

        return Workflow.MovesOn(flight.Outcome!, journal.History.Started!.OnFailingTests) ? null : new AttemptFailed
        {
            Attempt = attempt,
            Code = FailureReason.TestsFailed,
            Message = $"the builder's tests fail: {OutcomeRules.Summary(terminal.Payload) ?? "it gave no summary"}",
            Retriable = false,
        };
    }

    /// <summary>
    /// The receipt that was written for this very event before a crash. It isn't verified again: a change since then is drift.
    /// </summary>
    private StoredReceipt? ReceiptOf(CommandInFlight flight) => journal.LastCommandAt is null
        ? context.Stores.Receipts.Load(journal.TaskId).FirstOrDefault(stored =>
            stored.Receipt.RunId == journal.RunId
            && stored.Receipt.IdempotencyKey == flight.Command.IdempotencyKey
            && stored.Receipt.TerminalMessageId == flight.Terminal!.MessageId)
        : null;

    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var claims = await StepClaims.VerifyAsync(context.Verifier, Flight, cancellationToken);
        if (claims.Problems.Count > 0)
        {
            await RejectAsync(claims.Problems, cancellationToken);
        }
        else
        {
            await ProveAsync(claims.Measured, cancellationToken);
        }
    }

    private async Task RejectAsync(IReadOnlyList<ArtifactProblem> problems, CancellationToken cancellationToken)
    {
        foreach (var problem in problems.Take(MaxRecordedProblems))
        {
            await journal.NoteAsync(
                EventName.ArtifactRejected,
                new ArtifactRejected { Path = problem.Path, Reason = problem.Reason, Expected = problem.Expected, Found = problem.Found },
                cancellationToken);
        }

        var more = problems.Count == 1 ? "" : $" (and {problems.Count - 1} more)";
        await FailAsync(
            new AttemptFailed
            {
                Attempt = Flight.Command.Retry.Attempt,
                Code = FailureReason.ArtifactRejected,
                Message = $"an artifact isn't what the agent said: {problems[0]}{more}",
                Retriable = true,
            },
            cancellationToken);
    }

    private async Task ProveAsync(IReadOnlyList<Artifact> measured, CancellationToken cancellationToken)
    {
        var flight = Flight;
        IReadOnlyList<Artifact> artifacts = [.. flight.Artifacts.Values.Concat(measured).OrderBy(artifact => artifact.Path)];
        IReadOnlyList<RelativePath> removed = [.. flight.Removed.Order()];
        if (await unnamed.FindAsync(flight, artifacts, removed, cancellationToken) is { } failure)
        {
            await FailAsync(failure, cancellationToken);
            return;
        }

        if (journal.History.Rework is { } rework && ConflictMarks.FindLeft(context, rework.Conflicts) is { } marked)
        {
            await RejectAsync(
                [new ArtifactProblem { Path = marked, Reason = "still holds the marks between two versions: put them together" }],
                cancellationToken);
            return;
        }

        if (await keeper.KeepAsync(artifacts, removed, cancellationToken) is { } problem)
        {
            await RejectAsync([problem], cancellationToken);
            return;
        }

        var edited = await edits.FindAsync(artifacts, removed, cancellationToken);
        var receipt = new Receipt
        {
            TaskId = journal.TaskId,
            RunId = journal.RunId,
            Step = NextStep(),
            Action = flight.Command.Action,
            IdempotencyKey = flight.Command.IdempotencyKey,
            SnapshotId = flight.Command.Version.SnapshotId,
            CommandMessageId = flight.Command.MessageId,
            CorrelationId = flight.Command.CorrelationId,
            Artifacts = artifacts,
            Removed = removed,
            Events = flight.Events,
            TerminalMessageId = flight.Terminal!.MessageId,
            Outcome = flight.Outcome!,
            Program = ProgramUsed.Of(flight.Terminal.Payload),
            EditedMeanwhile = edited.Count > 0 ? edited : null,
            CreatedAt = context.Stores.Clock.GetUtcNow(),
        };
        if (FindExcess(receipt) is { } tooLong)
        {
            await FailAsync(tooLong, cancellationToken);
            return;
        }

        var reference = await context.Stores.Receipts.WriteAsync(receipt, cancellationToken);
        await RecordAsync(receipt, reference, cancellationToken);
    }

    /// <summary>
    /// Says why the step can't be proven although all is as the agent said: the line that completes the run couldn't list all its files.
    /// </summary>
    private AttemptFailed? FindExcess(Receipt receipt)
    {
        var (artifacts, removed) = (
            journal.History.Products().ToDictionary(product => product.Artifact.Path, product => product.Artifact),
            journal.History.Removals().ToHashSet());
        foreach (var artifact in receipt.Artifacts)
        {
            artifacts[artifact.Path] = artifact;
        }

        removed.UnionWith(receipt.Removed);
        var size = artifacts.Values.Sum(artifact => (long)WireSize.Of(artifact)) + removed.Sum(path => (long)WireSize.Of(path));
        var most = LedgerLines.MaxListBytes - DefinitionTerms.DependsOnBytes(journal.History.Started!.Definition);
        return size <= most ? null : new AttemptFailed
        {
            Attempt = Flight.Command.Retry.Attempt,
            Code = FailureReason.StepTooLong,
            Message = $"the run has made and removed {artifacts.Count + removed.Count} files, whose list has up to {size} bytes; a line of "
                + $"the ledger holds lists of at most {most}. "
                + "Let the task make fewer files, or split it",
            Retriable = false,
        };
    }

    private async Task RecordAsync(Receipt receipt, FileReference reference, CancellationToken cancellationToken)
    {
        var flight = Flight;
        await journal.NoteAsync(
            EventName.StepRecorded,
            new StepRecorded
            {
                Step = receipt.Step,
                Receipt = reference,
                IdempotencyKey = receipt.IdempotencyKey,
                Action = receipt.Action,
                Iteration = IterationOf(flight.Command),
                Measured = [.. receipt.Artifacts.Where(artifact => !flight.Artifacts.ContainsKey(artifact.Path))],
                EditedMeanwhile = receipt.EditedMeanwhile,
            },
            cancellationToken);
        var duration = journal.LastCommandAt is { } sent ? context.Stores.Clock.GetUtcNow() - sent : default(TimeSpan?);
        narrator.Say(StepStory.Worked(journal.TaskId, journal.History.Steps[^1], duration));
    }

    private async Task FailAsync(AttemptFailed failure, CancellationToken cancellationToken)
    {
        var action = Flight.Command.Action;
        await journal.NoteAsync(EventName.AttemptFailed, failure, cancellationToken);
        narrator.Say($"{journal.TaskId} {action.WireName} attempt {failure.Attempt + 1} failed: {failure.Message}");
    }

    /// <summary>Numbers go on over all runs of the task, whatever became of the older receipts.</summary>
    private int NextStep() =>
        journal.History.Steps.Aggregate(context.Stores.Receipts.NextStep(journal.TaskId), (next, step) => Math.Max(next, step.Step + 1));

    private int IterationOf(Command command) => journal.History.Steps.Count(step => step.Action == command.Action);
}
