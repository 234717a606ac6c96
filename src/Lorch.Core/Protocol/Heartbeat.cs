using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>An agent's sign of life.</summary>
internal sealed record Heartbeat : Message
{
    /// <summary>Gets the agent.</summary>
    [JsonPropertyName("agent")]
    public required AgentAddress Agent { get; init; }

    /// <summary>Gets a number that grows with each heartbeat, from 0.</summary>
    [JsonPropertyName("seq")]
    [JsonConverter(typeof(NotNegativeInt64Converter))]
    public required long Seq { get; init; }

    /// <summary>Gets what the agent is doing.</summary>
    [JsonPropertyName("status")]
    public required AgentStatus Status { get; init; }

    /// <summary>Gets the agent's process id.</summary>
    [JsonPropertyName("pid")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    public required int Pid { get; init; }

    /// <summary>Gets the process id of its parent.</summary>
    [JsonPropertyName("ppid")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ParentPid { get; init; }

    /// <summary>Gets how long the agent has been running, in seconds.</summary>
    [JsonPropertyName("uptime_s")]
    [JsonConverter(typeof(NotNegativeDoubleConverter))]
    public required double UptimeS { get; init; }

    /// <summary>Gets when it last did something, UTC.</summary>
    [JsonPropertyName("last_activity_at")]
    public required DateTimeOffset LastActivityAt { get; init; }

    /// <summary>Gets what it uses.</summary>
    [JsonPropertyName("stats")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AgentStats? Stats { get; init; }

    /// <summary>Gets the task it works on.</summary>
    [JsonPropertyName("task_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskId? TaskId { get; init; }
}

/// <summary>What an agent's process uses.</summary>
internal sealed record AgentStats
{
    /// <summary>Gets the processor time in percent of one core.</summary>
    [JsonPropertyName("cpu_pct")]
    [JsonConverter(typeof(NotNegativeDoubleConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? CpuPct { get; init; }

    /// <summary>Gets the resident memory in bytes.</summary>
    [JsonPropertyName("rss_bytes")]
    [JsonConverter(typeof(NotNegativeInt64Converter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RssBytes { get; init; }
}

/// <summary>What an agent is doing.</summary>
[JsonConverter(typeof(AgentStatusConverter))]
internal enum AgentStatus
{
    /// <summary>It starts.</summary>
    Starting,

    /// <summary>It waits for a command.</summary>
    Ready,

    /// <summary>It works.</summary>
    Busy,

    /// <summary>It ends.</summary>
    Stopping,

    /// <summary>It waits before it tries again.</summary>
    Backoff,
}

internal sealed class AgentStatusConverter() : WireNameConverter<AgentStatus>(Names)
{
    public static readonly WireNames<AgentStatus> Names = new(
        (AgentStatus.Starting, "starting"),
        (AgentStatus.Ready, "ready"),
        (AgentStatus.Busy, "busy"),
        (AgentStatus.Stopping, "stopping"),
        (AgentStatus.Backoff, "backoff"));
}
