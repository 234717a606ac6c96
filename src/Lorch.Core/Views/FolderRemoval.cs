using Lorch.Core.Storage;

namespace Lorch.Core.Views;

/// <summary>Removes what agents may have left in a view, entering no link.</summary>
internal static class FolderRemoval
{
    /// <summary>Removes a file, a link or a folder with all that is in it; nothing need be there.</summary>
    /// <param name="path">An absolute path.</param>
    /// <exception cref="IOException">Something can't be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be removed.</exception>
    public static void Remove(string path)
    {
        if (FileStamp.OfEntry(path) is null && !Path.Exists(path))
        {
            return;
        }

        if (!Directory.Exists(path) || new DirectoryInfo(path).LinkTarget is not null)
        {
#pragma warning disable RS0030 // What lies in a view proves nothing
            File.Delete(path);
#pragma warning restore RS0030
            return;
        }

        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (UnauthorizedAccessException) when (!OperatingSystem.IsWindows())
        {
            // An agent took its own right to write away: package caches are made so.
            GiveRightsBack(path);
            Directory.Delete(path, recursive: true);
        }
    }

    private static void GiveRightsBack(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        foreach (var inner in Directory.EnumerateDirectories(folder).Where(inner => new DirectoryInfo(inner).LinkTarget is null))
        {
            GiveRightsBack(inner);
        }
    }
}
