namespace Lorch.Core.Configuration;

/// <summary>Guesses which name was meant.</summary>
internal static class DidYouMean
{
    /// <summary>Finds the known name that is nearest to the one that was written.</summary>
    /// <returns>The name, or <see langword="null"/> if none is near: more than a third of its letters differ.</returns>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        var best = known
            .Select(name => (Name: name, Distance: Distance(Normalize(written), Normalize(name))))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Name is { } nearest && best.Distance <= Math.Max(1, nearest.Length / 3) ? nearest : null;
    }

    /// <summary>Makes the question, with a blank before it, or an empty text.</summary>
    public static string Question(string written, IEnumerable<string> known) =>
        Nearest(written, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    /// <summary>
    /// Counts insertions, deletions, replacements and swaps of neighbours (Damerau-Levenshtein, optimal string alignment).
    /// </summary>
    internal static int Distance(string left, string right)
    {
        var beforeLast = new int[right.Length + 1];
        var last = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(last[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last) = (last, current);
        }

        return last[right.Length];
    }

    // maxIterations and max-iterations are the same words as max_iterations.
    private static string Normalize(string name) =>
        name.ToLowerInvariant().Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
}
