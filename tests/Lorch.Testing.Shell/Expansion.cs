using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Lorch.Testing.Shell;

/// <summary>Turns words as they stand in the text into what they mean.</summary>
/// <param name="shell">Whose variables they name.</param>
internal sealed class Expansion(Interpreter shell)
{
    // What was in quotes is never split, nor a pattern.
    private const char Quoted = '\uE000';

    /// <summary>The fields that words become.</summary>
    public List<string> Fields(IEnumerable<string> words) => [.. words.SelectMany(Fields)];

    /// <summary>One text, never split.</summary>
    public string Text(string word) => Plain(Expand(word, isQuoted: false));

    /// <summary>A pattern as a regular expression.</summary>
    public string Pattern(string word)
    {
        var marked = Expand(word, isQuoted: false);
        var pattern = new StringBuilder();
        for (var at = 0; at < marked.Length; at++)
        {
            switch (marked[at])
            {
                case Quoted:
                    pattern.Append(Regex.Escape(marked[++at].ToString()));
                    break;
                case '*':
                    pattern.Append(".*");
                    break;
                case '?':
                    pattern.Append('.');
                    break;
                case '[' when marked.IndexOf(']', at) is > 0 and var end:
                    var set = Plain(marked[(at + 1)..end]);
                    pattern.Append('[').Append(set.StartsWith('!') ? "^" + Escape(set[1..]) : Escape(set)).Append(']');
                    at = end;
                    break;
                default:
                    pattern.Append(Regex.Escape(marked[at].ToString()));
                    break;
            }
        }

        return pattern.ToString();

        static string Escape(string set) =>
            set.Replace("\\", @"\\", StringComparison.Ordinal)
                .Replace("]", @"\]", StringComparison.Ordinal)
                .Replace("^", @"\^", StringComparison.Ordinal);
    }

    private static string Plain(string marked) => marked.Replace($"{Quoted}", "", StringComparison.Ordinal);

    private IEnumerable<string> Fields(string word)
    {
        if (word is "\"$@\"")
        {
            return shell.Arguments;
        }

        var marked = Expand(word, isQuoted: false);
        if (marked.Length == 0)
        {
            return word.AsSpan().ContainsAny('"', '\'') ? [""] : [];
        }

        var (fields, field, isOpen) = (new List<string>(), new StringBuilder(), word.AsSpan().ContainsAny('"', '\''));
        for (var at = 0; at < marked.Length; at++)
        {
            if (marked[at] == Quoted)
            {
                field.Append(marked[++at]);
                isOpen = true;
            }
            else if (char.IsWhiteSpace(marked[at]))
            {
                Close();
            }
            else
            {
                field.Append(marked[at]);
                isOpen = true;
            }
        }

        Close();
        return fields;

        void Close()
        {
            if (isOpen && (field.Length > 0 || fields.Count == 0))
            {
                fields.Add(field.ToString());
            }

            field.Clear();
            isOpen = false;
        }
    }

    private string Expand(string word, bool isQuoted)
    {
        var result = new StringBuilder();
        for (var at = 0; at < word.Length;)
        {
            var end = Tokens.EndOfPart(word, at);
            switch (word[at])
            {
                case '\'' when !isQuoted:
                    Append(word[(at + 1)..(end - 1)], true);
                    break;
                case '"' when !isQuoted:
                    result.Append(Expand(word[(at + 1)..(end - 1)], isQuoted: true));
                    break;
                case '\\' when !isQuoted || word[at + 1] is '"' or '\\' or '$' or '`' or '\n' or '}':
                    Append(word[(at + 1)..end], true);
                    break;
                case '$' when end > at + 1:
                    Append(word[at + 1] == '(' ? Command(word[(at + 2)..(end - 1)]) : Parameter(word[(at + 2)..(end - 1)]), isQuoted);
                    break;
                case '$' when NameAt(word, at + 1) is { Length: > 0 } name:
                    Append(shell.Variable(name), isQuoted);
                    end = at + 1 + name.Length;
                    break;
                case '\'' or '"':
                    // Within the other kind of quotes it is itself.
                    Append(word[at].ToString(), true);
                    end = at + 1;
                    break;
                default:
                    Append(word[at].ToString(), isQuoted);
                    end = at + 1;
                    break;
            }

            at = end;
        }

        return result.ToString();

        void Append(string text, bool isProtected)
        {
            foreach (var letter in text)
            {
                if (isProtected)
                {
                    result.Append(Quoted);
                }

                result.Append(letter);
            }
        }
    }

    private static string NameAt(string word, int at)
    {
        if (at < word.Length && word[at] is '$' or '!' or '?' or '#' or '@' or '*' || (at < word.Length && char.IsAsciiDigit(word[at])))
        {
            return word[at].ToString();
        }

        var end = at;
        while (end < word.Length && (char.IsAsciiLetterOrDigit(word[end]) || word[end] == '_'))
        {
            end++;
        }

        return word[at..end];
    }

    private string Command(string inner) => inner.StartsWith('(') && inner.EndsWith(')')
        ? Number(inner[1..^1]).ToString(CultureInfo.InvariantCulture)
        : shell.Capture(inner).TrimEnd('\n');

    private string Parameter(string inner)
    {
        if (inner.StartsWith('#') && inner.Length > 1)
        {
            return shell.Variable(inner[1..]).Length.ToString(CultureInfo.InvariantCulture);
        }

        var name = NameAt(inner, 0);
        var (value, rest) = (shell.Variable(name), inner[name.Length..]);
        return rest switch
        {
            "" => value,
            [':', '-', ..] => value.Length > 0 ? value : Text(rest[2..]),
            ['-', ..] => shell.Has(name) ? value : Text(rest[1..]),
            ['#', '#', ..] => Cut(value, $@"\A(?:{Pattern(rest[2..])})", RegexOptions.None),
            ['#', ..] => Shortest(value, Pattern(rest[1..]), fromEnd: false),
            ['%', '%', ..] => Cut(value, $@"(?:{Pattern(rest[2..])})\z", RegexOptions.None),
            ['%', ..] => Shortest(value, Pattern(rest[1..]), fromEnd: true),
            _ => throw new FormatException($"${{{inner}}} isn't known here"),
        };
    }

    private static string Cut(string value, string pattern, RegexOptions options) =>
        new Regex(pattern, RegexOptions.Singleline | options).Replace(value, "", 1);

    private static string Shortest(string value, string pattern, bool fromEnd)
    {
        for (var length = 0; length <= value.Length; length++)
        {
            var part = fromEnd ? value[^length..] : value[..length];
            if (Regex.IsMatch(part, $@"\A(?:{pattern})\z", RegexOptions.Singleline))
            {
                return fromEnd ? value[..^length] : value[length..];
            }
        }

        return value;
    }

    private long Number(string text)
    {
        var sum = 0L;
        foreach (Match part in Regex.Matches(Text(text), @"([+-]?)\s*(\w+)"))
        {
            var word = part.Groups[2].Value;
            var value = long.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number
                : long.TryParse(shell.Variable(word), CultureInfo.InvariantCulture, out number) ? number : 0;
            sum += part.Groups[1].Value == "-" ? -value : value;
        }

        return sum;
    }
}
