using Lorch.Core.Agents;
using Lorch.Core.Configuration;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;

namespace Lorch.Core.Runs.Housekeeping;

/// <summary>Looks at the agents of lorch.json and at their tools, without asking any of them for work.</summary>
internal sealed class ConfiguredAgents(WorkspaceSettings settings, RunStores stores, LorchConfiguration configuration, AgentRoster agents)
{
    /// <summary>Starts every agent, waits for its first sign of life, and ends it.</summary>
    public async Task<IReadOnlyList<AgentFound>> CheckAsync(CancellationToken cancellationToken)
    {
        var probe = new AgentProbe(settings.AgentHost, stores.Layout, settings.Environment, configuration.Path, stores.Clock);
        var found = new List<AgentFound>();
        foreach (var agent in agents.InUse())
        {
            // One after the other: some tools can't be started twice at once where they never ran before.
            var look = await probe.LookAsync(agent, cancellationToken);
            found.Add(look.Problem is { } problem ? look with { Problem = agent.Locate(problem) } : look);
        }

        return found;
    }

    /// <summary>Adds to a report whether the tools that agents use are there, which versions, and what tasks these worked.</summary>
    public async Task<StatusReport> AddToolsAsync(StatusReport report, CancellationToken cancellationToken)
    {
        if (await LookAtToolsAsync(cancellationToken) is not { } tools)
        {
            return report;
        }

        var changes = new ProgramChanges(stores.Receipts, agents, tools);
        return report with { Tools = tools, Tasks = [.. report.Tasks.Select(changes.AddTo)] };
    }

    private async Task<IReadOnlyList<ToolStatusLine>?> LookAtToolsAsync(CancellationToken cancellationToken)
    {
        var probe = new ToolProbe(stores.Layout, settings.Environment, stores.Clock);
        var found = await Task.WhenAll(agents.InUse().Select(agent => probe.LookAsync(agent, cancellationToken)));
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
