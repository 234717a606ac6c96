namespace Lorch.Agent.Working;

/// <summary>
/// Finds blocks of JSON in a text of Markdown, with the fences that models and their tools print: CommonMark's and those that only look
/// like them.
/// </summary>
/// <remarks>
/// A fence is three or more backticks or tildes. It may be indented, stand in lists and block quotes, be followed by words, or begin and
/// end in one line. Where an object ends is told by the object itself, so fences in its texts end nothing. What is put into a block of
/// Markdown as a whole is looked for in there.
/// </remarks>
internal static class FencedBlocks
{
    private const int MinFence = 3;
    private const int MaxDepth = 8;

    private static readonly string[] MarkdownNames = ["", "markdown", "md", "text", "txt"];

    /// <summary>Finds the last block that begins as an object does.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The object, with what follows it in the block where that may be one, too; null if there is no such block.</returns>
    public static string? FindLastObject(string text) =>
        FindLast(text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'), MaxDepth);

    /// <summary>Finds where an object ends.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">The place of its brace.</param>
    /// <returns>The place behind it; -1 if it doesn't end, or can't be JSON.</returns>
    public static int EndOfObject(string text, int start)
    {
        var (depth, isText) = (0, false);
        for (var at = start; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\n' when isText:
                case '`' or '~' when !isText:
                    return -1;
                case '\\' when isText:
                    at++;
                    break;
                case '"':
                    isText = !isText;
                    break;
                case '{' or '[' when !isText:
                    depth++;
                    break;
                case '}' or ']' when !isText && --depth == 0:
                    return at + 1;
            }
        }

        return -1;
    }

    private static string? FindLast(string text, int depth)
    {
        string? last = null;
        for (var at = 0; at < text.Length;)
        {
            var isLineStart = at == 0 || text[at - 1] == '\n';
            if (isLineStart && depth > 0 && IsQuote(text, at))
            {
                last = FindLast(Unquote(text, ref at), depth - 1) ?? last;
            }
            else if (FindFence(text, at, isLineStart) is { } fence)
            {
                last = Read(text, fence, depth, out at) ?? last;
            }
            else
            {
                at = NextLine(text, at);
            }
        }

        return last;
    }

    /// <summary>Reads what stands behind an opening fence.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fence">The fence.</param>
    /// <param name="depth">How many blocks may still stand in each other.</param>
    /// <param name="next">The place where the text goes on.</param>
    private static string? Read(string text, Fence fence, int depth, out int next)
    {
        var start = SkipBlanks(text, fence.Content);
        var isObject = start < text.Length && text[start] == '{';
        if (isObject && EndOfObject(text, start) is >= 0 and var end && SkipBlanks(text, end) is var behind
            && (behind == text.Length || LengthOfRun(text, behind, fence.Character) >= MinFence))
        {
            next = behind + (behind == text.Length ? 0 : LengthOfRun(text, behind, fence.Character));
            return text[start..end];
        }

        var close = FindClosingLine(text, fence);
        next = NextLine(text, close);
        var content = text[fence.Content..close];
        if (!isObject || start >= close)
        {
            return depth > 0 && MarkdownNames.Contains(fence.Name, StringComparer.OrdinalIgnoreCase) ? FindLast(content, depth - 1) : null;
        }

        // Words behind the object say nothing that counts, another object may.
        return EndOfObject(text, start) is >= 0 and var last && last <= close && !text.AsSpan(last, close - last).Contains('{')
            ? text[start..last]
            : text[start..close];
    }

    /// <summary>Finds an opening fence in a line: where the line begins, or behind other words if it is one of JSON for sure.</summary>
    private static Fence? FindFence(string text, int at, bool isLineStart)
    {
        var end = EndOfLine(text, at);
        var first = isLineStart ? SkipContainers(text, at, end) : end;
        for (var place = first < end && LengthAt(text, first) >= MinFence
            ? first
            : NextRun(text, at, end); place < end; place = NextRun(text, place, end))
        {
            var character = text[place];
            var behind = place + LengthAt(text, place);
            var name = SkipSpaces(text, behind, end);
            var rest = name;
            while (rest < end && (char.IsAsciiLetterOrDigit(text[rest]) || text[rest] is '_' or '+' or '-' or '.'))
            {
                rest++;
            }

            var fence = new Fence(character, behind - place, text[name..rest], NextLine(text, place));
            rest = SkipSpaces(text, rest, end);
            if (rest < end && text[rest] == '{' && BeginsObject(text, rest + 1, end))
            {
                return fence with { Content = rest };
            }

            var isOpening = place == first ? character != '`' || !text.AsSpan(behind, end - behind).Contains('`')
                : rest == end && fence.Name.StartsWith("json", StringComparison.OrdinalIgnoreCase);
            if (isOpening)
            {
                return fence;
            }

            place = behind;
        }

        return null;
    }

    /// <summary>
    /// Whether what is behind a brace in the line of the fence is an object: attributes of a block (<c>{.json}</c>, <c>{1,3}</c>) may stand
    /// there, too.
    /// </summary>
    private static bool BeginsObject(string text, int at, int end) =>
        SkipSpaces(text, at, end) is var next && (next == end || text[next] is '"' or '}');

    private static int FindClosingLine(string text, Fence fence)
    {
        for (var at = NextLine(text, fence.Content - 1); at < text.Length; at = NextLine(text, at))
        {
            var end = EndOfLine(text, at);
            var start = SkipSpaces(text, at, end);
            var length = LengthOfRun(text, start, fence.Character);
            if (length >= fence.Length && SkipSpaces(text, start + length, end) == end)
            {
                return at;
            }
        }

        return text.Length;
    }

    private static bool IsQuote(string text, int at) =>
        SkipSpaces(text, at, text.Length) is var place && place < text.Length && text[place] == '>';

    /// <summary>Gives the lines of a block quote without its marks.</summary>
    private static string Unquote(string text, ref int at)
    {
        var lines = new List<string>();
        for (; at < text.Length && IsQuote(text, at); at = NextLine(text, at))
        {
            lines.Add(text[(SkipSpaces(text, at, text.Length) + 1)..EndOfLine(text, at)]);
        }

        return string.Join('\n', lines);
    }

    /// <summary>Goes over what a line of a list or of a table of contents begins with.</summary>
    private static int SkipContainers(string text, int at, int end)
    {
        while (true)
        {
            at = SkipSpaces(text, at, end);
            var mark = at;
            while (mark < end && char.IsAsciiDigit(text[mark]))
            {
                mark++;
            }

            var isMark = mark < end && (mark == at ? text[mark] is '-' or '*' or '+' : text[mark] is '.' or ')');
            if (!isMark || mark + 1 == end || !IsSpace(text[mark + 1]))
            {
                return at;
            }

            at = mark + 1;
        }
    }

    private static int NextRun(string text, int at, int end)
    {
        for (; at < end; at++)
        {
            var length = LengthAt(text, at);
            if (length >= MinFence)
            {
                return at;
            }

            at += Math.Max(0, length - 1);
        }

        return end;
    }

    private static int LengthAt(string text, int at) => text[at] is '`' or '~' ? LengthOfRun(text, at, text[at]) : 0;

    private static int LengthOfRun(string text, int at, char character)
    {
        var end = at;
        while (end < text.Length && text[end] == character)
        {
            end++;
        }

        return end - at;
    }

    private static int EndOfLine(string text, int at) => text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;

    private static int NextLine(string text, int at) => Math.Min(EndOfLine(text, at) + 1, text.Length);

    private static int SkipSpaces(string text, int at, int end)
    {
        while (at < end && IsSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && (text[at] == '\n' || IsSpace(text[at])))
        {
            at++;
        }

        return at;
    }

    /// <summary>Blanks, and what can't be seen either: no-break spaces, byte order marks.</summary>
    private static bool IsSpace(char character) =>
        character is not '\n' && (char.IsWhiteSpace(character) || character is '\uFEFF' or '\u200B');

    /// <summary>An opening fence.</summary>
    /// <param name="Character">What it is made of.</param>
    /// <param name="Length">How many of them.</param>
    /// <param name="Name">The word behind it.</param>
    /// <param name="Content">Where the block's content begins.</param>
    private readonly record struct Fence(char Character, int Length, string Name, int Content);
}
