using Lorch.Core.Protocol;

namespace Lorch.Agent.Working;

/// <summary>What an agent that runs a tool was told at its start, whichever way it talks to the tool.</summary>
internal sealed record ToolAgentOptions
{
    /// <summary>Gets the agent's type.</summary>
    public required AgentType Type { get; init; }

    /// <summary>Gets the agent's name, if one was given.</summary>
    public string? Id { get; init; }

    /// <summary>Gets how often a heartbeat is sent; null: never.</summary>
    public TimeSpan? HeartbeatInterval { get; init; }

    /// <summary>Gets the prompt that was named, as it was when the agent started; null: the one for the action.</summary>
    public string? Prompt { get; init; }

    /// <summary>Gets the globs of what the tool drops.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];
}
