using System.Globalization;

namespace Lorch.Core.Json;

/// <summary>Texts that are too long for where they stand: a part of them, and how much is left out. No character is cut in two.</summary>
/// <remarks>Secrets are taken out before: half of one wouldn't be known again.</remarks>
internal static class ShortText
{
    /// <summary>The beginning of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many UTF-16 units of it may stay.</param>
    public static string Of(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var kept = most > 0 && char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, kept)}… ({text.Length - kept} more characters)");
    }

    /// <summary>The end of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many UTF-16 units of it may stay.</param>
    public static string EndOf(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var start = text.Length - most;
        start += start < text.Length && char.IsLowSurrogate(text[start]) ? 1 : 0;
        return string.Create(CultureInfo.InvariantCulture, $"({start} characters before) …{text.AsSpan(start)}");
    }
}
