using Lorch.Core.Agents;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Snapshots;

namespace Lorch.Core.Configuration;

/// <summary>The members that each object of lorch.json may have. A test keeps <c>lorch.v1.json</c> equal to it.</summary>
internal static class KnownMembers
{
    public static readonly IReadOnlyList<string> Root =
        ["$schema", "version", "workspace_root", "policy", "snapshot", "agents", "named_agents", "defaults", "task_files", "tasks"];

    public static readonly IReadOnlyList<string> Policy =
    [
        "concurrency", "message_max_bytes", "artifact_max_bytes", "max_iterations", "on_failing_tests", "retry",
        "max_restarts", "isolation", "strict_version_pinning", "redact_secrets_in_logs", "record_heartbeats",
        "output_max_bytes", "output_max_bytes_per_s", "log_max_bytes", "secret_names", "budget", "max_rework", "report",
    ];

    public static readonly IReadOnlyList<string> Retry = ["max_attempts", "backoff"];

    public static readonly IReadOnlyList<string> Backoff = ["initial_ms", "max_ms", "multiplier", "jitter"];

    public static readonly IReadOnlyList<string> Snapshot = ["include", "exclude", "respect_gitignore", "trust"];

    public static readonly IReadOnlyList<string> Agent =
        ["cmd", "use", "args", "model", "preset", "permissions", "produces", "ignore", "heartbeat_interval_s", "timeouts_s", "env"];

    public static readonly IReadOnlyList<string> Task =
        [
            "id", "goal", "inputs", "expected_outputs", "depends_on", "parameters", "produces", "verify", "status", "regenerate", "agents",
            "unchecked"
        ];

    /// <summary>What the front matter of a task file may hold: the file's name is the id, its text the goal.</summary>
    public static readonly IReadOnlyList<string> TaskFile = [.. Task.Except(["id", "goal"])];

    public static readonly IReadOnlyList<string> Defaults = [.. TaskFile.Except(["depends_on"])];

    public static readonly IReadOnlyList<string> Verify = ["cmd", "timeout_s"];

    public static readonly IReadOnlyList<string> Budget = ["tokens", "usd", "minutes"];

    public static readonly IReadOnlyList<string> ExpectedOutput = ["path", "description", "required"];

    /// <summary>The agents that a task may have, in the order of their turns.</summary>
    public static readonly IReadOnlyList<AgentType> Agents = [AgentType.Builder, AgentType.Reviewer, AgentType.SpecMaintainer];

    public static readonly IReadOnlyList<string> AgentNames = [.. Agents.Select(agent => agent.WireName)];

    public static readonly WireNames<BackoffJitter> Jitter = new((BackoffJitter.Full, "full"), (BackoffJitter.None, "none"));

    public static readonly WireNames<SnapshotTrust> Trust = new((SnapshotTrust.Stat, "stat"), (SnapshotTrust.Content, "content"));

    /// <summary>The names that commands use for their own inputs, so that no parameter may have them.</summary>
    public static readonly IReadOnlyList<string> ReservedParameters =
        ["agent", "cause", "definition", "generation", "goal", "goal_file", "iteration", "work", "work_file"];

    /// <summary>The actions that an agent works, by their wire names.</summary>
    public static IReadOnlyDictionary<string, AgentAction> ActionsOf(AgentType agent) =>
        new[] { AgentAction.Implement, AgentAction.ImplementChanges, AgentAction.Review, AgentAction.UpdateSpec }
            .Where(action => action.Agent == agent)
            .ToDictionary(action => action.WireName, StringComparer.Ordinal);
}
