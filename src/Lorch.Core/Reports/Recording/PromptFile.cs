using System.Text;
using Lorch.Core.Storage;

namespace Lorch.Core.Reports.Recording;

/// <summary>
/// How an agent of the package tells the build which prompt it worked a command by: a file that is gone once it was read.
/// </summary>
internal static class PromptFile
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Leaves a prompt. Whether that succeeds matters to nobody's work.</summary>
    /// <param name="layout">The workspace.</param>
    /// <param name="command">The command.</param>
    /// <param name="prompt">The prompt, its secrets taken out as far as the agent knows them.</param>
    public static void Leave(WorkspaceLayout layout, MessageId command, string prompt)
    {
        try
        {
            var path = layout.Prompt(command.ToString());
            DurableFolders.Make(Path.GetDirectoryName(path)!);
            using var file = TemporaryFile.WriteUnsynced(path, new UTF8Encoding(false).GetBytes(prompt));
            file.ReplaceTarget(path);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // The report shows the step without its prompt.
        }
    }

    /// <summary>Reads a prompt and removes its file.</summary>
    /// <param name="layout">The workspace.</param>
    /// <param name="command">The command.</param>
    /// <returns>The prompt; <see langword="null"/> if none was left.</returns>
    public static string? Take(WorkspaceLayout layout, MessageId command)
    {
        var path = layout.Prompt(command.ToString());
        if (FileStamp.Of(path) is not { IsRegular: true, Size: <= MaxBytes } || Projection.TryRead(path) is not { } bytes)
        {
            return null;
        }

        try
        {
#pragma warning disable RS0030 // Nobody relies on it
            File.Delete(path);
#pragma warning restore RS0030
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // It lies in a folder that may be emptied at any time.
        }

        return new UTF8Encoding(false).GetString(bytes);
    }
}
