using System.Globalization;
using System.Text;

namespace Lorch.Core.Runs.Landing;

/// <summary>Says to a builder why its work must be looked at again.</summary>
internal static class LandingCause
{
    private const int MaxShown = 100;

    /// <summary>Says it.</summary>
    /// <param name="merged">What became of the files that others changed, too.</param>
    /// <param name="drifted">What others changed of what the task is about.</param>
    /// <param name="failure">What a command that checks the work said; <see langword="null"/> if none failed.</param>
    /// <returns>A text; <see langword="null"/> if nothing need be looked at.</returns>
    public static string? Of(MergedWork merged, IReadOnlyList<RelativePath> drifted, string? failure)
    {
        var text = new StringBuilder();
        if (merged.Conflicts.Count > 0)
        {
            text.Append("While you worked others changed files that you changed, too:\n");
            foreach (var (path, what) in merged.Conflicts.Take(MaxShown))
            {
                text.Append(CultureInfo.InvariantCulture, $"- {path}: {what}\n");
            }

            More(text, merged.Conflicts.Count, "file");
        }

        if (drifted.Count > 0)
        {
            text.Append("While you worked others changed what the task is about. Make what you built fit it:\n");
            foreach (var path in drifted.Take(MaxShown))
            {
                text.Append(CultureInfo.InvariantCulture, $"- {path}\n");
            }

            More(text, drifted.Count, "file");
        }

        if (failure is not null)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"Together with what others changed while you worked what you built isn't right: {failure}");
        }

        return text.Length == 0 ? null : text.ToString().TrimEnd('\n');
    }

    private static void More(StringBuilder text, int count, string what)
    {
        if (count > MaxShown)
        {
            text.Append(CultureInfo.InvariantCulture, $"- and {count - MaxShown} more {what}s\n");
        }
    }
}
