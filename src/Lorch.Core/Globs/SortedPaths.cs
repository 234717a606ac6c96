namespace Lorch.Core.Globs;

/// <summary>Things by the order of their paths: of many the few that globs can match are found without a look at the others.</summary>
internal static class SortedPaths
{
    /// <summary>Gives those whose paths begin as a match of one of the globs does, in their order.</summary>
    /// <param name="things">The things, sorted by the UTF-8 bytes of their paths.</param>
    /// <param name="pathOf">The path of one.</param>
    /// <param name="globs">The globs.</param>
    public static IEnumerable<T> Near<T>(IReadOnlyList<T> things, Func<T, RelativePath> pathOf, IEnumerable<GlobPattern> globs)
    {
        var next = 0;
        foreach (var beginning in globs.Select(glob => glob.Beginning).Order(Comparer<string>.Create(RelativePath.CompareUtf8)))
        {
            next = Math.Max(next, FirstFrom(beginning));
            while (next < things.Count && TextOf(next).StartsWith(beginning, StringComparison.Ordinal))
            {
                yield return things[next++];
            }
        }

        string TextOf(int index) => pathOf(things[index]).ToString();

        int FirstFrom(string text)
        {
            var (low, high) = (0, things.Count);
            while (low < high)
            {
                var middle = low + ((high - low) / 2);
                (low, high) = RelativePath.CompareUtf8(TextOf(middle), text) < 0 ? (middle + 1, high) : (low, middle);
            }

            return low;
        }
    }
}
