using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Lorch.Core.Configuration;

/// <summary>Parses JSON (RFC 8259, no comments, no trailing commas, no repeated members) into values that know where they stand.</summary>
internal static class LocatedJson
{
    /// <exception cref="LorchException">The text isn't such JSON.</exception>
    public static LocatedValue Parse(SourceText source)
    {
        if (source.FindInvalidUtf8() is var invalid and >= 0)
        {
            throw source.Refuse(
                DiagnosticCode.ConfigurationNotJson,
                invalid,
                "The file isn't UTF-8: found a byte that can't be read, expected UTF-8 text. Save the file as UTF-8.");
        }

        var reader = new Utf8JsonReader(source.Bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Disallow });
        try
        {
            reader.Read();
            var root = ReadValue(source, ref reader, "$");

            // One more Read finds what stands behind the value.
            reader.Read();
            return root;
        }
        catch (JsonException exception)
        {
            throw JsonMistake.Explain(source, exception);
        }
    }

    /// <summary>Names a member of an object, from the root.</summary>
    public static string PathOf(string parent, string name) =>
        name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '$')
            ? $"{parent}.{name}"
            : $"{parent}['{name}']";

    private static LocatedValue ReadValue(SourceText source, ref Utf8JsonReader reader, string path)
    {
        var start = (int)reader.TokenStartIndex;
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(source, ref reader, path),
            JsonTokenType.StartArray => ReadArray(source, ref reader, path),
            JsonTokenType.String => Scalar(JsonValueKind.String, path, start, reader, ReadText(source, reader)),
            JsonTokenType.Number => Scalar(JsonValueKind.Number, path, start, reader, Encoding.ASCII.GetString(reader.ValueSpan)),
            JsonTokenType.True => Scalar(JsonValueKind.True, path, start, reader, ""),
            JsonTokenType.False => Scalar(JsonValueKind.False, path, start, reader, ""),
            _ => Scalar(JsonValueKind.Null, path, start, reader, ""),
        };
    }

    private static LocatedValue Scalar(JsonValueKind kind, string path, int start, in Utf8JsonReader reader, string text) =>
        new() { Kind = kind, Path = path, Start = start, End = (int)reader.BytesConsumed, Text = text };

    private static LocatedValue ReadArray(SourceText source, ref Utf8JsonReader reader, string path)
    {
        var start = (int)reader.TokenStartIndex;
        var items = new List<LocatedValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(source, ref reader, string.Create(CultureInfo.InvariantCulture, $"{path}[{items.Count}]")));
        }

        return new LocatedValue { Kind = JsonValueKind.Array, Path = path, Start = start, End = (int)reader.BytesConsumed, Items = items };
    }

    private static LocatedValue ReadObject(SourceText source, ref Utf8JsonReader reader, string path)
    {
        var start = (int)reader.TokenStartIndex;
        var members = new List<LocatedMember>();
        var offsets = new Dictionary<string, int>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var nameStart = (int)reader.TokenStartIndex;
            var name = ReadText(source, reader);
            if (!offsets.TryAdd(name, nameStart))
            {
                throw Repeated(source, path, name, offsets[name], nameStart);
            }

            reader.Read();
            members.Add(new LocatedMember(name, nameStart, ReadValue(source, ref reader, PathOf(path, name))));
        }

        return new LocatedValue
        {
            Kind = JsonValueKind.Object,
            Path = path,
            Start = start,
            End = (int)reader.BytesConsumed,
            Members = members
        };
    }

    private static LorchException Repeated(SourceText source, string path, string name, int first, int second)
    {
        var (line, _) = source.PlaceOf(first);
        return source.Refuse(
            DiagnosticCode.ConfigurationNotJson,
            second,
            $"{PathOf(path, name)}: found the member '{name}' a second time (first in line {line}), expected each member once. Remove one "
                + $"of the two.");
    }

    private static string ReadText(SourceText source, in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            // The bytes are UTF-8, so only an escape like \ud800 without its other half gets here.
            throw source.Refuse(
                DiagnosticCode.ConfigurationNotJson,
                (int)reader.TokenStartIndex,
                "Found a text with half of a surrogate pair (\\ud800 to \\udfff alone), expected whole characters. Write the character "
                    + "itself, or both halves.",
                exception);
        }
    }
}
