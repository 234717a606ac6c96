namespace Lorch.Testing.Shell;

/// <summary>Reads a text of the shell's language.</summary>
internal sealed class Parser
{
    private static readonly string[] Enders = ["then", "else", "elif", "fi", "do", "done", "esac", "}"];

    private readonly string _text;
    private readonly List<Token> _tokens;
    private int _at;

    private Parser(string text)
    {
        _text = text;
        _tokens = Tokens.Of(text);
    }

    private Token Next => _tokens[_at];

    private bool IsOver => _at == _tokens.Count - 1;

    public static Node Read(string text)
    {
        var parser = new Parser(text);
        var node = parser.ReadSequence();
        return parser.IsOver ? node : throw new FormatException($"unexpected '{parser.Next.Text}' in: {text}");
    }

    private Node.Sequence ReadSequence()
    {
        var items = new List<(Node, string?)>();
        SkipLines();
        while (!IsOver && !IsSign(")") && !IsSign(";;") && !(Next is { IsSign: false } word && Enders.Contains(word.Text)))
        {
            var start = Next.Start;
            var command = ReadBoth();
            var end = Next.Start;
            items.Add((command, IsSign("&") ? _text[start..end] : null));
            if (IsSign("&") || IsSign(";"))
            {
                _at++;
            }

            SkipLines();
        }

        return new Node.Sequence(items);
    }

    private Node ReadBoth()
    {
        var left = ReadPipeline();
        while (IsSign("&&") || IsSign("||"))
        {
            var isAnd = Take().Text == "&&";
            SkipLines();
            left = new Node.Both(left, isAnd, ReadPipeline());
        }

        return left;
    }

    private Node ReadPipeline()
    {
        var isNegated = TryTakeWord("!");
        var parts = new List<Node> { ReadCommand() };
        while (IsSign("|"))
        {
            _at++;
            SkipLines();
            parts.Add(ReadCommand());
        }

        return parts.Count == 1 && !isNegated ? parts[0] : new Node.Pipeline(parts, isNegated);
    }

    private Node ReadCommand()
    {
        var node = ReadCompound();
        var redirections = new List<(int, string, string)>(node.Redirections);
        while (node is not Node.Simple && TryReadRedirection(redirections))
        {
        }

        return node with { Redirections = redirections };
    }

    private Node ReadCompound()
    {
        if (IsSign("("))
        {
            _at++;
            var body = ReadSequence();
            Expect(")");
            return new Node.Subshell(body);
        }

        if (TryTakeWord("{"))
        {
            return Until("}", ReadSequence());
        }

        if (TryTakeWord("if"))
        {
            return ReadChoice();
        }

        if (Next is { IsSign: false, Text: "while" or "until" })
        {
            var isUntil = Take().Text == "until";
            var condition = Until("do", ReadSequence());
            return new Node.Loop(condition, isUntil, Until("done", ReadSequence()));
        }

        if (TryTakeWord("for"))
        {
            return ReadEach();
        }

        if (TryTakeWord("case"))
        {
            return ReadCase();
        }

        if (Next is { IsSign: false } && _tokens[_at + 1] is { IsSign: true, Text: "(" } && _tokens[_at + 2] is { IsSign: true, Text: ")" })
        {
            var name = Take().Text;
            _at += 2;
            SkipLines();
            return new Node.Function(name, ReadCommand());
        }

        return ReadSimple();
    }

    private Node.Choice ReadChoice()
    {
        var branches = new List<(Node?, Node)>();
        var condition = Until("then", ReadSequence());
        while (true)
        {
            branches.Add((condition, ReadSequence()));
            switch (Take().Text)
            {
                case "elif":
                    condition = Until("then", ReadSequence());
                    break;
                case "else":
                    branches.Add((null, Until("fi", ReadSequence())));
                    return new Node.Choice(branches);
                default:
                    return new Node.Choice(branches);
            }
        }
    }

    private Node.Each ReadEach()
    {
        var name = Take().Text;
        List<string>? words = null;
        if (TryTakeWord("in"))
        {
            words = [];
            while (!Next.IsSign)
            {
                words.Add(Take().Text);
            }
        }

        if (IsSign(";"))
        {
            _at++;
        }

        SkipLines();
        TryTakeWord("do");
        return new Node.Each(name, words, Until("done", ReadSequence()));
    }

    private Node.Case ReadCase()
    {
        var word = Take().Text;
        SkipLines();
        TryTakeWord("in");
        SkipLines();
        var branches = new List<(IReadOnlyList<string>, Node)>();
        while (!TryTakeWord("esac"))
        {
            if (IsSign("("))
            {
                _at++;
            }

            var patterns = new List<string> { Take().Text };
            while (IsSign("|"))
            {
                _at++;
                patterns.Add(Take().Text);
            }

            Expect(")");
            branches.Add((patterns, ReadSequence()));
            if (IsSign(";;"))
            {
                _at++;
            }

            SkipLines();
        }

        return new Node.Case(word, branches);
    }

    private Node.Simple ReadSimple()
    {
        var (words, redirections) = (new List<string>(), new List<(int, string, string)>());
        while (true)
        {
            if (!Next.IsSign)
            {
                words.Add(Take().Text);
            }
            else if (!TryReadRedirection(redirections))
            {
                return new Node.Simple(words) { Redirections = redirections };
            }
        }
    }

    private bool TryReadRedirection(List<(int, string, string)> redirections)
    {
        var sign = Next.IsSign ? Next.Text : "";
        var stream = sign.Length > 0 && char.IsAsciiDigit(sign[0]) ? sign[0] - '0' : -1;
        var plain = sign.TrimStart('0', '1', '2', '3');
        if (plain is not ("<" or ">" or ">>" or "<&" or ">&"))
        {
            return false;
        }

        _at++;
        redirections.Add((stream >= 0 ? stream : plain[0] == '<' ? 0 : 1, plain, Take().Text));
        return true;
    }

    private Token Take() => _tokens[_at++];

    private bool IsSign(string text) => Next.IsSign && Next.Text == text && !IsOver;

    private bool TryTakeWord(string text)
    {
        if (Next is { IsSign: false } word && word.Text == text)
        {
            _at++;
            return true;
        }

        return false;
    }

    private void Expect(string sign) =>
        _at += IsSign(sign) ? 1 : throw new FormatException($"expected '{sign}', found '{Next.Text}' in: {_text}");

    private Node Until(string word, Node node) =>
        TryTakeWord(word) ? node : throw new FormatException($"expected '{word}', found '{Next.Text}' in: {_text}");

    private void SkipLines()
    {
        while (IsSign("\n"))
        {
            _at++;
        }
    }
}
