namespace Lorch.Testing.Shell;

/// <summary>A word as it stands in the text, or a sign.</summary>
internal readonly record struct Token(string Text, bool IsSign, int Start);

/// <summary>Cuts a text into words and signs. What stands in quotes or in <c>$(…)</c> stays part of its word.</summary>
internal static class Tokens
{
    private static readonly string[] Signs = ["&&", "||", ";;", ">>", "<&", ">&", "\n", ";", "&", "|", "(", ")", "<", ">"];

    public static List<Token> Of(string text)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] is ' ' or '\t' or '\r')
            {
                at++;
            }
            else if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] == '\n')
            {
                at += 2;
            }
            else if (text[at] == '#')
            {
                var end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end;
            }
            else if (Array.Find(Signs, sign => string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0) is { } sign)
            {
                tokens.Add(new Token(sign, true, at));
                at += sign.Length;
            }
            else
            {
                var end = EndOfWord(text, at);
                var word = text[at..end];

                // The number of a stream stands right before the sign.
                if (word.Length == 1 && char.IsAsciiDigit(word[0]) && end < text.Length && text[end] is '<' or '>')
                {
                    var sign2 = Array.Find(Signs, s => string.CompareOrdinal(text, end, s, 0, s.Length) == 0)!;
                    tokens.Add(new Token(word + sign2, true, at));
                    end += sign2.Length;
                }
                else
                {
                    tokens.Add(new Token(word, false, at));
                }

                at = end;
            }
        }

        tokens.Add(new Token("", true, text.Length));
        return tokens;
    }

    /// <summary>Finds the end of what begins with <c>$(</c>, <c>${</c>, <c>`</c> or a quote.</summary>
    public static int EndOfPart(string text, int at)
    {
        switch (text[at])
        {
            case '\\':
                return Math.Min(at + 2, text.Length);
            case '\'':
                return text.IndexOf('\'', at + 1) + 1;
            case '"':
                for (at++; text[at] != '"'; at = text[at] is '\\' or '$' ? EndOfPart(text, at) : at + 1)
                {
                }

                return at + 1;
            case '$' when at + 1 < text.Length && text[at + 1] is '(' or '{':
                var close = text[at + 1] == '(' ? ')' : '}';
                var open = text[at + 1];
                var depth = 1;
                for (at += 2; depth > 0;)
                {
                    if (text[at] == close || text[at] == open)
                    {
                        depth += text[at] == close ? -1 : open == '(' ? 1 : 0;
                        at++;
                    }
                    else
                    {
                        at = text[at] is '\\' or '\'' or '"' or '$' ? EndOfPart(text, at) : at + 1;
                    }
                }

                return at;
            default:
                return at + 1;
        }
    }

    private static int EndOfWord(string text, int at)
    {
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not (';' or '&' or '|' or '(' or ')' or '<' or '>'))
        {
            at = EndOfPart(text, at);
        }

        return at;
    }
}
