using System.Reflection;
using Lorch.Core.Protocol;

namespace Lorch.Core.Tools;

/// <summary>
/// The prompts that the package ships, one for each action. A prompt's number grows when its text changes: that makes tasks stale, an
/// update of the package alone doesn't.
/// </summary>
internal static class ShippedPrompts
{
    /// <summary>The folder of the workspace in which a repository may lay prompts of its own.</summary>
    public const string Folder = "prompts";

    private const string Prefix = "builtin-";

    private static readonly (AgentAction Action, int Version)[] Versions =
    [
        (AgentAction.Implement, 1),
        (AgentAction.ImplementChanges, 1),
        (AgentAction.Review, 1),
        (AgentAction.UpdateSpec, 1),
    ];

    /// <summary>The actions that have one.</summary>
    public static IEnumerable<AgentAction> Actions => Versions.Select(prompt => prompt.Action);

    /// <summary>The actions that an agent is asked for with one.</summary>
    public static IEnumerable<AgentAction> ActionsOf(AgentType type) => Actions.Where(action => action.Agent == type);

    /// <summary>What stands for a shipped prompt in an agent's identity.</summary>
    public static string NameOf(AgentAction action) => $"{Prefix}{Versions.First(prompt => prompt.Action == action).Version}";

    /// <summary>Whether that is what stands there.</summary>
    public static bool IsShipped(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    public static string Read(AgentAction action)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream($"prompts/{action.WireName}.md")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
