namespace Lorch.Core.Snapshots;

/// <summary>What changed between two lists of files, by content and never by time.</summary>
public sealed record ManifestDifference
{
    /// <summary>Gets the paths that are new, sorted.</summary>
    public required IReadOnlyList<RelativePath> Added { get; init; }

    /// <summary>Gets the paths that are gone, sorted.</summary>
    public required IReadOnlyList<RelativePath> Removed { get; init; }

    /// <summary>Gets the paths whose content is another, sorted.</summary>
    public required IReadOnlyList<RelativePath> Changed { get; init; }

    /// <summary>Gets a value indicating whether nothing changed.</summary>
    public bool IsEmpty => Added.Count == 0 && Removed.Count == 0 && Changed.Count == 0;

    /// <summary>Compares two lists of files, each in any order.</summary>
    /// <param name="before">The earlier files.</param>
    /// <param name="after">The later files.</param>
    /// <returns>The difference.</returns>
    public static ManifestDifference Between(IReadOnlyList<ManifestFile> before, IReadOnlyList<ManifestFile> after)
    {
        var earlier = before.ToDictionary(file => file.Path, file => file.Sha256);
        var later = after.ToDictionary(file => file.Path, file => file.Sha256);
        return new ManifestDifference
        {
            Added = [.. later.Keys.Where(path => !earlier.ContainsKey(path)).Order()],
            Removed = [.. earlier.Keys.Where(path => !later.ContainsKey(path)).Order()],
            Changed = [.. later.Keys.Where(path => earlier.TryGetValue(path, out var digest) && digest != later[path]).Order()],
        };
    }
}
