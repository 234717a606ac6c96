using Lorch.Core.Agents;
using Lorch.Core.Protocol;

namespace Lorch.Core.Configuration;

/// <summary>Reads the member <c>named_agents</c>: agents that tasks choose by name, for whatever they are to do.</summary>
internal static class NamedAgentsReader
{
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<AgentType, AgentSettings>> Read(
        ValueReader values,
        ObjectReader root,
        Func<string, bool> looksSecret)
    {
        var agents = new Dictionary<string, IReadOnlyDictionary<AgentType, AgentSettings>>(StringComparer.Ordinal);
        foreach (var member in root.Find("named_agents") is { } named ? values.AnyObject(named).Members : [])
        {
            // Shown in lines of a build and given to the agent as a variable: it follows the rules of names that a system can't take amiss.
            if (!TaskId.TryParse(member.Name, out _))
            {
                throw values.Source.Refuse(
                    DiagnosticCode.ConfigurationInvalidValue,
                    member.Start,
                    $"{member.Value.Path}: found an agent named '{member.Name}', expected a name of 1 to 64 letters, digits, '.', '_' or "
                        + $"'-', "
                        + "starting with a letter or digit. Choose another name.");
            }

            agents.Add(
                member.Name,
                KnownMembers.Agents.ToDictionary(
                    type => type,
                    type => AgentReader.Read(values, type, member.Value, looksSecret, member.Name)));
        }

        return agents;
    }
}
