using System.Text;

namespace Lorch.Core.Tools;

/// <summary>
/// Makes plain text of what a program wrote for a terminal: any sequence of UTF-16 units goes in, and what comes out can be shown, kept and
/// compared.
/// </summary>
internal static class ToolText
{
    private const char Escape = '\e';
    private const char Bell = '\a';
    private const char ByteOrderMark = '\uFEFF';
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// Takes out what isn't said but meant for a terminal (colours, titles, other control characters) and byte order marks at the
    /// beginning, and mends halves of characters.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>Lines of text; the same object if nothing had to be done.</returns>
    public static string Plain(string text)
    {
        // Mended first: halves on both sides of a colour are no character, whether they were said in one piece or in several.
        var mended = Mend(text);
        return WithoutMarks(IsPlain(mended) ? mended : WithoutSequences(mended));
    }

    /// <summary>Puts U+FFFD in the place of every half of a surrogate pair.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text; the same object if nothing had to be done.</returns>
    public static string Mend(string text)
    {
        var first = IndexOfHalf(text, 0);
        if (first < 0)
        {
            return text;
        }

        var mended = new StringBuilder(text);
        for (var at = first; at >= 0; at = IndexOfHalf(text, at + 1))
        {
            mended[at] = Replacement;
        }

        return mended.ToString();
    }

    /// <summary>Gives the beginning of a text, at most so many units, without cutting a character into halves.</summary>
    public static string Beginning(string text, int length) =>
        text.Length <= length ? text : text[..(length > 0 && char.IsSurrogatePair(text[length - 1], text[length]) ? length - 1 : length)];

    /// <summary>Gives the end of a text, at most so many units, without cutting a character into halves.</summary>
    public static string End(string text, int length)
    {
        var start = text.Length - length;
        return start <= 0 ? text : text[(length > 0 && char.IsSurrogatePair(text[start - 1], text[start]) ? start + 1 : start)..];
    }

    private static bool IsPlain(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\b') < 0
        && text.AsSpan().IndexOfAnyInRange('\u000B', '\u000C') < 0
        && text.AsSpan().IndexOfAnyInRange('\u000E', '\u001F') < 0;

    private static bool IsControl(char character) => character is < ' ' and not ('\t' or '\n' or '\r');

    private static int IndexOfHalf(string text, int from)
    {
        for (var at = from; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
            {
                continue;
            }

            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return at;
            }

            at++;
        }

        return -1;
    }

    private static string WithoutMarks(string text) =>
        text.AsSpan().TrimStart(ByteOrderMark) is var rest && rest.Length == text.Length ? text : rest.ToString();

    private static string WithoutSequences(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == Escape)
            {
                at = EndOfSequence(text, at + 1);
                continue;
            }

            if (!IsControl(text[at]))
            {
                plain.Append(text[at]);
            }

            at++;
        }

        return plain.ToString();
    }

    /// <summary>Gives the place behind an escape sequence (ECMA-48, 5.4 to 5.6).</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The place behind the escape character.</param>
    private static int EndOfSequence(string text, int at)
    {
        if (at == text.Length)
        {
            return at;
        }

        switch (text[at])
        {
            case '[':
                at = Skip(text, Skip(text, at + 1, '0', '?'), ' ', '/');
                return at < text.Length && text[at] is >= '@' and <= '~' ? at + 1 : at;
            case ']' or 'P' or 'X' or '^' or '_':
                return EndOfString(text, at + 1);
            default:
                at = Skip(text, at, ' ', '/');
                return at < text.Length && text[at] is >= '0' and <= '~' ? at + 1 : at;
        }
    }

    /// <summary>
    /// A title, a link, a sign of progress: up to its terminator. One whose terminator was lost ends with its line, or where JSON may
    /// begin.
    /// </summary>
    private static int EndOfString(string text, int at)
    {
        var brace = -1;
        for (; at < text.Length && text[at] is not ('\n' or '\r' or Escape or Bell); at++)
        {
            brace = brace < 0 && text[at] == '{' ? at : brace;
        }

        var isTerminated = at < text.Length && (text[at] == Bell || (text[at] == Escape && at + 1 < text.Length && text[at + 1] == '\\'));
        return isTerminated ? at + (text[at] == Bell ? 1 : 2)
            : brace >= 0 ? brace
            : at;
    }

    private static int Skip(string text, int at, char first, char last)
    {
        while (at < text.Length && text[at] >= first && text[at] <= last)
        {
            at++;
        }

        return at;
    }
}
