using System.Text.Json;
using Lorch.Core.Storage;

namespace Lorch.Core.Configuration;

/// <summary>Says in words what keeps a text from being JSON.</summary>
internal static class JsonMistake
{
    public static LorchException Explain(SourceText source, JsonException exception)
    {
        var offset = source.OffsetOf(exception.LineNumber ?? 0, exception.BytePositionInLine ?? 0);
        if (source.Bytes.Trim(" \t\r\n"u8).IsEmpty)
        {
            return Refuse(
                source,
                0,
                "the file is empty",
                "a JSON object",
                "Fill it, or delete it and run `dotnet build -t:LorchInit`.",
                exception);
        }

        if (MergeMarks.FindLine(source.Bytes) is { } line)
        {
            return Refuse(
                source,
                source.OffsetOf(line - 1, 0),
                "the mark of a merge that isn't finished",
                "one side of it",
                "Edit the file to what both sides want, without the lines of <<<<<<<, =======, >>>>>>>.",
                exception);
        }

        if (FindComment(source.Bytes, offset) is { } comment)
        {
            return Refuse(source, comment, "a comment", "JSON, which has none", "Remove the comment.", exception);
        }

        if (FindTrailingComma(source.Bytes, offset) is { } comma)
        {
            return Refuse(source, comma, "a trailing comma", "another value, or no comma", "Remove the comma.", exception);
        }

        return Refuse(
            source,
            offset,
            Reason(exception),
            "JSON (RFC 8259)",
            "Correct the text at this place, or just before it.",
            exception);
    }

    private static LorchException Refuse(SourceText source, int offset, string found, string expected, string remedy, JsonException cause) =>
        source.Refuse(DiagnosticCode.ConfigurationNotJson, offset, $"This isn't JSON: found {found}, expected {expected}. {remedy}", cause);

    private static int? FindComment(ReadOnlySpan<byte> bytes, int offset)
    {
        // The parser stops at the slash or, in a comment that doesn't end, somewhere behind it.
        for (var at = Math.Min(offset, bytes.Length - 1); at >= Math.Max(0, offset - 1); at--)
        {
            if (bytes[at] == '/' && at + 1 < bytes.Length && bytes[at + 1] is (byte)'/' or (byte)'*')
            {
                return at;
            }
        }

        return offset < bytes.Length && bytes[offset] == '#' ? offset : null;
    }

    private static int? FindTrailingComma(ReadOnlySpan<byte> bytes, int offset)
    {
        if (offset >= bytes.Length || bytes[offset] is not ((byte)']' or (byte)'}'))
        {
            return null;
        }

        var before = bytes[..offset].TrimEnd(" \t\r\n"u8);
        return before.EndsWith(","u8) ? before.Length - 1 : null;
    }

    private static string Reason(JsonException exception)
    {
        // The framework appends its own count of lines, from 0.
        var text = exception.Message;
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        text = (end < 0 ? text : text[..end]).TrimEnd('.', ' ');
        return text.Length == 0 ? "something else" : $"a mistake ({text})";
    }
}
