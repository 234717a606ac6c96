using Lorch.Core.Hashing;
using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Reports.Recording;
using Lorch.Core.Storage;
using Lorch.Core.Workflows;

namespace Lorch.Core.Reports;

/// <summary>Reads a run's ledger as a story. The times are Lorch's own: what agents say of time isn't asked.</summary>
internal sealed class RunStoryReader
{
    private readonly Func<string, string> _redact;
    private readonly ReportData? _data;
    private readonly Dictionary<MessageId, ReportMessage> _texts;
    private readonly List<StorySession> _sessions = [];
    private readonly List<StoryAttempt> _attempts = [];
    private readonly List<string> _drifted = [];
    private readonly Dictionary<string, string?> _names = [];
    private RunStarted? _started;
    private StoryAttempt? _open;
    private Event? _answer;
    private History _history = History.Empty;
    private StoryEnding _ending = StoryEnding.Open;
    private (string Code, string Message)? _failure;
    private DateTimeOffset _now;
    private long _line;
    private int _stepsSeen;

    private RunStoryReader(ReportData? data, Func<string, string> redact)
    {
        (_data, _redact) = (data, redact);
        _texts = data?.Messages.DistinctBy(message => message.MessageId).ToDictionary(message => message.MessageId) ?? [];
    }

    /// <summary>Reads a run.</summary>
    /// <param name="layout">The workspace.</param>
    /// <param name="run">The run.</param>
    /// <param name="redact">Takes secrets out of texts that weren't recorded for reports.</param>
    /// <param name="cancellationToken">Stops between two lines.</param>
    /// <returns>The story; <see langword="null"/> if there is no ledger, or none whose first line is whole.</returns>
    /// <exception cref="LorchException">The ledger is damaged.</exception>
    public static RunStory? Read(WorkspaceLayout layout, RunId run, Func<string, string> redact, CancellationToken cancellationToken) =>
        !File.Exists(layout.Ledger(run)) ? null : Read(
            LedgerReader.Read(layout.Ledger(run), cancellationToken),
            ReportData.TryRead(layout, run),
            redact);

    /// <summary>Folds the entries of a ledger.</summary>
    public static RunStory? Read(IEnumerable<LedgerEntry> entries, ReportData? data, Func<string, string> redact)
    {
        var reader = new RunStoryReader(data, redact);
        foreach (var entry in entries)
        {
            reader._line = entry.LineNumber;
            reader.Take(entry.Message);
        }

        return reader.Finish();
    }

    private void Take(Message message)
    {
        // Chatter isn't folded: nothing follows from it, and it is what makes long ledgers long.
        _history = message is Event { IsChatter: true } ? _history : _history.Apply(message);
        switch (message)
        {
            case Command command:
                Advance(command.MessageId.CreatedAt ?? _now, isWork: true);
                Cut();
                _open = Begin(command);
                break;
            case Event { Name.IsSystem: true } system:
                Advance(
                    system.OccurredAt,
                    isWork: system.Name is not (EventName.RunResumed
                        or EventName.RunAborted
                        or EventName.SnapshotDrift
                        or EventName.Recorded));
                TakeSystem(system);
                break;
            case Event { IsChatter: true } note when _data is null && _open is not null:
                _open = _open with { MoreNotes = _open.MoreNotes + 1 };
                break;
            case Event { Name.IsTerminal: true } said when _history.InFlight?.Terminal?.MessageId == said.MessageId:
                _answer = said;
                break;
            default:
                break;
        }
    }

    private StoryAttempt Begin(Command command)
    {
        var text = _texts.GetValueOrDefault(command.MessageId);
        return new StoryAttempt
        {
            Position = _line,
            MessageId = command.MessageId,
            Action = command.Action,
            AgentId = command.To.AgentId,
            AgentName = command.To.AgentId is { } id && _names.GetValueOrDefault(id) is { } name ? _redact(name) : null,
            Number = command.Retry.Attempt + 1,
            StartedAt = _now,
            EndedAt = _now,
            Asked = text?.Summary
                ?? (command.Inputs.TryGetProperty("cause", out var cause) && OutcomeRules.Text(cause, "summary") is { } summary
                    ? _redact(summary)
                    : null),
            Prompt = text?.Prompt,
            Notes = text?.Notes ?? [],
            MoreNotes = text?.MoreNotes ?? 0,
        };
    }

    private void TakeSystem(Event system)
    {
        switch (system.Name)
        {
            case EventName.RunStarted:
                _started = _history.Started;
                _sessions.Add(new StorySession(_line, _now, _now) { MessageId = system.MessageId });
                break;
            case EventName.RunResumed:
                Resume(system);
                break;
            case EventName.StepRecorded or EventName.StepReused:
                TakeStep(system);
                break;
            case EventName.AttemptFailed when _open is not null:
                var failed = SystemJson.Read<AttemptFailed>(system.Payload!.Value);
                Close(_open with { Result = StoryResult.Failed, FailureCode = failed.Code, FailureMessage = failed.Message });
                break;
            case EventName.AgentStarted when SystemJson.Read<AgentStarted>(system.Payload!.Value) is { Name: not null } agent:
                _names[agent.AgentId] = agent.Name;
                break;
            case EventName.MessageRejected when _open is not null:
                _open = _open with { Refusals = _open.Refusals + 1 };
                break;
            case EventName.SnapshotDrift:
                var drift = SystemJson.Read<SnapshotDrift>(system.Payload!.Value);
                _drifted.AddRange(drift.Added.Concat(drift.Removed).Concat(drift.Changed).Select(path => path.ToString()));
                break;
            case EventName.RunCompleted or EventName.Undone:
                End(StoryEnding.Completed);
                break;
            case EventName.RunFailed:
                End(StoryEnding.Failed);
                _failure = (_history.Failure!.Code, _history.Failure.Message);
                _sessions[^1] = _sessions[^1] with { FailureCode = _history.Failure.Code };
                break;
            case EventName.RunInterrupted:
                End(StoryEnding.Interrupted);
                break;
            case EventName.RunAborted:
                Cut();
                var aborted = SystemJson.Read<RunAborted>(system.Payload!.Value);
                (_ending, _failure) = (StoryEnding.Aborted, ("aborted", $"{aborted.Reason}: {aborted.By}"));
                break;
            default:
                break;
        }
    }

    private void TakeStep(Event system)
    {
        var step = _history.Steps[_stepsSeen++];
        var attempt = step.WasWorked && _open is not null
            ? _open
            : new StoryAttempt
            {
                Position = _line,
                MessageId = system.MessageId,
                Action = step.Action,
                StartedAt = _now,
                EndedAt = _now,
            };
        _open = attempt;
        Close(attempt with
        {
            Step = step.Step,
            Receipt = step.Receipt,
            ReusedFrom = step.WasWorked ? null : SystemJson.Read<StepReused>(system.Payload!.Value).RunId,
            Answer = step.Outcome.Event,
            HasFailingTests = OutcomeRules.HasFailingTests(step.Outcome),
            Result = OutcomeRules.AsksForChanges(step.Outcome) ? StoryResult.ChangesRequested : StoryResult.Done,
            Artifacts = step.Artifacts,
            Removed = step.Removed,
            Summary = step.WasWorked ? null : OutcomeRules.Summary(step.Outcome.Payload) is { } summary ? _redact(summary) : null,
            Findings = step.WasWorked ? [] : FindingsOf(step.Outcome),
        });
    }

    private void Resume(Event system)
    {
        if (_answer is null)
        {
            // Nobody goes on with what was asked when the build was killed. An answer that was given is judged yet.
            Cut();
        }

        (_ending, _failure) = (StoryEnding.Open, null);
        _sessions.Add(new StorySession(_line, _now, _now) { MessageId = system.MessageId });
    }

    private void End(StoryEnding ending)
    {
        Cut();
        _ending = ending;
        _sessions[^1] = _sessions[^1] with { Ending = ending };
    }

    /// <summary>Closes an attempt that nothing is told of any more.</summary>
    private void Cut()
    {
        if (_open is { } open)
        {
            Close(open with { Result = StoryResult.Cut });
        }
    }

    private void Close(StoryAttempt attempt)
    {
        var answer = _answer;
        var text = answer is null ? null : _texts.GetValueOrDefault(answer.MessageId);
        _attempts.Add(attempt with
        {
            EndedAt = attempt.Result is StoryResult.Cut && _sessions.Count > 0 ? Max(attempt.StartedAt, _sessions[^1].EndedAt) : _now,
            Answer = attempt.Answer ?? answer?.Name,
            Usage = Usage.Of(answer?.Payload),
            Program = ProgramUsed.Of(answer?.Payload),
            Summary = attempt.Summary ?? text?.Summary ?? (OutcomeRules.Summary(answer?.Payload) is { } summary ? _redact(summary) : null),
            Findings = text?.Findings ?? (answer?.Name is EventName.ReviewCompleted
                ? FindingsOf(new Outcome { Event = answer.Name, Status = answer.Status, Payload = answer.Payload })
                : attempt.Findings),
        });
        (_open, _answer) = (null, null);
    }

    private IReadOnlyList<ReportFinding> FindingsOf(Outcome outcome) =>
    [
        .. Finding.Of(_history.TaskId, outcome).Select(finding => new ReportFinding
        {
            File = finding.File is { } file ? _redact(file) : null,
            Line = finding.Line,
            Severity = _redact(finding.Severity),
            Message = _redact(finding.Message),
        }),
    ];

    /// <summary>Clocks are set back: a story goes forward all the same.</summary>
    private void Advance(DateTimeOffset time, bool isWork)
    {
        _now = Max(_now, time);
        if (isWork && _sessions.Count > 0)
        {
            _sessions[^1] = _sessions[^1] with { EndedAt = _now };
        }
    }

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private RunStory? Finish()
    {
        if (_started is null)
        {
            return null;
        }

        if (_open is { } open)
        {
            _attempts.Add(open with { EndedAt = Max(open.StartedAt, _sessions[^1].EndedAt) });
        }

        return new RunStory
        {
            RunId = _started.RunId,
            TaskId = _history.TaskId,
            Goal = _data?.Goal ?? _redact(DefinitionTerms.Goal(_started.Definition)),
            SnapshotId = _started.SnapshotId,
            Ending = _ending,
            FailureCode = _failure?.Code,
            FailureMessage = _failure?.Message,
            StartedAt = _sessions[0].StartedAt,
            EndedAt = _sessions[^1].EndedAt,
            Sessions = _sessions,
            Attempts = _attempts,
            Drifted = [.. _drifted.Distinct()],
            Reasons = _data?.Reasons ?? [],
            Diagnostics = _data?.Diagnostics ?? [],
            Contents = _data?.Contents.DistinctBy(content => content.Sha256).ToDictionary(content => content.Sha256)
                ?? new Dictionary<Sha256Digest, ReportContent>(),
            Changes = _data?.Changes ?? [],
            Lines = _line,
            HasData = _data is not null,
        };
    }
}
