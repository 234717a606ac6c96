using Lorch.Core.Globs;

namespace Lorch.Core.Snapshots.Tracking;

/// <summary>What is tracked as far as globs and names say it, without a look at the disk.</summary>
internal sealed record TrackedGlobs
{
    /// <summary>Gets the globs of what is included.</summary>
    public required IReadOnlyList<GlobPattern> Include { get; init; }

    /// <summary>Gets the globs of what is left out.</summary>
    public required IReadOnlyList<GlobPattern> Exclude { get; init; }

    /// <summary>Gets the globs of all tasks' inputs, which are tracked although nothing includes them.</summary>
    public required IReadOnlyList<GlobPattern> TaskInputs { get; init; }

    /// <summary>Gets the folders that Lorch writes to besides those at the root, each with a '/' behind it.</summary>
    public IReadOnlyList<string> OwnFolders { get; init; } = [];

    /// <summary>Whether the globs track the file at a path, as long as no folder on the way is left out.</summary>
    /// <param name="path">Its UTF-8 bytes.</param>
    public bool Match(ReadOnlySpan<byte> path) => (Match(Include, path) || Match(TaskInputs, path)) && !Match(Exclude, path);

    /// <summary>Whether a tracked file could lie below a folder: if not, it needn't be read.</summary>
    /// <param name="folder">A folder's path below the workspace root, without a <c>/</c> at its end.</param>
    public bool CanContainTracked(string folder) =>
        !NeverTracked.Holds(folder)
        && !OwnFolders.Any(own => $"{folder}/".StartsWith(own, StringComparison.Ordinal))
        && (Include.Any(pattern => pattern.CanMatchBelow(folder)) || TaskInputs.Any(pattern => pattern.CanMatchBelow(folder)))
        && !Exclude.Any(pattern => pattern.MatchesAllBelow(folder));

    /// <summary>Whether every file below a folder is tracked but what never is.</summary>
    public bool TracksEverythingBelow(string folder) =>
        !NeverTracked.Holds(folder)
        && !OwnFolders.Any(
            own => own.StartsWith($"{folder}/", StringComparison.Ordinal) || $"{folder}/".StartsWith(own, StringComparison.Ordinal))
        && (Include.Any(pattern => pattern.MatchesAllBelow(folder)) || TaskInputs.Any(pattern => pattern.MatchesAllBelow(folder)))
        && !Exclude.Any(pattern => pattern.CanMatchBelow(folder));

    /// <summary>Whether a task has a file of a folder among its inputs by its very path.</summary>
    public bool NamesFilesIn(string folder) => TaskInputs.Any(glob => glob.Literal is not null && glob.FixedFolder == folder);

    /// <summary>Whether a task has a file among its inputs by its very path.</summary>
    public bool NamesFile(string path) => TaskInputs.Any(glob => glob.Literal == path);

    /// <summary>
    /// Gives what is tracked of an ignored folder: by those inputs of tasks that name it, or something below it. <see langword="null"/> if
    /// none does.
    /// </summary>
    public TrackedGlobs? InIgnored(string folder)
    {
        var named = TaskInputs.Where(glob => IsIn(glob.Literal ?? glob.FixedFolder, folder)).ToList();
        return named.Count == 0 ? null : this with { Include = [], TaskInputs = named };
    }

    private static bool IsIn(string path, string folder) => path == folder || path.StartsWith($"{folder}/", StringComparison.Ordinal);

    private static bool Match(IReadOnlyList<GlobPattern> globs, ReadOnlySpan<byte> path)
    {
        for (var i = 0; i < globs.Count; i++)
        {
            if (globs[i].IsMatch(path))
            {
                return true;
            }
        }

        return false;
    }
}
