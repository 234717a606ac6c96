using Lorch.Core.Protocol;

namespace Lorch.Agent.Checking;

/// <summary>Something that Lorch relies on in an agent.</summary>
/// <param name="Id">Its name in JSON.</param>
/// <param name="Title">What an agent that keeps it does.</param>
/// <param name="Remedy">What to do about an agent that breaks it.</param>
internal sealed record ProtocolRule(string Id, string Title, string Remedy)
{
    public static readonly ProtocolRule Starts = new(
        "starts",
        "It starts",
        "Correct the command behind the two dashes. No shell reads it.");

    public static readonly ProtocolRule GoesOn = new(
        "goes-on",
        "It reads commands until its input ends",
        "Work commands in a loop and end when standard input ends, not before.");

    public static readonly ProtocolRule Messages = new(
        "messages",
        "Every line on its standard output is a message",
        "Write one JSON object per line, exactly as schemas/v1 has it, and everything else to standard error.");

    public static readonly ProtocolRule Lines = new(
        "lines",
        "Every line is ended, and its output stays within bounds",
        $"End each line with a line feed and flush. At most {Message.MaxBytes} bytes a line; larger content goes into a file that is named "
            + $"as an artifact.");

    public static readonly ProtocolRule Answers = new(
        "answers",
        "It answers every command with an event that ends it",
        "End with builder.completed, review.completed, spec.updated, spec.no_changes_needed, spec.changes_requested or error, and flush.");

    public static readonly ProtocolRule Deadline = new(
        "deadline",
        "It answers before the command's deadline",
        "Look at 'deadline' in the command, and send an error in time. If the agent only needs longer: --timeout here, timeouts_s in "
            + "lorch.json.");

    public static readonly ProtocolRule Correlation = new(
        "correlation",
        "Its events carry the command's correlation_id and task_id",
        "Copy both from the command into every event that answers it.");

    public static readonly ProtocolRule Sender = new(
        "from",
        "Its events come from the agent type that was asked",
        "Copy 'to' of the command to 'from' of the event.");

    public static readonly ProtocolRule Allowed = new(
        "event-allowed",
        "Its events are allowed for the action",
        "Send builder.* for implement and implement_changes, review.completed for review, spec.* for update_spec; artifact.produced, log "
            + "and error for all.");

    public static readonly ProtocolRule Outcome = new(
        "outcome",
        "It says how its work came out in known words",
        "status of review.completed is approved or changes_requested; payload.tests.status of builder.completed is pass or fail.");

    public static readonly ProtocolRule MessageIds = new(
        "message-ids",
        "Every event has a message_id of its own",
        "Make a new UUID for each event. Only the very same event, sent again for the same key and attempt, has the same one.");

    public static readonly ProtocolRule OneAnswer = new(
        "one-answer",
        "It is quiet about a command that it has answered",
        "Send nothing for a command behind the event that ended it.");

    public static readonly ProtocolRule ObservedVersion = new(
        "observed-version",
        "observed_version names the command's snapshot",
        "Copy version.snapshot_id of the command, or leave observed_version out.");

    public static readonly ProtocolRule Artifacts = new(
        "artifacts",
        "Each artifact is a file in the workspace with that digest and size",
        "Name files by their path relative to the workspace root, after the last byte was written; sha256 and size are those of the bytes "
            + "on disk.");

    public static readonly ProtocolRule Removed = new(
        "removed",
        "Each path in removed is gone",
        "Delete the files before you name them.");

    public static readonly ProtocolRule RequiredOutputs = new(
        "required-outputs",
        "Each required output is there when a command is answered",
        "Write every file of expected_outputs that has \"required\": true. For an agent with other habits: --output.");

    public static readonly ProtocolRule Heartbeats = new(
        "heartbeats",
        "Heartbeats name its own process and count upwards",
        "pid is the process that was started (let a wrapper script exec its program), and seq grows with each heartbeat.");

    public static readonly ProtocolRule HeartbeatInterval = new(
        "heartbeat-interval",
        "An agent that sends heartbeats keeps sending them",
        "Send one per heartbeat_interval_s also while you work, from a thread of its own; or send none at all.");

    public static readonly ProtocolRule SameAttempt = new(
        "same-attempt",
        "The same key and attempt is answered again, and not otherwise",
        "Keep what you answered per (idempotency_key, retry.attempt) and send it again, or work again from what you find.");

    public static readonly ProtocolRule HigherAttempt = new(
        "higher-attempt",
        "A higher attempt is done again, not answered from memory",
        "Don't answer from memory when retry.attempt is another one: what was answered before may be gone.");

    public static readonly ProtocolRule NewProcess = new(
        "new-process",
        "A new process answers an attempt that another process had begun",
        "Work from the files that you find; the attempt may have been begun before.");

    public static readonly ProtocolRule EndsWhenIdle = new(
        "ends-when-idle",
        "It ends within 5 seconds when its input ends",
        "End when reading standard input gives its end.");

    public static readonly ProtocolRule EndsInMidWork = new(
        "ends-in-mid-work",
        "It ends within 5 seconds when its input ends in mid-work",
        "Read standard input while you work, and stop working at its end: somebody else may be given the command next.");

    public static readonly ProtocolRule Children = new(
        "children",
        "It leaves no process behind",
        "End what you started, and wait for it, before you end.");

    public static readonly ProtocolRule ExitCode = new(
        "exit-code",
        "It ends with exit code 0",
        "Only for those who look: Lorch takes any exit code of an agent that it has asked to end.")
    { IsAdvice = true };

    /// <summary>Gets all rules in the order in which they are shown.</summary>
    public static IReadOnlyList<ProtocolRule> All { get; } =
    [
        Starts, GoesOn, Messages, Lines, Answers, Deadline, Correlation, Sender, Allowed, Outcome, MessageIds, OneAnswer, ObservedVersion,
        Artifacts, Removed, RequiredOutputs, Heartbeats, HeartbeatInterval, SameAttempt, HigherAttempt, NewProcess,
        EndsWhenIdle, EndsInMidWork, Children, ExitCode,
    ];

    /// <summary>Gets a value indicating whether an agent conforms although it breaks the rule.</summary>
    public bool IsAdvice { get; private init; }
}
