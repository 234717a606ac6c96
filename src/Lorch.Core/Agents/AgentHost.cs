namespace Lorch.Core.Agents;

/// <summary>Where the agent program of the package lies, and what runs it.</summary>
internal sealed record AgentHost
{
    /// <summary>Gets the absolute path of <c>dotnet</c>.</summary>
    public required string DotnetPath { get; init; }

    /// <summary>Gets the absolute path of <c>lorch-agent.dll</c>.</summary>
    public required string AgentAssemblyPath { get; init; }
}
