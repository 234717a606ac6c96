using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Agent.Acp;

/// <summary>How a tool that speaks the Agent Client Protocol is started and spoken to.</summary>
internal sealed record AcpSettings
{
    /// <summary>Gets the agent's type.</summary>
    public required AgentType Type { get; init; }

    /// <summary>Gets how the tool is named, installed and understood when it complains.</summary>
    public required ToolPreset Preset { get; init; }

    /// <summary>Gets the program and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Gets the tool's whole environment, which the commands that it asks for get, too.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Gets what it may do.</summary>
    public required ToolPermissions Permissions { get; init; }

    /// <summary>Gets this process' id.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Gets the way to sign in, if the tool asks; null: one that takes a key from the environment.</summary>
    public string? SignInMethod { get; init; }

    /// <summary>Gets a value indicating whether the tool may ask for files instead of reading them itself.</summary>
    public required bool OffersReading { get; init; }

    /// <summary>Gets how long it may take until it says hello.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
}
