using System.Text;
using System.Text.Json;

namespace Lorch.Core.Configuration;

/// <summary>A task file in its parts: front matter between two lines <c>---</c>, and the goal below.</summary>
/// <param name="Start">The offset of the first byte behind the first line.</param>
/// <param name="End">The offset of the line that ends the front matter.</param>
/// <param name="Body">The offset behind that line.</param>
internal sealed record FrontMatter(int Start, int End, int Body)
{
    /// <summary>Finds front matter.</summary>
    /// <returns>Where it stands; <see langword="null"/> if the file has none and so is no task.</returns>
    /// <exception cref="LorchException">It starts and doesn't end (LORCH1027).</exception>
    public static FrontMatter? Find(SourceText source)
    {
        var bytes = source.Bytes;
        var start = LineEnd(bytes, 0);
        if (!IsFence(bytes[..start]))
        {
            return null;
        }

        for (var at = start; at < bytes.Length;)
        {
            var next = LineEnd(bytes, at);
            if (IsFence(bytes[at..next]))
            {
                return new FrontMatter(start, at, next);
            }

            at = next;
        }

        throw source.Refuse(
            DiagnosticCode.TaskFileNotReadable,
            0,
            "Found '---' in the first line and no second line of that kind, expected front matter between the two. Write '---' below the "
                + "task's members; the goal follows it.");
    }

    /// <summary>Takes the goal: what stands below the front matter, without blanks around it, and with LF as line ends.</summary>
    public LocatedValue Goal(SourceText source)
    {
        var utf8 = new UTF8Encoding(false, true);
        var body = utf8.GetString(source.Bytes[Body..]);
        var blanks = body.Length - body.TrimStart().Length;
        var text = body.Trim().Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return new LocatedValue
        {
            Kind = JsonValueKind.String,
            Path = "the goal below the front matter",
            Start = text.Length == 0 ? Body : Body + utf8.GetByteCount(body.AsSpan(0, blanks)),
            End = source.Bytes.Length,
            Text = text,
        };
    }

    private static int LineEnd(ReadOnlySpan<byte> bytes, int at) =>
        bytes[at..].IndexOf((byte)'\n') is var end and >= 0 ? at + end + 1 : bytes.Length;

    private static bool IsFence(ReadOnlySpan<byte> line) => line.StartsWith("---"u8) && line[3..].Trim(" \t\r\n"u8).IsEmpty;
}
