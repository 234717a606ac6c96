using System.Buffers;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Lorch.Core;

/// <summary>Names one message: a UUID in its 36-character form (RFC 9562). Lorch makes version 7; agents may use any version.</summary>
[JsonConverter(typeof(TextValueConverter<MessageId>))]
public readonly record struct MessageId : ITextValue<MessageId>
{
    private static readonly SearchValues<char> DigitsAndHyphen = SearchValues.Create("0123456789abcdefABCDEF-");

    private readonly string? _text;

    private MessageId(string text) => _text = text;

    /// <inheritdoc/>
    public static string Expected => "a UUID like 0198c0de-0000-7000-8000-000000000000";

    /// <summary>Gets the time that an id of version 7 was made at; <see langword="null"/> of any other.</summary>
    internal DateTimeOffset? CreatedAt => ToString() is var text && text[14] == '7'
        ? DateTimeOffset.FromUnixTimeMilliseconds(
            long.Parse(string.Concat(text.AsSpan(0, 8), text.AsSpan(9, 4)), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
        : null;

    /// <summary>Makes an id of version 7: a time and random bits.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The id.</returns>
    public static MessageId Create(DateTimeOffset now) => new(Guid.CreateVersion7(now).ToString("D"));

    /// <summary>Parses a message id; upper-case digits are taken as lower-case ones.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException">The text is no UUID.</exception>
    public static MessageId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not {Expected}.");

    /// <inheritdoc/>
    public static bool TryParse(string? text, out MessageId value)
    {
        // Guid also takes blanks around it, and '+' or '0x' inside, which are no digits.
        var valid = Guid.TryParseExact(text, "D", out var guid)
            && text!.Length == 36
            && text.AsSpan().IndexOfAnyExcept(DigitsAndHyphen) < 0;
        value = valid ? new MessageId(guid.ToString("D")) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => _text ?? throw new InvalidOperationException("A message id was used before it was set.");
}
