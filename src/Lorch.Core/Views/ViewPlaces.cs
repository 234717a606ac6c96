using Lorch.Core.Hashing;
using Lorch.Core.Storage;

namespace Lorch.Core.Views;

/// <summary>Says where the views of a workspace lie: in the user's own cache, unless a build says otherwise.</summary>
internal static class ViewPlaces
{
    private const string WorkspaceFile = "workspace";

    /// <summary>Gives the folder of a workspace's slots, and removes those of workspaces that are gone.</summary>
    /// <param name="viewRoot">The folder of all workspaces' slots; <see langword="null"/> for the one in the user's cache.</param>
    /// <param name="place">The workspace.</param>
    /// <param name="environment">The environment of the build.</param>
    /// <returns>An absolute path; the folder is there.</returns>
    /// <exception cref="LorchException">LORCH3024: it lies in the workspace. Or it can't be made.</exception>
    public static string Open(string? viewRoot, RepositoryPlace place, IReadOnlyDictionary<string, string> environment)
    {
        var root = Path.TrimEndingDirectorySeparator(viewRoot ?? Path.Join(CacheFolder(environment), "lorch"));
        if (IsIn(root, place.Top) || IsIn(root, place.Layout.StateRoot))
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.ViewRootInWorkspace,
                Message = $"Views can't lie in '{root}': it is inside '{place.Top}', so builds, package managers and git would take the "
                    + "copies for a part of it. Set LorchViewRoot to a folder outside of it.",
                File = root,
            });
        }

        var folder = Path.Join(root, Sha256Digest.Of(System.Text.Encoding.Unicode.GetBytes(place.Layout.WorkspaceRoot)).Hex[..8]);
        try
        {
            DurableFolders.Make(folder);
            RemoveForsaken(root);
            using var file = TemporaryFile.WriteUnsynced(
                Path.Join(folder, WorkspaceFile),
                new System.Text.UTF8Encoding(false).GetBytes(place.Layout.WorkspaceRoot));
            file.ReplaceTarget(Path.Join(folder, WorkspaceFile));
            return folder;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(folder, "made", exception);
        }
    }

    /// <summary>The folder for what a user's programs can make again.</summary>
    private static string CacheFolder(IReadOnlyDictionary<string, string> environment)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : environment.GetValueOrDefault("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathFullyQualified(cache) ? cache
            : OperatingSystem.IsMacOS() ? Path.Join(home, "Library", "Caches")
            : Path.Join(home, ".cache");
    }

    private static bool IsIn(string path, string folder)
    {
        var relative = Path.GetRelativePath(folder, path);
        return relative is not ".." && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !Path.IsPathRooted(relative);
    }

    private static void RemoveForsaken(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            try
            {
                if (File.Exists(Path.Join(folder, WorkspaceFile))
                    && File.ReadAllText(Path.Join(folder, WorkspaceFile)) is { Length: > 0 } workspace
                    && !Directory.Exists(workspace))
                {
                    FolderRemoval.Remove(folder);
                }
            }
            catch (Exception exception) when (StorageFailure.IsOne(exception))
            {
                // It is in nobody's way; a later run tries again.
            }
        }
    }
}
