using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>Why an attempt or a run failed.</summary>
/// <param name="Code">One word, as it stands in the ledger: <c>deadline_exceeded</c>, or what the agent called it.</param>
/// <param name="Message">A sentence for people.</param>
internal sealed record FailureReason(string Code, string Message)
{
    public const string MaxIterations = "max_iterations";
    public const string NoProgress = "no_progress";
    public const string TestsFailed = "tests_failed";
    public const string VersionMismatch = "version_mismatch";
    public const string ArtifactRejected = "artifact_rejected";
    public const string DeadlineExceeded = "deadline_exceeded";
    public const string AgentExited = "agent_exited";
    public const string AgentUnhealthy = "agent_unhealthy";
    public const string MessagesRejected = "messages_rejected";
    public const string AgentFlooded = "agent_flooded";
    public const string RestartsUsedUp = "restarts_used_up";
    public const string OwnFilesAltered = "own_files_altered";
    public const string BudgetUsedUp = "budget_used_up";
    public const string CommandTooLong = "command_too_long";
    public const string StepTooLong = "step_too_long";
    public const string MessageTooLong = ShortMessage.TooLong;
    public const string LandingConflict = "landing_conflict";
    public const string LandingHeld = "landing_held";
    public const string AgentError = "agent_error";
}
