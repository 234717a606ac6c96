using System.Buffers;
using System.Globalization;
using System.Text;

namespace Lorch.Core.Globs;

/// <summary>Checks the text of a glob and turns it into the steps that <see cref="GlobProgram"/> follows.</summary>
internal sealed class GlobParser
{
    /// <summary>More than any path needs; it bounds the work of a match.</summary>
    private const int MaxLength = 1024;

    private static readonly SearchValues<char> Wildcards = SearchValues.Create("*?[");

    private readonly string _text;
    private readonly string[] _parts;
    private readonly List<GlobStep> _steps = [];

    public GlobParser(string text)
    {
        _text = text;

        // A folder's name with '/' behind it means what is below.
        _parts = (text.EndsWith('/') ? text + "**" : text).Split('/');
    }

    /// <summary>Tells in a sentence why the text is no glob, or <see langword="null"/> when it is one.</summary>
    public string? FindProblem()
    {
        var problem = FindProblemOfText();
        for (var i = 0; problem is null && i < _parts.Length; i++)
        {
            problem = FindProblemOfPart(_parts[i]);
        }

        return problem;
    }

    /// <summary>Compiles a text without problems.</summary>
    /// <param name="alwaysCoversFolders">Whether a folder that matches is matched with all that lies in it, even if a wildcard in the last
    /// part found it.</param>
    public GlobProgram Compile(bool alwaysCoversFolders)
    {
        for (var i = 0; i < _parts.Length; i++)
        {
            var isLast = i == _parts.Length - 1;
            if (_parts[i] is not "**")
            {
                CompileRange(_parts[i]);
                if (!isLast)
                {
                    Emit(GlobOperation.Character, '/');
                }
            }
            else if (isLast)
            {
                EmitEverything();
            }
            else if (_parts[i + 1] is not "**")
            {
                EmitAnyFolders();
            }
        }

        var coversFolders = !EndsWithEverything && (alwaysCoversFolders || !_parts[^1].ContainsAny(Wildcards));
        if (coversFolders)
        {
            EmitContent();
        }

        Emit(GlobOperation.Match);
        return new GlobProgram([.. _steps], EndsWithEverything || coversFolders);
    }

    private bool EndsWithEverything => _parts[^1] is "**";

    private string? FindProblemOfText() => _text switch
    {
        "" => "A glob is empty: write a path like 'specs/' or a pattern like 'src/**/*.cs'.",
        { Length: > MaxLength } => string.Create(
            CultureInfo.InvariantCulture,
            $"The glob '{_text[..40]}…' has {_text.Length} characters: the most is {MaxLength}."),
        _ when _text.Contains('\\', StringComparison.Ordinal) =>
            $"The glob '{_text}' holds '\\': write '/' between the parts of a path, on every system.",
        _ when _text.Contains('\0', StringComparison.Ordinal) =>
            $"The glob '{_text.Replace("\0", "\\0", StringComparison.Ordinal)}' holds a NUL.",
        ['/', ..] => $"The glob '{_text}' starts with '/': globs are relative to the workspace root, write '{_text.TrimStart('/')}'.",
        [var letter, ':', ..] when char.IsAsciiLetter(letter) =>
            $"The glob '{_text}' starts with a drive: globs are relative to the workspace root.",
        _ => null,
    };

    private string? FindProblemOfPart(string part) => part switch
    {
        "" => $"The glob '{_text}' has an empty part: write a single '/' between parts.",
        "." => $"The glob '{_text}' holds the part '.': leave it out.",
        ".." => $"The glob '{_text}' holds the part '..': a glob can't lead out of the workspace.",
        "**" => null,
        _ when part.Contains("**", StringComparison.Ordinal) =>
            $"The glob '{_text}' holds '**' within '{part}': '**' must be a whole part, as in 'src/**/*.cs'.",
        _ => FindProblemOfBrackets(part),
    };

    private string? FindProblemOfBrackets(string part)
    {
        var braceAt = -1;
        for (var i = 0; i < part.Length; i++)
        {
            switch (part[i])
            {
                case '[':
                    var end = GlobCharacterSet.FindEnd(part, i);
                    if (end < 0)
                    {
                        return $"The glob '{_text}' has an unclosed '[' in '{part}': write ']' behind the characters, or '[[]' for a '['.";
                    }

                    if (GlobCharacterSet.FindProblem(part[i..(end + 1)]) is { } problem)
                    {
                        return $"The glob '{_text}' holds '{part[i..(end + 1)]}', {problem}.";
                    }

                    i = end;
                    break;
                case '{' when braceAt >= 0:
                    return $"The glob '{_text}' has a '{{' within a '{{' in '{part}': write all the choices side by side.";
                case '{':
                    braceAt = i;
                    break;
                case '}' when braceAt < 0:
                    return $"The glob '{_text}' has a '}}' without '{{' in '{part}': write '[}}]' for a '}}'.";
                case '}':
                    braceAt = -1;
                    break;
                default:
                    break;
            }
        }

        return braceAt < 0
            ? null
            : $"The glob '{_text}' has an unclosed '{{' in '{part}': write '}}' behind the choices (without '/'), or '[{{]' for a '{{'.";
    }

    private void CompileRange(ReadOnlySpan<char> part)
    {
        while (part.Length > 0)
        {
            _ = Rune.DecodeFromUtf16(part, out var rune, out var used);
            switch (rune.Value)
            {
                case '*':
                    EmitAnyWithinPart();
                    break;
                case '?':
                    Emit(GlobOperation.AnyWithinPart);
                    break;
                case '[':
                    used = GlobCharacterSet.FindEnd(part, 0) + 1;
                    _steps.Add(new GlobStep(GlobOperation.OneOf, 0, GlobCharacterSet.Parse(part[..used])));
                    break;
                case '{':
                    used = FindClosingBrace(part) + 1;
                    CompileChoices(part[1..(used - 1)]);
                    break;
                default:
                    Emit(GlobOperation.Character, rune.Value);
                    break;
            }

            part = part[used..];
        }
    }

    private void CompileChoices(ReadOnlySpan<char> choices)
    {
        var jumps = new List<int>();
        for (var comma = FindComma(choices); comma >= 0; comma = FindComma(choices))
        {
            var fork = Emit(GlobOperation.Fork);
            CompileRange(choices[..comma]);
            jumps.Add(Emit(GlobOperation.Jump));
            PointToNext(fork);
            choices = choices[(comma + 1)..];
        }

        CompileRange(choices);
        jumps.ForEach(PointToNext);
    }

    private static int FindClosingBrace(ReadOnlySpan<char> part) => FindOutsideBrackets(part, '}');

    private static int FindComma(ReadOnlySpan<char> choices) => FindOutsideBrackets(choices, ',');

    private static int FindOutsideBrackets(ReadOnlySpan<char> text, char sought)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == sought)
            {
                return i;
            }

            i = text[i] == '[' ? GlobCharacterSet.FindEnd(text, i) : i;
        }

        return -1;
    }

    /// <summary><c>*</c>: any characters but '/'.</summary>
    private void EmitAnyWithinPart()
    {
        var fork = Emit(GlobOperation.Fork);
        Emit(GlobOperation.AnyWithinPart);
        Emit(GlobOperation.Jump, fork);
        PointToNext(fork);
    }

    /// <summary><c>**/</c>: nothing, or any characters up to a '/'.</summary>
    private void EmitAnyFolders()
    {
        var skip = Emit(GlobOperation.Fork);
        var fork = Emit(GlobOperation.Fork);
        Emit(GlobOperation.Any);
        Emit(GlobOperation.Jump, fork);
        PointToNext(fork);
        Emit(GlobOperation.Character, '/');
        PointToNext(skip);
    }

    /// <summary><c>**</c> at the end: at least one character.</summary>
    private void EmitEverything()
    {
        var start = Emit(GlobOperation.Any);
        var fork = Emit(GlobOperation.Fork);
        Emit(GlobOperation.Jump, start);
        PointToNext(fork);
    }

    /// <summary>Nothing, or what lies in the folder that was matched so far.</summary>
    private void EmitContent()
    {
        var end = Emit(GlobOperation.Fork);
        Emit(GlobOperation.Character, '/');
        EmitEverything();
        PointToNext(end);
    }

    private int Emit(GlobOperation operation, int operand = 0)
    {
        _steps.Add(new GlobStep(operation, operand, null));
        return _steps.Count - 1;
    }

    private void PointToNext(int step) => _steps[step] = _steps[step] with { Operand = _steps.Count };
}
