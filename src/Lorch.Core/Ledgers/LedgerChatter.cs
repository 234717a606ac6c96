using System.Text.Unicode;

namespace Lorch.Core.Ledgers;

/// <summary>Recognizes the lines that only tell progress, without making messages of them.</summary>
internal static class LedgerChatter
{
    /// <summary>Whether a line is sound JSON and an event that names no file and proves nothing. Whatever is doubtful is not.</summary>
    public static bool IsChatter(ReadOnlySpan<byte> line)
    {
        var (isEvent, isProgress, namesFiles) = (false, false, false);
        var members = new JsonSkim(line);
        while (members.TryRead(out var name, out var value))
        {
            isEvent |= name.SequenceEqual("kind"u8) && value.SequenceEqual("\"event\""u8);
            isProgress |= name.SequenceEqual("event"u8) && (value.SequenceEqual("\"builder.progress\""u8) || value.SequenceEqual("\"log\""u8));
            namesFiles |= name.SequenceEqual("artifacts"u8) || name.SequenceEqual("removed"u8) || name.Contains((byte)'\\');
        }

        // Damage is for the reader to judge, who knows the line's number and whether it is the last one.
        return members.IsWhole && isEvent && isProgress && !namesFiles && Utf8.IsValid(line);
    }
}
