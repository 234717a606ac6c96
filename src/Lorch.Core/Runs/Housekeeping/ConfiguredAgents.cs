using Lorch.Core.Agents;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;

namespace Lorch.Core.Runs.Housekeeping;

/// <summary>Looks at the agents of lorch.json and at their tools, without asking any of them for work.</summary>
internal sealed class ConfiguredAgents(WorkspaceSettings settings, RunServices services)
{
    /// <summary>Starts every agent, waits for its first sign of life, and ends it.</summary>
    public async Task<IReadOnlyList<AgentFound>> CheckAsync(CancellationToken cancellationToken)
    {
        var probe = new AgentProbe(settings.AgentHost, services.Layout, settings.Environment, services.Configuration.Path, services.Clock);
        var found = new List<AgentFound>();
        foreach (var agent in services.AgentsInUse())
        {
            // One after the other: some tools can't be started twice at once where they never ran before.
            var look = await probe.LookAsync(agent, cancellationToken);
            found.Add(look.Problem is { } problem ? look with { Problem = agent.Locate(problem) } : look);
        }

        return found;
    }

    /// <summary>Looks whether the tools that agents use are there, and which versions.</summary>
    public async Task<IReadOnlyList<ToolStatusLine>?> LookAtToolsAsync(CancellationToken cancellationToken)
    {
        var probe = new ToolProbe(services.Layout, settings.Environment, services.Clock);
        var found = await Task.WhenAll(services.AgentsInUse().Select(agent => probe.LookAsync(agent, cancellationToken)));
        List<ToolStatusLine> tools =
        [
            .. found.OfType<ToolFound>().Select(tool => new ToolStatusLine
            {
                AgentType = tool.AgentType,
                Name = tool.Name,
                Use = tool.Use,
                Title = tool.Title,
                Version = tool.Version,
                Problem = tool.Problem is { } problem ? $"{problem.Message} [{problem.Code}]" : null,
            }),
        ];
        return tools.Count == 0 ? null : tools;
    }
}
