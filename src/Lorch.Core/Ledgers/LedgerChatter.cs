using System.Text.Json;

namespace Lorch.Core.Ledgers;

/// <summary>Recognizes the lines that only tell progress, without making messages of them.</summary>
internal static class LedgerChatter
{
    /// <summary>Whether a line is sound JSON and an event that names no file and proves nothing. Whatever is doubtful is not.</summary>
    public static bool IsChatter(ReadOnlySpan<byte> line)
    {
        // The member stands where MessageJson writes it, before anything that an agent may have put into a payload.
        if (line.IndexOf("\"event\":\"builder.progress\""u8) < 0 && line.IndexOf("\"event\":\"log\""u8) < 0)
        {
            return false;
        }

        try
        {
            return IsChatter(new Utf8JsonReader(line));
        }
        catch (JsonException)
        {
            // Damage is for the reader to judge, who knows the line's number and whether it is the last one.
            return false;
        }
    }

    private static bool IsChatter(Utf8JsonReader reader)
    {
        var (isEvent, isProgress, namesFiles) = (false, false, false);
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType is not JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.ValueTextEquals("kind"u8))
            {
                isEvent = reader.Read() && reader.ValueTextEquals("event"u8);
            }
            else if (reader.ValueTextEquals("event"u8))
            {
                isProgress = reader.Read() && (reader.ValueTextEquals("builder.progress"u8) || reader.ValueTextEquals("log"u8));
            }
            else
            {
                namesFiles |= reader.ValueTextEquals("artifacts"u8) || reader.ValueTextEquals("removed"u8);
            }
        }

        return isEvent && isProgress && !namesFiles;
    }
}
