using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Core.Configuration;

/// <summary>Adds to the agents that use a tool which prompts they work with: another prompt makes another agent.</summary>
internal static class AgentPrompts
{
    /// <summary>Reads the prompts of a workspace.</summary>
    /// <param name="configuration">What lorch.json says.</param>
    /// <param name="workspaceRoot">The workspace root, absolute.</param>
    /// <returns>The configuration with the prompts, its agents' identities complete.</returns>
    /// <exception cref="LorchException">A prompt uses a name that doesn't exist, or can't be read.</exception>
    public static LorchConfiguration Apply(LorchConfiguration configuration, string workspaceRoot)
    {
        var actions = ActionsOf(configuration).ToList();
        if (actions.Count == 0)
        {
            return configuration;
        }

        var prompts = RepositoryPrompts.Load(workspaceRoot, actions);
        foreach (var action in prompts.Own.Keys.Where(action => UsesTool(configuration, action.Agent)).Order())
        {
            Check(prompts.Read(action), RepositoryPrompts.PathOf(workspaceRoot, action));
        }

        return configuration with
        {
            Prompts = prompts,
            Agents = Apply(configuration.Agents, prompts),
            NamedAgents = configuration.NamedAgents.ToDictionary(
                agent => agent.Key,
                IReadOnlyDictionary<AgentType, AgentSettings> (agent) => Apply(agent.Value, prompts)),
        };
    }

    /// <summary>
    /// The actions for which the agents of a configuration work with a prompt: those of the package do, also where <c>cmd</c> starts them.
    /// </summary>
    public static IEnumerable<AgentAction> ActionsOf(LorchConfiguration configuration) => configuration.DescribedAgents
        .Where(agent => agent.Tool is not null || agent.Command is [AgentCommandLine.PackagedAgent, ..])
        .SelectMany(agent => ShippedPrompts.ActionsOf(agent.Type))
        .Distinct();

    private static bool UsesTool(LorchConfiguration configuration, AgentType type) =>
        configuration.DescribedAgents.Any(agent => agent.Type == type && agent.Tool is not null);

    private static Dictionary<AgentType, AgentSettings> Apply(
        IReadOnlyDictionary<AgentType, AgentSettings> agents,
        RepositoryPrompts prompts) =>
        agents.ToDictionary(agent => agent.Key, agent => Apply(agent.Value, prompts));

    private static AgentSettings Apply(AgentSettings agent, RepositoryPrompts prompts) =>
        agent.Tool is null ? agent : agent with { Identity = PromptIdentities.Add(agent.Identity, prompts.Identify(agent.Type)) };

    private static void Check(string prompt, string path)
    {
        if (new PromptTemplate(prompt).Unknown is [var (name, line), ..])
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.UnknownPlaceholder,
                Message = $"Found the placeholder '{{{{{name}}}}}', expected one of {string.Join(", ", PromptTemplate.Placeholders)}."
                    + (DidYouMean.Nearest(name, PromptTemplate.Placeholders) is { } nearest
                        ? $" Did you mean '{nearest}'?"
                        : " Remove it."),
                File = path,
                Line = line,
            });
        }
    }
}
