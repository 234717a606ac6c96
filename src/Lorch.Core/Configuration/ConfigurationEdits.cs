using Lorch.Core.Storage;
using Lorch.Core.Tools;

namespace Lorch.Core.Configuration;

/// <summary>Finds what somebody edited of the files that say how tasks are worked, since they were read.</summary>
internal static class ConfigurationEdits
{
    /// <summary>Compares the files with what was read.</summary>
    /// <param name="configuration">What was read.</param>
    /// <param name="workspaceRoot">The workspace root, absolute.</param>
    /// <returns>The absolute paths of those that hold something else, came or went: lorch.json first.</returns>
    public static IReadOnlyList<string> Find(LorchConfiguration configuration, string workspaceRoot)
    {
        var read = AgentPrompts.ActionsOf(configuration)
            .Order()
            .Select(action => (Path: RepositoryPrompts.PathOf(workspaceRoot, action), Content: configuration.Prompts.Own.GetValueOrDefault(action)))
            .Prepend((configuration.Path, Content: configuration.Text.ToArray()));
        return [.. read.Where(file => !Holds(file.Path, file.Content)).Select(file => file.Path)];
    }

    private static bool Holds(string path, byte[]? content)
    {
        try
        {
            return content is null ? !File.Exists(path) : FifoTrap.ReadAllBytes(path).AsSpan().SequenceEqual(content);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return false;
        }
    }
}
