using Lorch.Core.Protocol;
using Lorch.Core.Workflows;

namespace Lorch.Core.Configuration;

/// <summary>
/// What must hold between tasks and agents: each task has a builder, the agents that it names exist, and something judges what is built.
/// </summary>
internal sealed class TaskAgentRules(LorchConfiguration configuration, TaskPlaces places)
{
    /// <exception cref="LorchException">A rule is broken (LORCH1017, LORCH1029 or LORCH1030).</exception>
    public void Check()
    {
        for (var index = 0; index < configuration.Tasks.Count; index++)
        {
            var task = configuration.Tasks[index];
            CheckNames(task, index);
            CheckBuilder(task, index);
            CheckJudge(task, index);
        }
    }

    private void CheckNames(TaskDefinition task, int index)
    {
        foreach (var (type, name) in task.Agents.Where(agent => !configuration.NamedAgents.ContainsKey(agent.Value)))
        {
            throw places.Refuse(
                DiagnosticCode.UnknownAgent,
                task,
                index,
                "agents",
                item: null,
                $"found the {type.WireName} '{name}', expected the name of one of the named_agents of lorch.json."
                    + (DidYouMean.Nearest(name, configuration.NamedAgents.Keys) is { } nearest
                        ? $" Did you mean '{nearest}'?"
                        : $" Add it there, like \"named_agents\": {{\"{name}\": {{\"use\": \"claude-code\"}}}}."));
        }
    }

    private void CheckBuilder(TaskDefinition task, int index)
    {
        if (!Has(task, AgentType.Builder))
        {
            throw places.Refuse(
                DiagnosticCode.MissingAgent,
                task,
                index,
                "",
                item: null,
                "found a task and no agent that builds it, expected a builder. Add one to the agents of lorch.json: \"builder\": {\"use\": "
                    + "\"claude-code\"}.");
        }
    }

    private void CheckJudge(TaskDefinition task, int index)
    {
        if (!Has(task, AgentType.Reviewer) && !IsVerified(task) && task is { IsUnchecked: false, IsProposed: false })
        {
            throw places.Refuse(
                DiagnosticCode.NothingJudges,
                task,
                index,
                "",
                item: null,
                "found a task without 'verify' and no reviewer, expected something that judges what is built. "
                    + "Add \"verify\": [{\"cmd\": [\"dotnet\", \"test\"]}], or a reviewer to the agents of lorch.json; "
                    + "\"unchecked\": true lets the task do without.");
        }
    }

    private static bool IsVerified(TaskDefinition task) => task.Verify is { } commands && commands.GetArrayLength() > 0;

    private bool Has(TaskDefinition task, AgentType type) => configuration.Agents.ContainsKey(type) || task.Agents.ContainsKey(type);
}
