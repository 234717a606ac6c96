using System.Buffers;
using System.Text;
using System.Text.Json.Serialization;

namespace Lorch.Core;

/// <summary>
/// A path below the workspace root as messages and files name it: <c>/</c> between segments, no <c>..</c>, no <c>.</c>, not rooted.
/// </summary>
/// <remarks>Purely lexical. What the disk allows is decided where the path is opened. Order is that of the UTF-8 bytes.</remarks>
[JsonConverter(typeof(TextValueConverter<RelativePath>))]
public readonly record struct RelativePath : ITextValue<RelativePath>, IComparable<RelativePath>
{
    private readonly string? _text;

    private RelativePath(string text) => _text = text;

    /// <inheritdoc/>
    public static string Expected => "a path relative to the workspace root with '/' between its parts, without '.', '..', '\\' or a drive";

    /// <summary>Gets the text before the last <c>/</c>, or an empty text.</summary>
    public string Folder => ToString().LastIndexOf('/') is var slash and >= 0 ? ToString()[..slash] : "";

    /// <summary>Gets the text after the last <c>/</c>.</summary>
    public string Name => ToString()[(ToString().LastIndexOf('/') + 1)..];

    /// <summary>Parses a path.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The path.</returns>
    /// <exception cref="FormatException">The text is no relative path.</exception>
    public static RelativePath Parse(string text) =>
        TryParse(text, out var path) ? path : throw new FormatException($"'{text}' is not {Expected}.");

    /// <inheritdoc/>
    public static bool TryParse(string? text, out RelativePath value)
    {
        value = default;
        if (string.IsNullOrEmpty(text) || text.AsSpan().ContainsAny('\\', '\0') || HasDrive(text) || !IsWellFormed(text))
        {
            return false;
        }

        foreach (var range in text.AsSpan().Split('/'))
        {
            if (text.AsSpan(range) is "" or "." or "..")
            {
                return false;
            }
        }

        value = new RelativePath(text);
        return true;
    }

    /// <summary>Compares two paths by the bytes of their UTF-8 form, which is also the order of their code points.</summary>
    /// <param name="left">A path's text.</param>
    /// <param name="right">Another path's text.</param>
    /// <returns>Less than, equal to or greater than zero.</returns>
    public static int CompareUtf8(string left, string right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (a, b) = (left[common], right[common]);

        // A surrogate stands for a code point above U+FFFF, so it sorts after every other UTF-16 unit.
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }

    /// <inheritdoc/>
    public int CompareTo(RelativePath other) => CompareUtf8(ToString(), other.ToString());

    /// <inheritdoc/>
    public override string ToString() => _text ?? throw new InvalidOperationException("A path was used before it was set.");

    private static bool HasDrive(string text) => text.Length >= 2 && text[1] == ':' && char.IsAsciiLetter(text[0]);

    private static bool IsWellFormed(string text)
    {
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var used) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[used..];
        }

        return true;
    }
}
