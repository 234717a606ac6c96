using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lorch.Core;

/// <summary>The text form of times: RFC 3339. Written in UTC with milliseconds; any offset and any fraction are read.</summary>
internal static class Rfc3339
{
    /// <summary>What a valid text looks like, for messages.</summary>
    public const string Expected = "a time like 2026-01-31T09:05:00.000Z";

    private const string WrittenFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const string SecondsFormat = "yyyy-MM-dd'T'HH:mm:ss";
    private const int SecondsLength = 19;
    private const int TickDigits = 7;

    /// <summary>Writes a time as <c>yyyy-MM-ddTHH:mm:ss.fffZ</c>; what is finer than a millisecond is cut off.</summary>
    /// <param name="time">The time, any offset.</param>
    /// <returns>The text.</returns>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(WrittenFormat, CultureInfo.InvariantCulture);

    /// <summary>Parses a time with <c>Z</c> or an offset, and with or without a fraction; what is finer than 100 ns is cut off.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The time in UTC, or <see langword="default"/>.</param>
    /// <returns>Whether the text is a time. A leap second (<c>:60</c>) is not: the framework can't hold it.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length <= SecondsLength || !TryParseSeconds(text[..SecondsLength], out var local))
        {
            return false;
        }

        var rest = text[SecondsLength..];
        if (!TryTakeFraction(ref rest, out var fraction) || !TryParseOffset(rest, out var offset))
        {
            return false;
        }

        var ticks = local.Ticks + fraction.Ticks - offset.Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary>RFC 3339 §5.6 lets <c>T</c> and <c>Z</c> be lower case.</summary>
    private static bool TryParseSeconds(ReadOnlySpan<char> text, out DateTime time)
    {
        Span<char> upper = stackalloc char[SecondsLength];
        text.CopyTo(upper);
        upper[10] = upper[10] == 't' ? 'T' : upper[10];
        return DateTime.TryParseExact(upper, SecondsFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<char> text, out TimeSpan fraction)
    {
        fraction = default;
        if (text[0] != '.')
        {
            return true;
        }

        var end = text[1..].IndexOfAnyExceptInRange('0', '9') is var other and >= 0 ? other : text.Length - 1;
        var digits = text.Slice(1, end);
        var ticks = 0L;
        for (var i = 0; i < TickDigits; i++)
        {
            ticks = (ticks * 10) + (i < digits.Length ? digits[i] - '0' : 0);
        }

        text = text[(1 + end)..];
        fraction = TimeSpan.FromTicks(ticks);
        return end > 0;
    }

    private static bool TryParseOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        if (text is "Z" or "z")
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':'
            || !TryParseTwoDigits(text[1..3], 23, out var hours) || !TryParseTwoDigits(text[4..], 59, out var minutes))
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryParseTwoDigits(ReadOnlySpan<char> text, int greatest, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= greatest;
}

/// <summary>Reads and writes times in their text form, <see cref="Rfc3339"/>.</summary>
internal sealed class Rfc3339Converter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException($"expected {Rfc3339.Expected}");
        }

        var text = reader.GetString();
        return Rfc3339.TryParse(text, out var time)
            ? time
            : throw new JsonException($"'{text}' is not valid: expected {Rfc3339.Expected}");
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Rfc3339.Format(value));
}
