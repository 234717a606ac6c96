using System.Text;
using Lorch.Core.Json;

namespace Lorch.Core.Configuration;

/// <summary>The bytes of a file that a person wrote, and where in it things stand.</summary>
/// <param name="file">The file's path, for diagnostics.</param>
/// <param name="bytes">Its bytes, without a byte order mark.</param>
internal sealed class SourceText(string file, byte[] bytes)
{
    private const byte LineFeed = (byte)'\n';

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Takes a file's bytes. Some editors put a byte order mark before a text; it carries no meaning.</summary>
    public static SourceText Of(string file, ReadOnlySpan<byte> bytes) =>
        new(file, (bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes).ToArray());

    public string File => file;

    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>Says where an offset is as editors count: lines from 1, columns in UTF-16 units from 1.</summary>
    public (int Line, int Column) PlaceOf(int offset)
    {
        var before = bytes.AsSpan(0, Math.Min(offset, bytes.Length));
        var lineStart = before.LastIndexOf(LineFeed) + 1;
        return (before.Count(LineFeed) + 1, Utf8.GetCharCount(before[lineStart..]) + 1);
    }

    /// <summary>Finds the offset of a byte in a line, both counted from 0.</summary>
    public int OffsetOf(long line, long byteInLine)
    {
        var start = 0;
        for (; line > 0 && bytes.AsSpan(start).IndexOf(LineFeed) is var next and >= 0; line--)
        {
            start += next + 1;
        }

        return (int)Math.Min(start + byteInLine, bytes.Length);
    }

    /// <summary>Finds the first byte that isn't UTF-8, or -1.</summary>
    public int FindInvalidUtf8() => Utf8Check.FindInvalid(bytes);

    /// <summary>Makes the exception that tells what is wrong at an offset.</summary>
    public LorchException Refuse(string code, int offset, string message, Exception? cause = null)
    {
        var (line, column) = PlaceOf(offset);
        return new LorchException(
            new Diagnostic { Code = code, Message = message, File = file, Line = line, Column = column },
            cause);
    }
}
