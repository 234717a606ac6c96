using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lorch.Core.Snapshots;

/// <summary>Times in manifests: RFC 3339, UTC, milliseconds, as in <c>2026-01-31T09:05:00.000Z</c>.</summary>
internal sealed class ManifestTime : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Cuts a time to what a manifest keeps of it.</summary>
    public static DateTimeOffset Round(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    /// <summary>Writes a time as manifests do.</summary>
    public static string ToText(DateTimeOffset time) => time.ToUniversalTime().ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Writes a time as manifests do, and gives the number of bytes.</summary>
    public static int Write(DateTimeOffset time, Span<byte> place) =>
        time.UtcDateTime.TryFormat(place, out var written, Format, CultureInfo.InvariantCulture) ? written : throw new ArgumentException("There is no room.", nameof(place));

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && DateTimeOffset.TryParseExact(reader.GetString(), Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new JsonException("expected a time like 2026-01-31T09:05:00.000Z");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(ToText(value));
}
