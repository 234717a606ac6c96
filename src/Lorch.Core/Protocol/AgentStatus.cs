using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

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
