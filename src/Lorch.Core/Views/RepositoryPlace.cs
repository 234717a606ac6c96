using System.Text;
using Lorch.Core.Storage;

namespace Lorch.Core.Views;

/// <summary>A workspace and the repository that it lies in. Where there is none, the workspace stands for it.</summary>
internal sealed record RepositoryPlace
{
    private static readonly UTF8Encoding Utf8 = new(false, false);

    /// <summary>Gets the workspace.</summary>
    public required WorkspaceLayout Layout { get; init; }

    /// <summary>Gets the folder that a view is a copy of, absolute.</summary>
    public required string Top { get; init; }

    /// <summary>Gets the workspace's path below it, with a <c>/</c> at its end; empty if they are one.</summary>
    public required string Prefix { get; init; }

    /// <summary>Gets git; <see langword="null"/> if there is none, or no repository that it would work with.</summary>
    public GitProgram? Git { get; init; }

    /// <summary>Gets whether there is a repository, be it one that git refuses.</summary>
    public bool IsRepository { get; init; }

    /// <summary>Gets the absolute path of the folder of objects.</summary>
    public string? Objects { get; init; }

    /// <summary>Gets the absolute path of the file that says where the history was cut; it need not be there.</summary>
    public string? Shallow { get; init; }

    /// <summary>Gets how the repository's objects are named.</summary>
    public string ObjectFormat { get; init; } = "sha1";

    /// <summary>Gets the commit that is checked out; <see langword="null"/> if there is none yet.</summary>
    public string? Head { get; init; }

    /// <summary>Finds the repository.</summary>
    /// <param name="layout">The workspace.</param>
    /// <param name="git">Git, if there is one.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static async Task<RepositoryPlace> FindAsync(WorkspaceLayout layout, GitProgram? git, CancellationToken cancellationToken)
    {
        var top = layout.WorkspaceRoot;
        while (top is not null && !Path.Exists(Path.Join(top, ".git")))
        {
            top = Path.GetDirectoryName(top);
        }

        if (top is null)
        {
            return new RepositoryPlace { Layout = layout, Top = layout.WorkspaceRoot, Prefix = "" };
        }

        var below = Path.GetRelativePath(top, layout.WorkspaceRoot).Replace(Path.DirectorySeparatorChar, '/');
        var place = new RepositoryPlace { Layout = layout, Top = top, Prefix = below is "." ? "" : $"{below}/", IsRepository = true };
        if (git is null)
        {
            return place;
        }

        string[] question =
            ["rev-parse", "--path-format=absolute", "--git-path", "objects", "--git-path", "shallow", "--show-object-format", "HEAD"];
        var (exitCode, output) = await git.AskAsync(top, question, cancellationToken);
        var lines = Utf8.GetString(output).Split('\n', StringSplitOptions.TrimEntries);

        // Before the first commit it fails at the last of the questions.
        return lines.Length < 4 || !Path.IsPathFullyQualified(lines[0]) ? place : place with
        {
            Git = git,
            Objects = lines[0],
            Shallow = lines[1],
            ObjectFormat = lines[2],
            Head = exitCode == 0 ? lines[3] : null,
        };
    }

    /// <summary>Looks again: another commit may be checked out.</summary>
    public Task<RepositoryPlace> AgainAsync(CancellationToken cancellationToken) => FindAsync(Layout, Git, cancellationToken);

    /// <summary>Gives the absolute path of a path below <see cref="Top"/>.</summary>
    public string At(string path) => path.Length == 0 ? Top : Path.Join(Top, path);

    /// <summary>Gives the path below <see cref="Top"/> of a file of the workspace.</summary>
    public string Below(RelativePath path) => Prefix + path;
}
