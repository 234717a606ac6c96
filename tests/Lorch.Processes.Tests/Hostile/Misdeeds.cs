using Lorch.Core;

namespace Lorch.Processes.Tests.Hostile;

/// <summary>All ways to misbehave that are tried. <c>docs/reliability.md</c> has the same table, held equal by a test.</summary>
internal static class Misdeeds
{
    private const string FewBytes = "\"output_max_bytes\":1000000";
    private const string Signals = "signals";

    public static IReadOnlyList<Misdeed> All { get; } =
    [
        .. ThatDoNotAnswer(),
        .. ThatEnd(),
        .. ThatTalkTooMuch(),
        .. ThatTalkNonsense(),
        .. Lies(),
        .. FalseClaims(),
        .. ThatNeverComeToAnEnd(),
    ];

    private static IEnumerable<Misdeed> ThatDoNotAnswer() =>
    [
        Late("hang_silently", "does nothing at all"),
        Late("hang_with_heartbeats", "sends heartbeats and nothing else"),
        Late("hang_chattering", "tells progress for ever"),
        Late("ignore_sigterm", "does nothing, and ignores SIGTERM"),
        Late("stop_itself", "stops itself (SIGSTOP)") with { UnixFeature = Signals },
        Late("close_stdout", "closes its standard output and lives on"),
        Late("close_stdin", "closes its standard input and lives on") with { CanPass = false },
        Late(
            "never_read_a_command",
            "never reads, while a command comes that no pipe holds") with { Goal = new string('x', 200_000), CanPass = false },
        Late("answer_when_told_to_end", "answers after the deadline, when it is told to end") with { UnixFeature = Signals },
        Late(
            "heartbeats_of_another_process",
            "sends heartbeats of another process and nothing else") with
            {
                DeadlineSeconds = 2,
                HeartbeatSeconds = 0.1,
                Logs = "it names process 1",
                Refusals = 1
            },
        Silent("heartbeats_stop", "sends one heartbeat, then nothing"),
        Silent("heartbeats_going_backwards", "sends heartbeats that don't count on") with { Logs = "is not greater than 7", Refusals = 1 },
    ];

    private static IEnumerable<Misdeed> ThatEnd() =>
    [
        Dead(
            "die_before_the_first_command",
            "ends before it has read anything") with { Says = "exit code 4 during a command; last output: no licence", CanPass = false },
        Dead(
            "die_in_mid_command",
            "ends in mid-command with an exit code") with
            {
                Events = "builder.progress system.agent_exited system.attempt_failed",
                Says = "out of luck"
            },
        Dead("end_without_an_answer", "ends in mid-command with exit code 0") with { Says = "exit code 0" },
        Dead("die_by_signal", "ends by SIGSEGV") with { Says = "SIGSEGV", UnixFeature = Signals },
        Dead("be_killed", "is killed, as by a system without memory") with { Says = "SIGKILL", UnixFeature = Signals },
        Dead("half_a_line", "ends in the middle of a line"),
        Dead("child_holds_the_pipes", "ends, while its child holds the pipes"),
        Dead("grandchild_in_its_own_session", "ends, while a grandchild in a session of its own holds the pipes"),
        new(
            "die_after_the_answer",
            "ends after each answer")
            {
                Events = "builder.completed system.step_recorded system.agent_exited system.agent_started builder.completed",
                ReviewAsks = 1
            },
        new("children_left_behind", "answers, and leaves children behind that ignore SIGTERM"),
        Dead("die_in_mid_command", "ends in mid-command again and again") with
        {
            Code = DiagnosticCode.RestartsUsedUp, Reason = "restarts_used_up", MaxAttempts = 9, Policy = "\"max_restarts\":1",
            Says = "out of luck", CanPass = false,
        },
    ];

    private static IEnumerable<Misdeed> ThatTalkTooMuch() =>
    [
        Flooded("flood_of_messages", "sends messages without end") with { Events = "system.message_rejected system.attempt_failed" },
        Flooded("flood_without_line_feed", "sends bytes without end and without line feed"),
        Flooded(
            "flood_of_stderr",
            "complains without end") with
            {
                Policy = $"{FewBytes},\"log_max_bytes\":100000",
                Logs = "The log reached its limit",
                Says = "on standard error"
            },
        Flooded("flood_of_stderr_without_line_feed", "complains without end and without line feed") with { Says = "on standard error" },
        Flooded(
            "flood_of_stderr",
            "complains too fast") with { Policy = "\"output_max_bytes_per_s\":100000", Says = "more than 100000 bytes a second" },
        Rejected("flood_of_lines", "sends lines without end that are no messages"),
        Rejected("line_too_long", "sends lines of 300,000 bytes"),
        Rejected(
            "lines_over_the_limit",
            "sends messages longer than `policy.message_max_bytes`") with { Policy = "\"message_max_bytes\":1024", Says = "1024" },
    ];

    private static IEnumerable<Misdeed> ThatTalkNonsense() =>
    [
        Rejected("garbage", "sends text"),
        Rejected("binary_garbage", "sends random bytes"),
        Rejected("deep_nesting", "sends JSON that is 10,000 deep"),
        Rejected("path_outside", "names paths outside of the workspace"),
        Rejected("command_of_its_own", "sends commands"),
    ];

    private static IEnumerable<Misdeed> Lies() =>
    [
        Ignored("other_task", "answers for another task, then rightly"),
        Ignored("other_correlation", "answers another command, then rightly"),
        Ignored("other_agent", "answers in another agent's name, then rightly"),
        Ignored("answer_to_another_action", "approves its own work, then answers rightly"),
        Ignored(
            "forged_proof",
            "says that its step is recorded and the run complete, then answers rightly") with
            {
                Events = "system.message_rejected system.message_rejected builder.completed"
            },
        Ignored(
            "completed_twice",
            "answers twice") with
            {
                Events = "builder.completed system.step_recorded implement_changes system.message_rejected builder.completed",
                ReviewAsks = 1
            },
    ];

    private static IEnumerable<Misdeed> FalseClaims() =>
    [
        Disproved("wrong_digest", "names a file with a wrong digest"),
        Disproved("wrong_size", "names a file with a wrong size"),
        Disproved("changed_after_it_was_named", "changes a file after it named it"),
        Disproved("missing_artifact", "names a file that isn't there"),
        Disproved("artifact_is_a_folder", "names a folder") with { CanPass = false },
        Disproved("artifact_is_a_fifo", "names a FIFO that nobody writes to") with { CanPass = false, UnixFeature = "FIFOs" },
        Disproved("artifact_is_a_link", "names a link that leads out of the workspace") with
        {
            CanPass = false, UnixFeature = "links that anybody may make",
        },
        Disproved("artifact_is_a_record_of_lorch", "names a receipt as its work"),
        Disproved("removed_but_there", "says that it removed a file that is there"),
        Disproved("required_output_missing", "completes without the required output"),
        new(
            "wrong_snapshot",
            "worked on another snapshot")
            {
                Code = DiagnosticCode.VersionMismatch,
                Reason = "version_mismatch",
                Events = "builder.completed system.attempt_failed"
            },
        new("wrong_snapshot", "worked on another snapshot, where that is allowed") { Policy = "\"strict_version_pinning\":false" },
        new(
            "tests_fail",
            "says that its tests fail")
            {
                Code = DiagnosticCode.TestsFailed,
                Reason = "tests_failed",
                Events = "builder.completed system.attempt_failed",
                CanPass = false
            },
    ];

    private static IEnumerable<Misdeed> ThatNeverComeToAnEnd() =>
    [
        new("error_for_good", "reports an error that can't be mended")
        {
            Code = DiagnosticCode.AgentReportedError, Reason = "no_quota", Events = "error system.attempt_failed system.run_failed",
            MaxAttempts = 3, Says = "nothing left", CanPass = false,
        },
        new("error_again_and_again", "reports an error at each of three attempts")
        {
            Code = DiagnosticCode.AgentReportedError, Reason = "service_down", MaxAttempts = 3, Says = "come back later",
            Events =
                "error system.attempt_failed implement error system.attempt_failed implement error system.attempt_failed system.run_failed",
        },
        new("asks_for_ever", "always asks for changes")
        {
            Code = DiagnosticCode.IterationsUsedUp, Reason = "max_iterations", At = "review", Policy = "\"max_iterations\":2",
            Says = "say it better", CanPass = false,
            Events = "implement review implement_changes review implement_changes review system.run_failed",
        },
        new("changes_nothing", "changes nothing though the reviewer asks for it")
        {
            Code = DiagnosticCode.NoProgress, Reason = "no_progress", At = "implement_changes", ReviewAsks = 9, Says = "say it better",
            CanPass = false,
            Events = "implement review implement_changes review system.run_failed",
        },
    ];

    private static Misdeed Late(string mode, string deed) => new(mode, deed)
    {
        Code = DiagnosticCode.DeadlineExceeded,
        Reason = "deadline_exceeded",
        DeadlineSeconds = 0.4,
        Events = "system.deadline_exceeded system.agent_exited system.attempt_failed",
        Says = "timeouts_s.implement",
    };

    private static Misdeed Silent(string mode, string deed) => new(mode, deed)
    {
        Code = DiagnosticCode.AgentUnhealthy,
        Reason = "agent_unhealthy",
        HeartbeatSeconds = 0.1,
        Events = "system.agent_unhealthy system.agent_exited system.attempt_failed",
        Says = "sent no heartbeat",
    };

    private static Misdeed Dead(string mode, string deed) => new(mode, deed)
    {
        Code = DiagnosticCode.AgentExited,
        Reason = "agent_exited",
        Events = "system.agent_exited system.attempt_failed",
    };

    private static Misdeed Flooded(string mode, string deed) => new(mode, deed)
    {
        Code = DiagnosticCode.AgentFlooded,
        Reason = "agent_flooded",
        Events = "system.agent_exited system.attempt_failed",
        Policy = FewBytes,
    };

    private static Misdeed Rejected(string mode, string deed) => new(mode, deed)
    {
        Code = DiagnosticCode.MessagesRejected,
        Reason = "messages_rejected",
        Events = "system.message_rejected system.message_rejected system.message_rejected system.agent_exited system.attempt_failed",
    };

    private static Misdeed Ignored(string mode, string deed) =>
        new(mode, deed) { Events = "system.message_rejected builder.completed system.step_recorded" };

    private static Misdeed Disproved(string mode, string deed) => new(mode, deed)
    {
        Code = DiagnosticCode.ArtifactRejected,
        Reason = "artifact_rejected",
        Events = "builder.completed system.artifact_rejected system.attempt_failed",
    };
}
