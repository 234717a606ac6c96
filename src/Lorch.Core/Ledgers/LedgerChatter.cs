using System.Text.Json;
using System.Text.Unicode;
using Lorch.Core.Json;

namespace Lorch.Core.Ledgers;

/// <summary>Recognizes the lines that only tell progress, without making messages of them.</summary>
internal static class LedgerChatter
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonScan.MaxDepth };

    /// <summary>Whether a line is sound JSON and an event that names no file and proves nothing. Whatever is doubtful is not.</summary>
    public static bool IsChatter(ReadOnlySpan<byte> line)
    {
        try
        {
            return Utf8.IsValid(line) && IsProgress(new Utf8JsonReader(line, Options));
        }
        catch (JsonException)
        {
            // Damage is for the reader to judge, who knows the line's number and whether it is the last one.
            return false;
        }
    }

    private static bool IsProgress(Utf8JsonReader reader)
    {
        var (isEvent, isProgress) = (false, false);
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            if (reader.ValueIsEscaped || name.SequenceEqual("artifacts"u8) || name.SequenceEqual("removed"u8))
            {
                return false;
            }

            reader.Read();
            isEvent |= name.SequenceEqual("kind"u8) && reader.ValueSpan.SequenceEqual("event"u8);
            isProgress |= name.SequenceEqual("event"u8)
                && (reader.ValueSpan.SequenceEqual("builder.progress"u8) || reader.ValueSpan.SequenceEqual("log"u8));
            reader.Skip();
        }

        return isEvent && isProgress && !reader.Read();
    }
}
