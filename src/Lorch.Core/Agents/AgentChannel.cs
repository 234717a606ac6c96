using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;

namespace Lorch.Core.Agents;

/// <summary>What may come over the channel between Lorch and an agent, and how it is closed.</summary>
internal sealed record AgentChannel
{
    /// <summary>Gets how many bytes a line of an agent may have, without its line feed.</summary>
    public int MaxLineBytes { get; init; } = Message.MaxBytes;

    /// <summary>Gets a value indicating whether heartbeats are handed on, to be recorded.</summary>
    public bool ReportsHeartbeats { get; init; }

    /// <summary>Gets how much the agent may say.</summary>
    public OutputLimits Limits { get; init; } = new();

    /// <summary>Gets how long the agent is given to end.</summary>
    public Func<StopUrgency, StopLadder> Patience { get; init; } = StopLadder.Of;
}
