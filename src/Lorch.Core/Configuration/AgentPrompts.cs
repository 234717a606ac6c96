using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Core.Configuration;

/// <summary>Adds to the agents that use a tool which prompts they work with: another prompt makes another agent.</summary>
internal static class AgentPrompts
{
    /// <summary>Looks at the prompts of a workspace.</summary>
    /// <param name="configuration">What lorch.json says.</param>
    /// <param name="workspaceRoot">The workspace root, absolute.</param>
    /// <returns>The configuration, its agents' identities complete.</returns>
    /// <exception cref="LorchException">A prompt uses a name that doesn't exist, or can't be read.</exception>
    public static LorchConfiguration Apply(LorchConfiguration configuration, string workspaceRoot)
    {
        if (configuration.Agents.Values.All(agent => agent.Tool is null))
        {
            return configuration;
        }

        var prompts = new RepositoryPrompts(workspaceRoot);
        return configuration with { Agents = configuration.Agents.ToDictionary(agent => agent.Key, agent => Apply(agent.Value, prompts)) };
    }

    private static AgentSettings Apply(AgentSettings agent, RepositoryPrompts prompts)
    {
        if (agent.Tool is null)
        {
            return agent;
        }

        var identities = prompts.Identify(agent.Type);
        foreach (var action in identities.Keys.Where(action => File.Exists(prompts.PathOf(action))))
        {
            Check(prompts, action);
        }

        return agent with { Identity = PromptIdentities.Add(agent.Identity, identities) };
    }

    private static void Check(RepositoryPrompts prompts, AgentAction action)
    {
        if (new PromptTemplate(prompts.Read(action)).Unknown is [var (name, line), ..])
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.UnknownPlaceholder,
                Message = $"Found the placeholder '{{{{{name}}}}}', expected one of {string.Join(", ", PromptTemplate.Placeholders)}."
                    + (DidYouMean.Nearest(name, PromptTemplate.Placeholders) is { } nearest ? $" Did you mean '{nearest}'?" : " Remove it."),
                File = prompts.PathOf(action),
                Line = line,
            });
        }
    }
}
