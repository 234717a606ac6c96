using System.Diagnostics;

namespace Lorch.Core.Storage;

/// <summary>Temporary files of processes that died before they gave them their real names.</summary>
public static class LeftOvers
{
    /// <summary>Removes them from Lorch's own folders and from the workspace root itself.</summary>
    /// <param name="layout">The workspace, whose lock the caller holds.</param>
    public static void Remove(WorkspaceLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        RemoveFrom(layout.WorkspaceRoot, recurse: false);
        foreach (var folder in WorkspaceLayout.OwnFolders)
        {
            RemoveFrom(Path.Join(layout.StateRoot, folder), recurse: true);
        }
    }

    private static void RemoveFrom(string folder, bool recurse)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var options = new EnumerationOptions
        {
            RecurseSubdirectories = recurse,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        foreach (var file in Directory.EnumerateFiles(folder, ".*", options))
        {
            if (TemporaryFile.GetWriter(Path.GetFileName(file)) is { } pid && !IsAlive(pid))
            {
                Delete(file);
            }
        }
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void Delete(string file)
    {
        try
        {
#pragma warning disable RS0030 // Nobody relies on a file that never got its real name
            File.Delete(file);
#pragma warning restore RS0030
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // It is in nobody's way; a later start tries again.
        }
    }
}
