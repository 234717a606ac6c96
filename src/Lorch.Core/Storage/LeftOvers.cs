using System.Diagnostics;

namespace Lorch.Core.Storage;

/// <summary>Temporary files of processes that died before they gave them their real names.</summary>
internal static class LeftOvers
{
    /// <summary>How old a file of another container or machine must be, whose processes can't be asked for.</summary>
    private static readonly TimeSpan LongestWriting = TimeSpan.FromDays(1);

    /// <summary>Removes them from Lorch's own folders and from the workspace root itself.</summary>
    /// <param name="layout">The workspace, whose lock the caller holds.</param>
    /// <param name="clock">The clock.</param>
    public static void Remove(WorkspaceLayout layout, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(clock);
        var old = clock.GetUtcNow() - LongestWriting;
        RemoveFrom(layout.WorkspaceRoot, old, recurse: false);
        foreach (var folder in WorkspaceLayout.OwnFolders)
        {
            RemoveFrom(Path.Join(layout.StateRoot, folder), old, recurse: true);
        }
    }

    /// <summary>Removes them from one folder, in which a process may have died.</summary>
    /// <param name="folder">An absolute path.</param>
    /// <param name="clock">The clock.</param>
    public static void RemoveIn(string folder, TimeProvider clock) =>
        RemoveFrom(folder, clock.GetUtcNow() - LongestWriting, recurse: false);

    private static void RemoveFrom(string folder, DateTimeOffset old, bool recurse)
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
            if (TemporaryFile.GetWriter(Path.GetFileName(file)) is { } writer
                && (writer.IsFromHere ? !IsAlive(writer.Pid) : FileStamp.WrittenAtOf(file) < old))
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
