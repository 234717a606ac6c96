namespace Lorch.Core.Reports;

/// <summary>What became of a line.</summary>
internal enum DiffKind
{
    Same,
    Added,
    Removed,
}

/// <summary>A line of a difference.</summary>
internal readonly record struct DiffLine(DiffKind Kind, string Text, int LineBefore, int LineAfter);

/// <summary>
/// The difference of two texts by lines, as short as can be found (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986).
/// </summary>
internal static class TextDiff
{
    /// <summary>Beyond so many differences the search costs more than a reader gains: what lies between is shown as replaced.</summary>
    private const int MaxDifferences = 1000;

    /// <summary>Compares two texts.</summary>
    public static IReadOnlyList<DiffLine> Compare(string before, string after)
    {
        var (old, young) = (Lines(before), Lines(after));
        var start = 0;
        while (start < old.Length && start < young.Length && old[start] == young[start])
        {
            start++;
        }

        var end = 0;
        while (end < old.Length - start && end < young.Length - start && old[^(end + 1)] == young[^(end + 1)])
        {
            end++;
        }

        var lines = new List<DiffLine>();
        for (var i = 0; i < start; i++)
        {
            lines.Add(new DiffLine(DiffKind.Same, old[i], i + 1, i + 1));
        }

        AddMiddle(lines, old[start..^end], young[start..^end], start);
        for (var i = end; i > 0; i--)
        {
            lines.Add(new DiffLine(DiffKind.Same, old[^i], old.Length - i + 1, young.Length - i + 1));
        }

        return lines;
    }

    private static string[] Lines(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static void AddMiddle(List<DiffLine> lines, string[] old, string[] young, int offset)
    {
        var kept = Kept(old, young);
        var (i, j) = (0, 0);
        foreach (var (x, y) in kept.Append((old.Length, young.Length)))
        {
            for (; i < x; i++)
            {
                lines.Add(new DiffLine(DiffKind.Removed, old[i], offset + i + 1, 0));
            }

            for (; j < y; j++)
            {
                lines.Add(new DiffLine(DiffKind.Added, young[j], 0, offset + j + 1));
            }

            if (x < old.Length || y < young.Length)
            {
                lines.Add(new DiffLine(DiffKind.Same, old[x], offset + x + 1, offset + y + 1));
                (i, j) = (x + 1, y + 1);
            }
        }
    }

    /// <summary>Finds the lines that are kept, as places in both.</summary>
    private static List<(int Old, int Young)> Kept(string[] old, string[] young)
    {
        if (old.Length == 0 || young.Length == 0 || Trace(old, young) is not { } trace)
        {
            return [];
        }

        var kept = new List<(int, int)>();
        var (x, y) = (old.Length, young.Length);
        for (var d = trace.Count - 1; d >= 0; d--)
        {
            var reached = trace[d];
            var k = x - y;
            var previous = k == -d || (k != d && reached[d + k - 1] < reached[d + k + 1]) ? k + 1 : k - 1;
            var (fromX, fromY) = d == 0 ? (0, 0) : (reached[d + previous], reached[d + previous] - previous);
            while (x > fromX && y > fromY)
            {
                kept.Add((--x, --y));
            }

            (x, y) = (fromX, fromY);
        }

        kept.Reverse();
        return kept;
    }

    /// <summary>
    /// Records how far each diagonal was reached before each round; <see langword="null"/> if the texts differ in too much.
    /// </summary>
    private static List<int[]>? Trace(string[] old, string[] young)
    {
        var most = Math.Min(old.Length + young.Length, MaxDifferences);
        var reached = new int[(2 * most) + 3];
        var trace = new List<int[]>();
        for (var d = 0; d <= most; d++)
        {
            // Diagonals -d to d, with one beside each end.
            trace.Add(reached[(most + 1 - d)..(most + 2 + d)]);
            for (var k = -d; k <= d; k += 2)
            {
                var x = k == -d || (k != d && reached[most + 1 + k - 1] < reached[most + 1 + k + 1])
                    ? reached[most + 1 + k + 1]
                    : reached[most + 1 + k - 1] + 1;
                var y = x - k;
                while (x < old.Length && y < young.Length && old[x] == young[y])
                {
                    (x, y) = (x + 1, y + 1);
                }

                reached[most + 1 + k] = x;
                if (x >= old.Length && y >= young.Length)
                {
                    return trace;
                }
            }
        }

        return null;
    }
}
