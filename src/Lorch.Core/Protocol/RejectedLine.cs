using System.Buffers;
using System.Globalization;
using System.Text;

namespace Lorch.Core.Protocol;

/// <summary>What came of a line: a <see cref="Parsed"/> message or a <see cref="RejectedLine"/>.</summary>
internal abstract record MessageParsing
{
    private protected MessageParsing()
    {
    }

    /// <summary>The line is a message.</summary>
    /// <param name="Message">The message.</param>
    public sealed record Parsed(Message Message) : MessageParsing;
}

/// <summary>A line that is no message, and why.</summary>
internal sealed record RejectedLine : MessageParsing
{
    /// <summary>How many UTF-8 bytes of the line are shown at most.</summary>
    public const int MaxShownBytes = 4096;

    /// <summary>Gets what is wrong with it, in the words of the wire.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets where in the line, like <c>$.retry.attempt</c>; <see langword="null"/> if it can't be said.</summary>
    public string? Path { get; init; }

    /// <summary>
    /// Gets the line's beginning, at most <see cref="MaxShownBytes"/> in UTF-8; bytes that are no UTF-8 read <c>\xNN</c>.
    /// </summary>
    public required string Line { get; init; }

    /// <summary>Rejects a line that is longer than a message may be.</summary>
    /// <param name="line">The line, whose bytes are only its beginning.</param>
    /// <param name="maxBytes">What is allowed.</param>
    /// <returns>The rejected line.</returns>
    internal static RejectedLine TooLong(NdjsonLine line, int maxBytes) => new()
    {
        Reason = string.Create(
            CultureInfo.InvariantCulture,
            $"the line is too long: it has {line.Size} bytes, at most {maxBytes} are allowed"),
        Line = Show(line.Bytes.Span),
    };

    /// <summary>Makes the text that is shown of a line.</summary>
    internal static string Show(ReadOnlySpan<byte> line)
    {
        var text = new StringBuilder();
        var room = MaxShownBytes;
        while (line.Length > 0)
        {
            var valid = Rune.DecodeFromUtf8(line, out var rune, out var used) == OperationStatus.Done;
            room -= valid ? used : 4 * used;
            if (room < 0)
            {
                break;
            }

            text = valid ? text.Append(rune.ToString()) : AppendBytes(text, line[..used]);
            line = line[used..];
        }

        return text.ToString();
    }

    private static StringBuilder AppendBytes(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}");
        }

        return text;
    }
}
