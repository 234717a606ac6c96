using System.Globalization;

namespace Lorch.Core.Reports;

/// <summary>
/// Shows what a run changed in the unified format of diff, which people can read and programs can apply
/// (https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html).
/// </summary>
internal static class UnifiedDiff
{
    private const int Around = 3;
    private const string Nothing = "/dev/null";

    /// <summary>Shows it: a line of sums, then file by file.</summary>
    public static IReadOnlyList<string> Of(RunStory story)
    {
        var changes = FileChanges.InAll(story);
        var sums = string.Create(
            CultureInfo.InvariantCulture,
            $"{ReportWords.Count(changes.Count, "file")}, +{changes.Sum(file => file.Added)} -{changes.Sum(file => file.Removed)}");
        return
        [
            $"{story.RunId} of {story.TaskId}: "
                + (changes.Count > 0 ? sums : story.HasData ? "it changed no file" : "what it changed isn't kept any more"),
            .. changes.SelectMany(FileLines),
        ];
    }

    private static IEnumerable<string> FileLines(FileChange change)
    {
        yield return $"--- {(change.IsNew ? Nothing : $"a/{change.Path}")}";
        yield return $"+++ {(change.After is null ? Nothing : $"b/{change.Path}")}";
        if (change.Lines is not { } lines)
        {
            yield return $"({change.Word}: {change.Why})";
            yield break;
        }

        foreach (var line in Hunks(lines).SelectMany(hunk => HunkLines(lines, hunk)))
        {
            yield return line;
        }
    }

    /// <summary>Finds the ranges that hold each changed line and three others on either side.</summary>
    private static List<Range> Hunks(IReadOnlyList<DiffLine> lines)
    {
        var hunks = new List<Range>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Kind is DiffKind.Same)
            {
                continue;
            }

            var (start, end) = (Math.Max(0, i - Around), Math.Min(lines.Count, i + Around + 1));
            if (hunks.Count > 0 && hunks[^1].End.Value >= start)
            {
                hunks[^1] = hunks[^1].Start.Value..end;
            }
            else
            {
                hunks.Add(start..end);
            }
        }

        return hunks;
    }

    private static IEnumerable<string> HunkLines(IReadOnlyList<DiffLine> lines, Range hunk)
    {
        var part = lines.Take(hunk).ToList();
        var before = part.Where(line => line.Kind is not DiffKind.Added).ToList();
        var after = part.Where(line => line.Kind is not DiffKind.Removed).ToList();
        var passed = lines.Take(hunk.Start.Value).ToList();
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"@@ -{Span(passed.Count(line => line.Kind is not DiffKind.Added), before.Count)} "
                + $"+{Span(passed.Count(line => line.Kind is not DiffKind.Removed), after.Count)} @@");
        foreach (var line in part)
        {
            yield return (line.Kind switch { DiffKind.Added => "+", DiffKind.Removed => "-", _ => " " }) + line.Text;
        }
    }

    /// <summary>Where lines stand; an empty range stands behind the line that it names.</summary>
    private static string Span(int passed, int count) => count == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{passed + 1}")
        : string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? passed : passed + 1)},{count}");
}
