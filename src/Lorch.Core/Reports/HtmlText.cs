using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Lorch.Core.Tools;

namespace Lorch.Core.Reports;

/// <summary>Markup that is taken as it is. Whatever else goes into a page is a text.</summary>
internal readonly record struct Markup(string Value)
{
    public static readonly Markup None = new("");

    public override string ToString() => Value;
}

/// <summary>
/// Writes HTML: what stands between the holes of an interpolated string is markup, what stands in them is text unless it is
/// <see cref="Markup"/>.
/// </summary>
internal sealed class HtmlText
{
    private static readonly SearchValues<char> Marked = SearchValues.Create("<>&\"'\r\u007f");

    private readonly StringBuilder _text = new();

    /// <summary>Gets how many characters were written.</summary>
    public int Length => _text.Length;

    public HtmlText Add([InterpolatedStringHandlerArgument("")] ref Holes holes)
    {
        _ = holes;
        return this;
    }

    public Markup ToMarkup() => new(_text.ToString());

    /// <summary>Writes markup from an interpolated string.</summary>
    public static Markup Of(Func<HtmlText, HtmlText> write) => write(new HtmlText()).ToMarkup();

    /// <summary>
    /// Makes a text harmless in content and in quoted attributes: no markup, nothing meant for a terminal, nothing that turns the direction
    /// of what stands beside it.
    /// </summary>
    public static string Encode(string text)
    {
        var plain = ToolText.Plain(text);
        if (!plain.AsSpan().ContainsAny(Marked) && !plain.Any(IsOdd))
        {
            return plain;
        }

        var encoded = new StringBuilder(plain.Length + 32);
        foreach (var character in plain)
        {
            _ = character switch
            {
                '<' => encoded.Append("&lt;"),
                '>' => encoded.Append("&gt;"),
                '&' => encoded.Append("&amp;"),
                '"' => encoded.Append("&quot;"),
                '\'' => encoded.Append("&#39;"),
                '\r' => encoded,
                _ when IsOdd(character) => encoded.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => encoded.Append(character),
            };
        }

        return encoded.ToString();
    }

    /// <summary>Control characters, separators of lines, marks of direction, and what is no character at all.</summary>
    private static bool IsOdd(char character) => (char.IsControl(character) && character is not ('\t' or '\n' or '\r'))
        || character is '\u2028' or '\u2029' or '\u061c' or '\u200e' or '\u200f' or '\ufeff' or '\ufffe' or '\uffff'
            or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    /// <summary>Takes an interpolated string apart.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Holes
    {
        private readonly StringBuilder _text;

        public Holes(int literalLength, int formattedCount, HtmlText html)
        {
            _ = (literalLength, formattedCount);
            _text = html._text;
        }

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(string? text) => _text.Append(Encode(text ?? ""));

        public void AppendFormatted(Markup markup) => _text.Append(markup.Value);

        public void AppendFormatted(int number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(long number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(double number) => _text.Append(number.ToString("0.###", CultureInfo.InvariantCulture));

        public void AppendFormatted<T>(T value)
            where T : struct => _text.Append(Encode(value.ToString() ?? ""));
    }
}
