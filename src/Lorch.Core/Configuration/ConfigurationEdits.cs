using Lorch.Core.Globs;
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
            .Select(
                action => (
                    Path: RepositoryPrompts.PathOf(workspaceRoot, action), Content: configuration.Prompts.Own.GetValueOrDefault(action)))
            .Prepend((configuration.Path, Content: configuration.Text.ToArray()));
        return [.. read.Where(file => !Holds(file.Path, file.Content)).Select(file => file.Path), .. FindInTaskFiles(configuration)];
    }

    /// <summary>Compares the task files with what was read.</summary>
    /// <returns>The absolute paths of those that hold something else, came or went.</returns>
    public static IReadOnlyList<string> FindInTaskFiles(LorchConfiguration configuration)
    {
        var before = configuration.TaskFiles;
        try
        {
            var after = TaskFiles.Read(Path.GetDirectoryName(configuration.Path)!, GlobPattern.Parse(configuration.TaskFileGlob));
            var contents = after.Contents.ToDictionary(file => file.Path, file => file.Content);
            return
            [
                .. before.Contents.Where(
                    file => !contents.Remove(file.Path, out var content) || !content.AsSpan().SequenceEqual(file.Content))
                    .Select(file => file.Path),
                .. contents.Keys.Order(StringComparer.Ordinal),
            ];
        }
        catch (LorchException exception)
        {
            return [exception.Diagnostic.File!];
        }
    }

    private static bool Holds(string path, byte[]? content)
    {
        try
        {
            return content is null ? !File.Exists(path) : NoFifo.ReadAllBytes(path).AsSpan().SequenceEqual(content);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return false;
        }
    }
}
