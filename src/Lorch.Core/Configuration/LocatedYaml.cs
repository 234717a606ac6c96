using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Lorch.Core.Configuration;

/// <summary>Parses the YAML of front matter into values as JSON has them, which know where they stand.</summary>
/// <remarks>Everything that JSON has no word for is refused: anchors and aliases, tags, several documents, keys that aren't texts, numbers
/// in other forms. Nobody else may name the library: that way its assembly is loaded only where this class is used.</remarks>
internal sealed partial class LocatedYaml
{
    /// <summary>As deep as lorch.json may be.</summary>
    private const int MaxDepth = 64;

    private readonly SourceText _source;
    private readonly int _start;
    private readonly string _text;
    private readonly int[]? _offsets;
    private readonly Parser _parser;

    private LocatedYaml(SourceText source, int start, int end)
    {
        _source = source;
        _start = start;
        _text = new UTF8Encoding(false, true).GetString(source.Bytes[start..end]);
        _offsets = _text.Length == end - start ? null : OffsetsOf(_text);
        _parser = new Parser(new StringReader(_text));
    }

    /// <summary>Parses a part of a text.</summary>
    /// <exception cref="LorchException">It isn't such YAML (LORCH1027).</exception>
    public static LocatedValue Parse(SourceText source, int start, int end)
    {
        var yaml = new LocatedYaml(source, start, end);
        try
        {
            return yaml.ReadDocument();
        }
        catch (YamlException exception)
        {
            throw source.Refuse(
                DiagnosticCode.TaskFileNotReadable,
                yaml.OffsetOf(exception.Start),
                $"The front matter isn't YAML: {exception.Message.TrimEnd('.')}. Correct it; a text with special characters goes into "
                    + $"quotes.",
                exception);
        }
    }

    private LocatedValue ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return new LocatedValue { Kind = JsonValueKind.Object, Path = "$", Start = 0, End = 0 };
        }

        _parser.Consume<DocumentStart>();
        var root = Read("$", 1);
        _parser.Consume<DocumentEnd>();
        if (!_parser.Accept<StreamEnd>(out _))
        {
            throw Refuse(_parser.Current!, "a second document", "one", "Remove one of the two");
        }

        // Front matter of comments alone is an empty text to YAML.
        return root is { Kind: JsonValueKind.Null, Text: "" } ? root with { Kind = JsonValueKind.Object } : root;
    }

    private LocatedValue Read(string path, int depth)
    {
        if (_parser.Accept<AnchorAlias>(out var alias))
        {
            throw Refuse(alias, $"the alias '*{alias.Value}'", "values that are written out", "Write the value itself");
        }

        var node = _parser.Consume<NodeEvent>();
        if (!node.Anchor.IsEmpty)
        {
            throw Refuse(node, $"the anchor '&{node.Anchor}'", "values without names", "Remove it");
        }

        if (!node.Tag.IsEmpty)
        {
            throw Refuse(node, $"the tag '{node.Tag}'", "values without tags", "Remove it; a text goes into quotes");
        }

        if (depth > MaxDepth)
        {
            throw Refuse(
                node,
                string.Create(CultureInfo.InvariantCulture, $"more than {MaxDepth} values inside each other"),
                "fewer",
                "Make them flatter");
        }

        return node switch
        {
            MappingStart => ReadObject(node, path, depth),
            SequenceStart => ReadArray(node, path, depth),
            _ => ReadScalar((Scalar)node, path),
        };
    }

    private LocatedValue ReadArray(NodeEvent start, string path, int depth)
    {
        var items = new List<LocatedValue>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Read(string.Create(CultureInfo.InvariantCulture, $"{path}[{items.Count}]"), depth + 1));
        }

        return Located(start, path) with { Kind = JsonValueKind.Array, Items = items };
    }

    private LocatedValue ReadObject(NodeEvent start, string path, int depth)
    {
        var members = new List<LocatedMember>();
        var lines = new Dictionary<string, long>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var at = _parser.Current!;
            var name = Read(path, depth + 1);
            if (at is not Scalar key)
            {
                throw Refuse(at, $"{name.Description} as the name of a member", "a text", "Write one");
            }

            var place = OffsetOf(key.Start);
            if (!lines.TryAdd(key.Value, _source.PlaceOf(place).Line))
            {
                throw Refuse(
                    key,
                    $"the member '{key.Value}' a second time (first in line {lines[key.Value]})",
                    "each member once",
                    "Remove one of the two");
            }

            members.Add(new LocatedMember(key.Value, place, Read(LocatedJson.PathOf(path, key.Value), depth + 1)));
        }

        return Located(start, path) with { Kind = JsonValueKind.Object, Members = members };
    }

    private LocatedValue ReadScalar(Scalar scalar, string path)
    {
        var text = scalar.Value;
        var kind = scalar.Style is not ScalarStyle.Plain ? JsonValueKind.String : text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => JsonValueKind.Null,
            "true" or "True" or "TRUE" => JsonValueKind.True,
            "false" or "False" or "FALSE" => JsonValueKind.False,
            _ when JsonNumber().IsMatch(text) => JsonValueKind.Number,
            _ when OtherNumber().IsMatch(text) =>
                throw Refuse(
                    scalar,
                    $"'{text}', which YAML may take for a number",
                    "a number as JSON writes it, or a text in quotes",
                    "Write one of these"),
            _ => JsonValueKind.String,
        };
        return text.AsSpan().IndexOf('\0') < 0 && IsWhole(text)
            ? Located(scalar, path) with { Kind = kind, Text = text }
            : throw Refuse(scalar, "a text with a character that no file holds", "whole characters", "Write the characters themselves");
    }

    private LocatedValue Located(NodeEvent node, string path) =>
        new() { Kind = JsonValueKind.Null, Path = path, Start = OffsetOf(node.Start), End = OffsetOf(node.End) };

    private LorchException Refuse(ParsingEvent at, string found, string expected, string remedy) =>
        _source.Refuse(
            DiagnosticCode.TaskFileNotReadable,
            OffsetOf(at.Start),
            $"The front matter can't be used: found {found}, expected {expected}. {remedy}.");

    private int OffsetOf(in Mark mark)
    {
        var index = (int)Math.Clamp(mark.Index, 0, _text.Length);
        return _start + (_offsets?[index] ?? index);
    }

    private static int[] OffsetsOf(string text)
    {
        var offsets = new int[text.Length + 1];
        var bytes = 0;
        for (var at = 0; at < text.Length; at++)
        {
            offsets[at] = bytes;
            bytes += text[at] < 0x80 ? 1 : text[at] < 0x800 || char.IsSurrogate(text[at]) ? 2 : 3;
        }

        offsets[^1] = bytes;
        return offsets;
    }

    private static bool IsWhole(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar && !text.Contains('\uFFFD', StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber();

    [GeneratedRegex(
        @"^([-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0[xX][0-9a-fA-F]+|0o[0-7]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex OtherNumber();
}
