using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lorch.Core.Snapshots.Index;

/// <summary>Times in manifests: RFC 3339, UTC, milliseconds, as in <c>2026-01-31T09:05:00.000Z</c>.</summary>
internal sealed class ManifestTime : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private const int Length = 24;

    /// <summary>Cuts a time to what a manifest keeps of it.</summary>
    public static DateTimeOffset Round(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    /// <summary>Writes a time as manifests do.</summary>
    public static string ToText(DateTimeOffset time) => time.ToUniversalTime().ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Writes a time as manifests do, and gives the number of bytes.</summary>
    public static int Write(DateTimeOffset time, Span<byte> place)
    {
        var utc = time.UtcDateTime;
        Put(place, 0, utc.Year, 4, '-');
        Put(place, 5, utc.Month, 2, '-');
        Put(place, 8, utc.Day, 2, 'T');
        Put(place, 11, utc.Hour, 2, ':');
        Put(place, 14, utc.Minute, 2, ':');
        Put(place, 17, utc.Second, 2, '.');
        Put(place, 20, utc.Millisecond, 3, 'Z');
        return Length;
    }

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && DateTimeOffset.TryParseExact(
            reader.GetString(),
            Format,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time)
            ? time
            : throw new JsonException("expected a time like 2026-01-31T09:05:00.000Z");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(ToText(value));

    private static void Put(Span<byte> place, int start, int value, int digits, char end)
    {
        place[start + digits] = (byte)end;
        for (var i = start + digits - 1; i >= start; i--)
        {
            (value, var digit) = Math.DivRem(value, 10);
            place[i] = (byte)('0' + digit);
        }
    }
}
