using Lorch.Core.Hashing;
using Lorch.Core.Snapshots.Index;

namespace Lorch.Core.Snapshots.Manifests;

/// <summary>What changed between two lists of files, by content and never by time.</summary>
internal sealed record ManifestDifference
{
    /// <summary>Gets the paths that are new, sorted.</summary>
    public required IReadOnlyList<RelativePath> Added { get; init; }

    /// <summary>Gets the paths that are gone, sorted.</summary>
    public required IReadOnlyList<RelativePath> Removed { get; init; }

    /// <summary>Gets the paths whose content is another, sorted.</summary>
    public required IReadOnlyList<RelativePath> Changed { get; init; }

    /// <summary>
    /// Gets which of the new paths hold what one of those that are gone held, sorted. An empty file was renamed from none: too many are
    /// alike.
    /// </summary>
    public IReadOnlyList<Renaming> Renamed { get; private init; } = [];

    /// <summary>Gets a value indicating whether nothing changed.</summary>
    public bool IsEmpty => Added.Count == 0 && Removed.Count == 0 && Changed.Count == 0;

    /// <summary>That nothing changed.</summary>
    internal static ManifestDifference None { get; } = new() { Added = [], Removed = [], Changed = [] };

    /// <summary>Compares two lists of files, each in any order.</summary>
    /// <param name="before">The earlier files.</param>
    /// <param name="after">The later files.</param>
    /// <returns>The difference.</returns>
    public static ManifestDifference Between(IReadOnlyList<ManifestFile> before, IReadOnlyList<ManifestFile> after)
    {
        if (before is FileTable left && after is FileTable right)
        {
            (before, after) = TableComparison.Differing(left, right);
        }

        var earlier = before.ToDictionary(file => file.Path, file => file.Sha256);
        var later = after.ToDictionary(file => file.Path, file => file.Sha256);
        IReadOnlyList<RelativePath> added = [.. later.Keys.Where(path => !earlier.ContainsKey(path)).Order()];
        IReadOnlyList<RelativePath> removed = [.. earlier.Keys.Where(path => !later.ContainsKey(path)).Order()];
        return new ManifestDifference
        {
            Added = added,
            Removed = removed,
            Renamed = FindRenamed(added.Select(path => (path, later[path])), removed.Select(path => (path, earlier[path]))),
            Changed = [.. later.Keys.Where(path => earlier.TryGetValue(path, out var digest) && digest != later[path]).Order()],
        };
    }

    private static IReadOnlyList<Renaming> FindRenamed(
        IEnumerable<(RelativePath Path, Sha256Digest Digest)> added,
        IEnumerable<(RelativePath Path, Sha256Digest Digest)> removed)
    {
        var empty = Sha256Digest.Of([]);
        var sources = removed.GroupBy(file => file.Digest)
            .ToDictionary(files => files.Key, files => new Queue<RelativePath>(files.Select(file => file.Path)));
        return
        [
            .. from file in added
               where file.Digest != empty && sources.TryGetValue(file.Digest, out var paths) && paths.Count > 0
               select new Renaming(sources[file.Digest].Dequeue(), file.Path),
        ];
    }
}

/// <summary>A file that has another path and the same content.</summary>
/// <param name="From">The path that is gone.</param>
/// <param name="To">The path that is new.</param>
internal sealed record Renaming(RelativePath From, RelativePath To);
