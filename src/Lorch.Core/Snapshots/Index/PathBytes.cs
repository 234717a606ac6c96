using System.Text;

namespace Lorch.Core.Snapshots.Index;

/// <summary>Paths between the bytes that the system gives and the texts that people read.</summary>
internal static class PathBytes
{
    private static readonly UTF8Encoding Lossy = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Gives the text of a path or a part of one; bytes that aren't UTF-8 become U+FFFD.</summary>
    public static string ToText(ReadOnlySpan<byte> bytes) => Lossy.GetString(bytes);

    public static byte[] Of(string text) => Lossy.GetBytes(text);
}
