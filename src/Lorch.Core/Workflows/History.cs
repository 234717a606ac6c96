using System.Collections.Immutable;
using System.Text.Json;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;

namespace Lorch.Core.Workflows;

/// <summary>What a run's ledger proves so far: a fold over its messages, and nothing else.</summary>
internal sealed record History
{
    public static History Empty { get; } = new();

    /// <summary>The run's status; <see langword="null"/> before it was started.</summary>
    public RunStatus? Status { get; private init; }

    public TaskId TaskId { get; private init; }

    /// <summary>The first line's payload; <see langword="null"/> before it was folded.</summary>
    public RunStarted? Started { get; private init; }

    public ImmutableList<ProvenStep> Steps { get; private init; } = [];

    /// <summary>What the steps made and removed.</summary>
    public RunWork Work { get; private init; } = RunWork.Empty;

    /// <summary>The workspace that the work stands on: that of the run's start, unless the work was put on a later one.</summary>
    public SnapshotId SnapshotId => Rebased?.SnapshotId ?? Started!.SnapshotId;

    /// <summary>When and why the work was last put on what the workspace had become.</summary>
    public Rebased? Rebased { get; private init; }

    /// <summary>Why a builder must look at the work again; <see langword="null"/> unless that is still to be asked for.</summary>
    public Rebased? Rework { get; private init; }

    /// <summary>The last command line while no proof and no failure stands behind it.</summary>
    public CommandInFlight? InFlight { get; private init; }

    /// <summary>The last command while its attempt has failed and nothing was sent since. What its agent wrote may lie about.</summary>
    public CommandInFlight? LeftBehind { get; private init; }

    /// <summary>
    /// The paths that the agent of <see cref="InFlight"/> had changed when it was interrupted and had ended, with what they held;
    /// <see langword="null"/> if nobody looked then, as after a kill.
    /// </summary>
    public IReadOnlyDictionary<RelativePath, Artifact?>? Left { get; private init; }

    /// <summary>The agents in force: those of the run's start, or of its last resume.</summary>
    public IReadOnlyDictionary<AgentType, Sha256Digest> Agents { get; private init; } = ImmutableDictionary<AgentType, Sha256Digest>.Empty;

    public ImmutableDictionary<IdempotencyKey, FailedAttempts> Failures { get; private init; } =
        ImmutableDictionary<IdempotencyKey, FailedAttempts>.Empty;

    /// <summary>How many steps were proven when the run was last resumed after it had failed; loops are bounded from there.</summary>
    public int StepsWhenResumed { get; private init; }

    /// <summary>Why the run failed or was aborted, as its ledger says.</summary>
    public FailureReason? Failure { get; private init; }

    /// <summary>What is being put into the workspace; <see langword="null"/> unless a landing was begun and hasn't ended.</summary>
    public IReadOnlyList<LandingPath>? Landing { get; private init; }

    /// <summary>Whether all that the run made is in the workspace although its agents worked elsewhere.</summary>
    public bool HasLanded { get; private init; }

    /// <summary>Whether the run is there to take back what another one landed.</summary>
    public bool IsUndo => Started?.Purpose is RunPurpose.Undo;

    /// <summary>What all that was worked in this run cost, as far as agents say. What failed was paid for, too.</summary>
    public Usage Usage { get; private init; } = Usage.None;

    /// <summary>
    /// How long the run was worked on up to <see cref="LastAt"/>: the time between its messages, without that between an interruption and
    /// the going on.
    /// </summary>
    private TimeSpan Worked { get; init; }

    private DateTimeOffset? LastAt { get; init; }

    /// <summary>Whether a terminal event stands without proof or failure behind it.</summary>
    public bool IsUnjudged => InFlight?.Terminal is not null;

    /// <summary>Whether the run can go on: it was started and neither completed nor given up.</summary>
    public bool IsOpen => Status is RunStatus.Running or RunStatus.Failed;

    /// <summary>Folds one message.</summary>
    /// <exception cref="LorchException">The message can't follow what stands before it: the ledger is damaged.</exception>
    public History Apply(Message message) => message switch
    {
        Command command => Apply(command),
        Event { Name.IsSystem: true } system => system.From.AgentType is AgentType.System ? ApplySystem(system) : this,
        Event said => RefusalOf(said) is null
            ? this with { InFlight = InFlight!.Take(said), Usage = said.Name.IsTerminal ? Usage.Add(UsageIn(said)) : Usage }
            : this,
        _ => this,
    };

    /// <summary>Folds the beginning of a run.</summary>
    public History ApplyStart(TaskId task, RunStarted started) => this with
    {
        // A person's word counts once it is complete. One that was cut off is never gone on with: it is said again.
        Status = started.Purpose is null ? RunStatus.Running : RunStatus.Aborted,
        TaskId = task,
        Started = started,
        Agents = started.Agents,
    };

    /// <summary>Folds a step that an earlier receipt answered.</summary>
    public History ApplyReuse(StepReused reused) => Prove(new ProvenStep
    {
        Step = reused.Step,
        WasWorked = false,
        Receipt = reused.Receipt,
        Key = reused.IdempotencyKey,
        Action = reused.Action,
        Iteration = reused.Iteration,
        Artifacts = reused.Artifacts,
        Removed = reused.Removed,
        Outcome = reused.Outcome,
    });

    /// <summary>Says why an agent's event doesn't count for the command in flight.</summary>
    /// <returns>The reason, or <see langword="null"/> if the event counts.</returns>
    public string? RefusalOf(Event message)
    {
        if (message.Name.IsSystem)
        {
            return $"'{message.Name.WireName}' comes from Lorch alone";
        }

        return InFlight is { Terminal: null } flight ? flight.RefusalOf(message) : "no command is in flight";
    }

    /// <summary>The newest artifact of each path, removed ones left out, in the order of their UTF-8 bytes.</summary>
    public IReadOnlyList<(Artifact Artifact, int Step)> Products() => Work.Products;

    /// <summary>The paths that proven steps removed and none produced again, in the order of their UTF-8 bytes.</summary>
    public IReadOnlyList<RelativePath> Removals() => Work.Removals;

    /// <summary>The paths that somebody else changed while a proven step was worked, sorted.</summary>
    public IReadOnlyList<RelativePath> EditedMeanwhile() => [.. Steps.SelectMany(step => step.EditedMeanwhile).Distinct().Order()];

    private static T Read<T>(Event message)
        where T : class
    {
        try
        {
            return SystemJson.Read<T>(message.Payload ?? throw new JsonException("there is no payload"));
        }
        catch (JsonException exception)
        {
            throw Damaged($"the payload of {message.Name.WireName} can't be read: {exception.Message}", exception);
        }
    }

    private static LorchException Damaged(string reason, Exception? cause = null) => new(
        new Diagnostic { Code = DiagnosticCode.LedgerDamaged, Message = reason },
        cause);

    private static Usage UsageIn(Event said) => Usage.Of(said.Payload);

    private History Apply(Command command)
    {
        Require(Status is RunStatus.Running, $"a command stands in a run that is {Status?.ToString().ToLowerInvariant() ?? "not started"}");
        return this with { InFlight = new CommandInFlight { Command = command }, LeftBehind = null, Left = null };
    }

    /// <summary>How long the run was worked on until a time.</summary>
    public TimeSpan WorkedUntil(DateTimeOffset now) => LastAt is { } last && now > last ? Worked + (now - last) : Worked;

    private History ApplySystem(Event message)
    {
        var at = message.OccurredAt;
        return Fold(message) with { Worked = message.Name is EventName.RunResumed ? Worked : WorkedUntil(at), LastAt = at };
    }

    private History Fold(Event message)
    {
        if (message.Name is EventName.RunStarted)
        {
            Require(Status is null, "the run is started twice");
            return ApplyStart(message.TaskId, Read<RunStarted>(message));
        }

        Require(Status is not null, $"{message.Name.WireName} stands before system.run_started");
        return message.Name switch
        {
            EventName.StepRecorded => Record(Read<StepRecorded>(message)),
            EventName.StepReused => ApplyReuse(Read<StepReused>(message)),
            EventName.AttemptFailed => Fail(Read<AttemptFailed>(message)),
            EventName.RunResumed => Resume(Read<RunResumed>(message)),
            EventName.SnapshotDrift when Read<SnapshotDrift>(message) is { Left: { } left } drift => this with
            {
                Left = drift.InFlight.ToDictionary(path => path, path => left.FirstOrDefault(artifact => artifact.Path == path)),
            },
            EventName.RunCompleted => this with { Status = RunStatus.Completed, InFlight = null },
            EventName.Recorded => Require(
                Status is RunStatus.Completed,
                "a completion is confirmed in a run that isn't complete"),
            EventName.Accepted => Require(
                Started!.Purpose is RunPurpose.Accept,
                $"{Read<Accepted>(message).By} accepts in a run that is to work its task"),
            EventName.Landing when InFlight is null => this with
            {
                Landing = Read<Landing>(message).Paths,
                Status = IsUndo ? RunStatus.Running : Status,
            },
            EventName.Landed when Landing is not null => this with { Landing = null, HasLanded = true },
            EventName.Rebased => Rebase(Read<Rebased>(message)),
            EventName.Undone when IsUndo && HasLanded => this with { Status = RunStatus.Completed },
            EventName.RunFailed => EndAsFailed(Read<RunFailed>(message)),
            EventName.RunAborted => this with
            {
                Status = RunStatus.Aborted,
                Failure = new FailureReason("aborted", Read<RunAborted>(message).Reason)
            },
            _ => this,
        };
    }

    private History Record(StepRecorded recorded)
    {
        Require(
            InFlight is { Terminal: { Name: not EventName.Error } },
            "a step is recorded that no answer stands before which could prove it");
        var flight = InFlight!;
        Require(flight.Command.IdempotencyKey == recorded.IdempotencyKey, "a step is recorded under another key than its command's");
        var artifacts = flight.Artifacts.SetItems(recorded.Measured.Select(artifact => KeyValuePair.Create(artifact.Path, artifact)));
        return Prove(new ProvenStep
        {
            Step = recorded.Step,
            WasWorked = true,
            Receipt = recorded.Receipt,
            Key = recorded.IdempotencyKey,
            Action = recorded.Action,
            Iteration = recorded.Iteration,
            Artifacts = [.. artifacts.Values.OrderBy(artifact => artifact.Path)],
            Removed = [.. flight.Removed.Order()],
            Outcome = flight.Outcome!,
            EditedMeanwhile = recorded.EditedMeanwhile ?? [],
        });
    }

    private History Prove(ProvenStep step) => this with
    {
        InFlight = null,
        Steps = Steps.Add(step),
        Work = Work.With(step),
        Rework = step.Action is AgentAction.ImplementChanges ? null : Rework,
    };

    private History Rebase(Rebased rebased)
    {
        Require(InFlight is null, "the work is put on another workspace while an agent is at it");
        return this with
        {
            Landing = null,
            Rebased = rebased,
            Work = Work.With(rebased),
            Rework = rebased.Cause is null ? Rework : rebased,
        };
    }

    private History Fail(AttemptFailed failure)
    {
        Require(InFlight is not null, "an attempt failed that no command stands before");
        var key = InFlight!.Command.IdempotencyKey;
        var failed = Failures.GetValueOrDefault(key)?.Add(failure) ?? new FailedAttempts(1, 1, failure);
        return this with { InFlight = null, LeftBehind = InFlight, Failures = Failures.SetItem(key, failed) };
    }

    private History Resume(RunResumed resumed)
    {
        Require(IsOpen, $"a run is resumed that is {Status?.ToString().ToLowerInvariant() ?? "not started"}");
        var next = this with { Status = RunStatus.Running, Agents = resumed.Agents, Failure = null };
        return resumed.After is not RunPause.Failed ? next : next with
        {
            StepsWhenResumed = Steps.Count,
            Failures = Failures.ToImmutableDictionary(pair => pair.Key, pair => pair.Value with { SinceResumed = 0 }),
        };
    }

    private History EndAsFailed(RunFailed failed) => this with
    {
        Landing = null,
        Status = RunStatus.Failed,
        Failure = new FailureReason(failed.Code, failed.Message),
    };

    private History Require(bool holds, string otherwise) => holds ? this : throw Damaged(otherwise);
}
