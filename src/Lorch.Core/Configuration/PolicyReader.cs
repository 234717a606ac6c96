using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Workflows;

namespace Lorch.Core.Configuration;

/// <summary>Reads the member <c>policy</c>.</summary>
internal static class PolicyReader
{
    private const int MaxWaitMilliseconds = 3_600_000;
    private const int MinOutputBytes = 4096;
    private const int MaxConcurrency = 1000;

    public static LorchConfiguration Read(LorchConfiguration configuration, ValueReader values, ObjectReader policy)
    {
        var retry = policy.Object("retry", KnownMembers.Retry);
        var isolation = policy.Choice("isolation", configuration.Isolation, Isolations.All);
        return configuration with
        {
            Limits = new WorkflowLimits
            {
                MaxAttempts = retry.Whole("max_attempts", configuration.Limits.MaxAttempts, 1, 100),
                MaxIterations = policy.Whole("max_iterations", configuration.Limits.MaxIterations, 0, 1000),
                OnFailingTests = policy.Choice("on_failing_tests", configuration.Limits.OnFailingTests, FailingTestsRuleNames.All),
            },
            Backoff = ReadBackoff(values, retry.Object("backoff", KnownMembers.Backoff)),
            MaxRestarts = policy.Whole("max_restarts", configuration.MaxRestarts, 0, 1000),
            MaxRework = policy.Whole("max_rework", configuration.MaxRework, 0, 1_000_000),
            Isolation = isolation,
            Concurrency = ReadConcurrency(values, policy, configuration.Concurrency, isolation),
            StrictVersionPinning = policy.Flag("strict_version_pinning", configuration.StrictVersionPinning),
            RedactSecrets = policy.Flag("redact_secrets_in_logs", configuration.RedactSecrets),
            SecretNames = policy.Find("secret_names") is { } names ? ReadNames(values, names) : configuration.SecretNames,
            Report = policy.Flag("report", configuration.Report),
            RecordHeartbeats = policy.Flag("record_heartbeats", configuration.RecordHeartbeats),
            MessageMaxBytes = policy.Whole("message_max_bytes", configuration.MessageMaxBytes, Message.LeastMaxBytes, Message.MaxBytes),
            ArtifactMaxBytes = policy.Bytes("artifact_max_bytes", configuration.ArtifactMaxBytes, 1),
            Budget = ReadBudget(policy.Object("budget", KnownMembers.Budget)),
            Output = new OutputLimits
            {
                MaxBytes = policy.Bytes("output_max_bytes", configuration.Output.MaxBytes, MinOutputBytes),
                MaxBytesPerSecond = policy.Bytes("output_max_bytes_per_s", configuration.Output.MaxBytesPerSecond, MinOutputBytes),
                LogMaxBytes = policy.Bytes("log_max_bytes", configuration.Output.LogMaxBytes, MinOutputBytes),
            },
        };
    }

    private static Budget ReadBudget(ObjectReader members) => new()
    {
        Tokens = members.Find("tokens") is null ? null : members.Bytes("tokens", 0, 1),
        Usd = members.Find("usd") is null ? null : (decimal)members.Number("usd", 0, 0.0001, 1_000_000),
        Time = members.Find("minutes") is null ? null : TimeSpan.FromMinutes(members.Number("minutes", 0, 0.01, 525_600)),
    };

    private static List<string> ReadNames(ValueReader values, LocatedValue names) =>
        [.. values.Items(names, "a list of names like \"LICENCE\" or \"INTERNAL_*\"")
            .Select(name => values.FilledText(name, "the name of an environment variable"))];

    private static Backoff ReadBackoff(ValueReader values, ObjectReader members)
    {
        var otherwise = new Backoff();
        var initial = members.Whole("initial_ms", (int)otherwise.Initial.TotalMilliseconds, 0, MaxWaitMilliseconds);
        var max = members.Whole("max_ms", Math.Max(initial, (int)otherwise.Max.TotalMilliseconds), 0, MaxWaitMilliseconds);
        if (max < initial)
        {
            throw values.Refuse(
                DiagnosticCode.ConfigurationInvalidValue,
                members.Find("max_ms")!,
                $"at least the first wait, initial_ms = {initial}",
                "Raise max_ms or lower initial_ms.");
        }

        return new Backoff
        {
            Initial = TimeSpan.FromMilliseconds(initial),
            Max = TimeSpan.FromMilliseconds(max),
            Multiplier = members.Number("multiplier", otherwise.Multiplier, 1, 100),
            Jitter = members.Choice("jitter", otherwise.Jitter, KnownMembers.Jitter),
        };
    }

    private static int ReadConcurrency(ValueReader values, ObjectReader policy, int otherwise, Isolation isolation)
    {
        var concurrency = policy.Whole("concurrency", otherwise, 1, MaxConcurrency);
        if (concurrency > 1 && isolation is not Isolation.View)
        {
            throw values.Refuse(
                DiagnosticCode.ConfigurationInvalidValue,
                policy.Find("concurrency")!,
                "1, because one run at a time works in the workspace itself",
                "Write 1, or let each run work in a view of its own: \"isolation\": \"view\".");
        }

        return concurrency;
    }
}
