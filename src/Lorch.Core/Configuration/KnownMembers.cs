using System.Collections.Frozen;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Snapshots;

namespace Lorch.Core.Configuration;

/// <summary>The members that each object of lorch.json may have. A test keeps <c>lorch.v1.json</c> equal to it.</summary>
internal static class KnownMembers
{
    public static readonly IReadOnlyList<string> Root = ["$schema", "version", "workspace_root", "policy", "snapshot", "agents", "tasks"];

    public static readonly IReadOnlyList<string> Policy =
    [
        "concurrency", "message_max_bytes", "artifact_max_bytes", "max_iterations", "on_failing_tests", "retry",
        "max_restarts", "strict_version_pinning", "redact_secrets_in_logs", "record_heartbeats",
        "output_max_bytes", "output_max_bytes_per_s", "log_max_bytes", "secret_names", "budget",
    ];

    public static readonly IReadOnlyList<string> Retry = ["max_attempts", "backoff"];

    public static readonly IReadOnlyList<string> Backoff = ["initial_ms", "max_ms", "multiplier", "jitter"];

    public static readonly IReadOnlyList<string> Snapshot = ["include", "exclude", "respect_gitignore", "trust"];

    public static readonly IReadOnlyList<string> Agent = ["cmd", "use", "args", "model", "preset", "permissions", "produces", "ignore", "heartbeat_interval_s", "timeouts_s", "env"];

    public static readonly IReadOnlyList<string> Task =
        ["id", "goal", "inputs", "expected_outputs", "depends_on", "parameters", "produces", "verify"];

    public static readonly IReadOnlyList<string> Verify = ["cmd", "timeout_s"];

    public static readonly IReadOnlyList<string> Budget = ["tokens", "usd", "minutes"];

    public static readonly IReadOnlyList<string> ExpectedOutput = ["path", "description", "required"];

    /// <summary>The agents that a run needs, by their names in lorch.json.</summary>
    public static readonly FrozenDictionary<string, AgentType> Agents = new[] { AgentType.Builder, AgentType.Reviewer, AgentType.SpecMaintainer }
        .ToFrozenDictionary(type => type.WireName, StringComparer.Ordinal);

    public static readonly FrozenDictionary<string, FailingTestsRule> OnFailingTests =
        Enum.GetValues<FailingTestsRule>().ToFrozenDictionary(rule => FailingTestsRuleNames.All[rule], StringComparer.Ordinal);

    public static readonly FrozenDictionary<string, BackoffJitter> Jitter = new Dictionary<string, BackoffJitter>
    {
        ["full"] = BackoffJitter.Full,
        ["none"] = BackoffJitter.None,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static readonly FrozenDictionary<string, SnapshotTrust> Trust = new Dictionary<string, SnapshotTrust>
    {
        ["stat"] = SnapshotTrust.Stat,
        ["content"] = SnapshotTrust.Content,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names that commands use for their own inputs, so that no parameter may have them.</summary>
    public static readonly FrozenSet<string> ReservedParameters =
        FrozenSet.Create(StringComparer.Ordinal, "goal", "definition", "agent", "iteration", "generation", "cause", "work", "work_file");

    /// <summary>The actions that an agent works, by their wire names.</summary>
    public static IReadOnlyDictionary<string, AgentAction> ActionsOf(AgentType agent) =>
        new[] { AgentAction.Implement, AgentAction.ImplementChanges, AgentAction.Review, AgentAction.UpdateSpec }
            .Where(action => action.Agent == agent)
            .ToDictionary(action => action.WireName, StringComparer.Ordinal);
}
