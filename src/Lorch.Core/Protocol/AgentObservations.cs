using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>Payload of <c>system.agent_started</c>.</summary>
internal sealed record AgentStarted
{
    /// <summary>Gets the kind of agent.</summary>
    [JsonPropertyName("agent_type")]
    public required AgentType AgentType { get; init; }

    /// <summary>Gets the name by which messages address it.</summary>
    [JsonPropertyName("agent_id")]
    public required string AgentId { get; init; }

    /// <summary>Gets the name that lorch.json gives it; <see langword="null"/> for the usual agent of its kind.</summary>
    [JsonPropertyName("name")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>Gets its process id.</summary>
    [JsonPropertyName("pid")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    public required int Pid { get; init; }
}

/// <summary>Payload of <c>system.agent_exited</c>; either an exit code or a signal is there.</summary>
internal sealed record AgentExited
{
    /// <summary>Gets the kind of agent.</summary>
    [JsonPropertyName("agent_type")]
    public required AgentType AgentType { get; init; }

    /// <summary>Gets its process id.</summary>
    [JsonPropertyName("pid")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    public required int Pid { get; init; }

    /// <summary>Gets the code it ended with.</summary>
    [JsonPropertyName("exit_code")]
    [JsonConverter(typeof(AnyInt32Converter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ExitCode { get; init; }

    /// <summary>Gets the signal that ended it.</summary>
    [JsonPropertyName("signal")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Signal { get; init; }

    /// <summary>Gets the last lines of its standard error.</summary>
    [JsonPropertyName("stderr_tail")]
    public required IReadOnlyList<string> StderrTail { get; init; }
}

/// <summary>Payload of <c>system.agent_unhealthy</c>.</summary>
internal sealed record AgentUnhealthy
{
    /// <summary>Gets the kind of agent.</summary>
    [JsonPropertyName("agent_type")]
    public required AgentType AgentType { get; init; }

    /// <summary>Gets its process id.</summary>
    [JsonPropertyName("pid")]
    [JsonConverter(typeof(NotNegativeInt32Converter))]
    public required int Pid { get; init; }

    /// <summary>Gets how long it was silent, in seconds.</summary>
    [JsonPropertyName("silent_s")]
    [JsonConverter(typeof(NotNegativeDoubleConverter))]
    public required double SilentS { get; init; }
}
