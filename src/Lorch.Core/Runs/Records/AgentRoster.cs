using Lorch.Core.Agents;
using Lorch.Core.Configuration;
using Lorch.Core.Protocol;

namespace Lorch.Core.Runs.Records;

/// <summary>The agents that lorch.json names: which of them work a task, and what starts them.</summary>
/// <param name="configuration">What lorch.json says.</param>
/// <param name="surroundings">What starts them.</param>
internal sealed class AgentRoster(LorchConfiguration configuration, RunSurroundings surroundings)
{
    private Dictionary<TaskId, AgentTeam> Teams => field ??= MakeTeams();

    private AgentTeam UsualTeam => field ??= new AgentTeam(configuration.Agents);

    /// <summary>Gives the agents that work a task; of one that nobody knows any more, those of tasks that name none.</summary>
    public AgentTeam TeamOf(TaskId task) => Teams.GetValueOrDefault(task, UsualTeam);

    /// <summary>Gives the agents that tasks have, and those that lorch.json describes for any, each once.</summary>
    public IReadOnlyList<AgentSettings> InUse() =>
    [
        .. Teams.Values.Distinct().SelectMany(team => team.Members.Values).Concat(configuration.Agents.Values)
            .DistinctBy(agent => (agent.Type, agent.Name))
            .OrderBy(agent => agent.Type)
            .ThenBy(agent => agent.Name, StringComparer.Ordinal),
    ];

    /// <summary>Gives what starts the agents of a run, at the place where they work.</summary>
    public IAgentLauncher LauncherOf(RunId run, AgentPlace place) => surroundings.Launchers(run, place);

    /// <summary>
    /// Refuses to begin or go on with work whose agents can't all be started: a run that ends at its second step has cost its first.
    /// </summary>
    /// <exception cref="LorchException">An agent's program can't be started.</exception>
    public void Check(TaskId task)
    {
        foreach (var agent in TeamOf(task).Members.Values.OrderBy(agent => agent.Type))
        {
            if (surroundings.CheckAgent(agent) is { } problem)
            {
                throw new LorchException(agent.Locate(problem));
            }
        }
    }

    /// <summary>
    /// Tasks that name none have one team, and so have those that name the same: what is computed of it is computed once.
    /// </summary>
    private Dictionary<TaskId, AgentTeam> MakeTeams()
    {
        var (teams, byNames) = (new Dictionary<TaskId, AgentTeam>(), new Dictionary<string, AgentTeam>());
        foreach (var task in configuration.Tasks.Where(task => task.Agents.Count > 0))
        {
            var names = string.Join(' ', task.Agents.OrderBy(agent => agent.Key).Select(agent => $"{agent.Key.WireName}={agent.Value}"));
            teams[task.Id] = byNames.TryGetValue(names, out var team) ? team : byNames[names] = new AgentTeam(configuration.AgentsOf(task));
        }

        return teams;
    }
}
