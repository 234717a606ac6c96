using Lorch.Core.Storage;

namespace Lorch.Core.Views;

/// <summary>Which branch is checked out, and whether git is in the middle of something: by git's own files, which it keeps so.</summary>
/// <param name="Branch">The branch's full name; <c>HEAD</c> for none; <see langword="null"/> if that can't be told.</param>
/// <param name="UnderWay">What git is in the middle of, for people; <see langword="null"/> if of nothing.</param>
internal sealed record CheckedOut(string? Branch, string? UnderWay)
{
    private const string Reference = "ref: ";
    private const string Heads = "refs/heads/";

    /// <summary>The name where no branch is checked out.</summary>
    private const string Detached = "HEAD";

    private static readonly (string Mark, string What)[] Marks =
    [
        ("rebase-merge", "a rebase"),
        ("rebase-apply", "a rebase"),
        ("MERGE_HEAD", "a merge"),
        ("CHERRY_PICK_HEAD", "a cherry-pick"),
        ("REVERT_HEAD", "a revert"),
        ("BISECT_LOG", "a bisect"),
    ];

    /// <summary>Looks.</summary>
    /// <param name="folder">A folder of the repository.</param>
    public static CheckedOut Find(string folder)
    {
        var top = folder;
        while (top is not null && !Path.Exists(Path.Join(top, ".git")))
        {
            top = Path.GetDirectoryName(top);
        }

        if (top is null || FolderOf(Path.Join(top, ".git")) is not { } git)
        {
            return new CheckedOut(null, null);
        }

        var underWay = Array.Find(Marks, mark => Path.Exists(Path.Join(git, mark.Mark))).What;

        // In the middle of a rebase or a bisect the branch is none, until it is over.
        var begun = Line(git, "rebase-merge/head-name") ?? Line(git, "rebase-apply/head-name") ?? Line(git, "BISECT_START");
        return new CheckedOut(begun is null ? NameOf(Line(git, "HEAD")) : FullNameOf(begun), underWay);
    }

    /// <summary>Gives a branch's name as people write it.</summary>
    public static string Short(string branch) => branch.StartsWith(Heads, StringComparison.Ordinal) ? branch[Heads.Length..] : branch;

    private static string? NameOf(string? head) => head is null ? null
        : !head.StartsWith(Reference, StringComparison.Ordinal) ? Detached

        // Where references are kept in tables, the file only stands there for old programs.
        : head[Reference.Length..] is var name && name != $"{Heads}.invalid" ? name
        : null;

    private static string FullNameOf(string begun) => begun.StartsWith("refs/", StringComparison.Ordinal) ? begun
        : begun == "detached HEAD" || (begun.Length >= 40 && begun.All(char.IsAsciiHexDigitLower)) ? Detached
        : $"{Heads}{begun}";

    /// <summary>A work tree's own folder is named by a file.</summary>
    private static string? FolderOf(string entry)
    {
        const string pointer = "gitdir: ";
        return Directory.Exists(entry) ? entry
            : Line(Path.GetDirectoryName(entry)!, Path.GetFileName(entry)) is { } line && line.StartsWith(pointer, StringComparison.Ordinal)
                ? Path.GetFullPath(line[pointer.Length..], Path.GetDirectoryName(entry)!)
                : null;
    }

    private static string? Line(string folder, string name)
    {
        try
        {
            return File.ReadLines(Path.Join(folder, name)).FirstOrDefault()?.Trim() is { Length: > 0 } line ? line : null;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return null;
        }
    }
}
