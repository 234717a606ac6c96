using System.Text;

namespace Lorch.Core.Views;

/// <summary>
/// Makes the git repository of a view: it borrows objects, and nothing that is done in it touches the one that it came from.
/// </summary>
/// <remarks>
/// It is detached at the commit that is checked out in the workspace, with that commit's index. It has no remotes, branches, hooks or
/// settings. What agents did to it goes with it: each run gets a new one.
/// </remarks>
internal static class ViewRepository
{
    private static readonly UTF8Encoding Utf8 = new(false, true);

    /// <summary>Makes it in place of what is there.</summary>
    /// <param name="place">The repository that it borrows from.</param>
    /// <param name="root">The folder of the copy.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <returns>A task that completes when git can be asked there.</returns>
    public static async Task MakeAsync(RepositoryPlace place, string root, CancellationToken cancellationToken)
    {
        var folder = Path.Join(root, ".git");
        FolderRemoval.Remove(folder);
        if (!place.IsRepository)
        {
            return;
        }

        // Also where git refuses the workspace: that a folder is a repository decides whether .gitignore files count.
        Directory.CreateDirectory(folder);
        if (place.Git is not { } git || place.Objects is not { } objects)
        {
            return;
        }

        Directory.CreateDirectory(Path.Join(folder, "refs", "heads"));
        Directory.CreateDirectory(Path.Join(folder, "objects", "info"));
        var isPlain = place.ObjectFormat == "sha1";
        Write(
            "config",
            $"[core]\n\trepositoryformatversion = {(isPlain ? 0 : 1)}\n\tbare = false\n"
                + (OperatingSystem.IsWindows() ? "\tfilemode = false\n\tsymlinks = false\n" : "\tfilemode = true\n")
                + (isPlain ? "" : $"[extensions]\n\tobjectformat = {place.ObjectFormat}\n"));
        Write(Path.Join("objects", "info", "alternates"), $"{objects}\n");
        Write("HEAD", place.Head is { } head ? $"{head}\n" : "ref: refs/heads/main\n");
        if (place.Shallow is { } shallow && File.Exists(shallow))
        {
            Write("shallow", await File.ReadAllTextAsync(shallow, cancellationToken));
        }

        if (place.Head is not null)
        {
            await git.AskAsync(root, ["read-tree", "HEAD"], cancellationToken);
        }

        void Write(string name, string text)
        {
#pragma warning disable RS0030 // What lies in a view proves nothing
            File.WriteAllBytes(Path.Join(folder, name), Utf8.GetBytes(text));
#pragma warning restore RS0030
        }
    }
}
