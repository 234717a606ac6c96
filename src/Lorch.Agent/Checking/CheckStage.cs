using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Json;

namespace Lorch.Agent.Checking;

/// <summary>What is checked, and where: the agent as lorch.json would name it, in a workspace of its own.</summary>
internal sealed record CheckStage
{
    /// <summary>Gets the options.</summary>
    public required CheckOptions Options { get; init; }

    /// <summary>Gets the agent.</summary>
    public required AgentSettings Settings { get; init; }

    /// <summary>Gets the workspace.</summary>
    public required CheckWorkspace Workspace { get; init; }

    /// <summary>Gets where the package's agent lies.</summary>
    public required AgentHost Host { get; init; }

    /// <summary>Gets the environment that the agent gets cleaned.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Gets what starts the agent.</summary>
    /// <exception cref="LorchException">There is no such program.</exception>
    public AgentCommandLine CommandLine => AgentCommandLine.Resolve(
        Settings,
        Host,
        Workspace.Layout,
        AgentEnvironment.Create(Environment, Settings, Workspace.Layout, CheckDefinition.RunId));

    /// <summary>
    /// Makes the settings of an agent whose command was written in a folder: in the workspace of the check, its files are somewhere else.
    /// </summary>
    /// <param name="options">What is checked.</param>
    /// <param name="folder">The folder, an absolute path.</param>
    public static AgentSettings ToSettings(CheckOptions options, string folder)
    {
        IReadOnlyList<string> command = [.. options.Agent.Select(
            word => File.Exists(Path.Combine(folder, word)) ? Path.GetFullPath(word, folder) : word)];
        return new AgentSettings
        {
            Type = options.Type,
            Command = command,
            Identity = JsonText.Write(writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("cmd");
                foreach (var word in command)
                {
                    writer.WriteStringValue(word);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }),
            HeartbeatInterval = options.HeartbeatInterval,
        };
    }
}
