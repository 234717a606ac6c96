using Lorch.Core.Json;

namespace Lorch.Core.Reports;

/// <summary>Keeps a page small enough to be opened and read: what is beyond is counted and left out.</summary>
internal sealed class PageBudget
{
    public const int MaxSteps = 250;
    public const int MaxFilesOfStep = 60;
    public const int MaxFindings = 100;
    public const int MaxProofs = 500;
    private const int MaxText = 4000;
    private const int MaxDiffLines = 400;
    private const int MaxDiffLine = 400;
    private const int MaxDetails = 1_000_000;

    private int _details;

    /// <summary>Shortens a text.</summary>
    public static string Cut(string text) => ShortText.Of(text, MaxText);

    /// <summary>Takes room for what a reader opens only at need.</summary>
    /// <returns>Whether there is any left.</returns>
    public bool TryTake(int characters)
    {
        if (_details + characters > MaxDetails)
        {
            return false;
        }

        _details += characters;
        return true;
    }

    /// <summary>The parts of a difference that are shown: what differs with three lines around it.</summary>
    /// <returns>The lines; <see langword="null"/> stands for lines that are left out between two parts.</returns>
    public static IReadOnlyList<DiffLine?> Parts(IReadOnlyList<DiffLine> lines, out int leftOut)
    {
        const int around = 3;
        var isPlain = lines.All(line => line.Kind is DiffKind.Same);
        var shown = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            for (var j = Math.Max(
                0,
                i - around); (isPlain || lines[i].Kind is not DiffKind.Same) && j <= Math.Min(lines.Count - 1, i + around); j++)
            {
                shown[j] = true;
            }
        }

        var parts = new List<DiffLine?>();
        var (room, last) = (MaxDiffLines, -1);
        leftOut = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            if (!shown[i])
            {
                continue;
            }

            if (room-- <= 0)
            {
                leftOut++;
                continue;
            }

            if (i > last + 1)
            {
                parts.Add(null);
            }

            parts.Add(lines[i] with { Text = ShortText.Of(lines[i].Text, MaxDiffLine) });
            last = i;
        }

        return parts;
    }
}
