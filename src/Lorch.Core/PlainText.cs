using System.Buffers;
using System.Globalization;
using System.Text;

namespace Lorch.Core;

/// <summary>
/// Makes a text that agents, tools and names of files have a part in safe to show: nothing that reads a build's output obeys it.
/// </summary>
/// <remarks>
/// <para>Terminals obey control characters, and show text in another order where it holds marks of direction. GitHub obeys
/// <c>::command::</c> at the beginning of a line, and <c>##[command]</c> anywhere, as Azure Pipelines does <c>##vso[command]</c> and
/// TeamCity <c>##teamcity[command]</c>.</para>
/// <para>Characters are written as JSON escapes them, so that JSON stays JSON. Nothing is taken away: what stands apart never comes
/// together.</para>
/// </remarks>
internal static class PlainText
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Makes a text of several lines safe.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text, with its line feeds and tabs.</returns>
    public static string Of(string text) => Write(text, keepsLines: true);

    /// <summary>Makes a text safe that is to stay on one line, like a path.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text without a line feed.</returns>
    public static string OneLine(string text) => Write(text, keepsLines: false);

    /// <summary>Makes JSON safe without a change of what it says.</summary>
    /// <param name="json">The JSON.</param>
    /// <returns>The same JSON, written in another way.</returns>
    public static string OfJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Of(json.Replace("##", "#\\u0023", StringComparison.Ordinal));
    }

    private static string Write(string text, bool keepsLines)
    {
        ArgumentNullException.ThrowIfNull(text);
        var result = new StringBuilder(text.Length);
        var isLineBegun = false;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '\n' || (character == '\r' && keepsLines && i + 1 < text.Length && text[i + 1] == '\n'))
            {
                result = keepsLines ? result.Append(character) : result.Append("\\n");
                isLineBegun = !keepsLines;
            }
            else if (IsObeyed(character))
            {
                result = result.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
                isLineBegun = true;
            }
            else
            {
                var begins = (character == ':' && !isLineBegun && IsAt(text, i, "::"))
                    || (character == '#' && BeginsCommand(text.AsSpan(i)));
                result = result.Append(character).Append(begins ? " " : "");
                isLineBegun |= !char.IsWhiteSpace(character);
            }
        }

        return result.ToString();
    }

    private static bool IsAt(string text, int place, string sought) => string.CompareOrdinal(text, place, sought, 0, sought.Length) == 0;

    /// <summary>Whether a text begins with <c>##</c>, a word or none, and <c>[</c>.</summary>
    private static bool BeginsCommand(ReadOnlySpan<char> text)
    {
        if (!text.StartsWith("##"))
        {
            return false;
        }

        var end = text[2..].IndexOfAnyExcept(Letters);
        return end >= 0 && text[2 + end] == '[';
    }

    /// <summary>
    /// Control characters but the tab, separators of lines and paragraphs, and the marks that turn or hide the direction of text.
    /// </summary>
    private static bool IsObeyed(char character) => (char.IsControl(character) && character != '\t')
        || character is '\u2028'
            or '\u2029'
            or '\u061c'
            or '\u200e'
            or '\u200f'
            or (>= '\u202a' and <= '\u202e')
            or (>= '\u2066' and <= '\u2069');
}
