using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lorch.Core.Reports.Traces;

/// <summary>Writes and reads the JSON of OTLP: ids are hexadecimal, 64-bit numbers are texts, enumerations are numbers.</summary>
internal static class OtlpJson
{
    private const string Schema = "https://opentelemetry.io/schemas/1.41.0";
    private const string ServiceName = "service.name";
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string Version = typeof(OtlpJson).Assembly.GetName().Version!.ToString(3);

    /// <summary>Writes an <c>ExportTraceServiceRequest</c>.</summary>
    /// <param name="spans">The spans.</param>
    /// <param name="resource">What its sender was called; the last of equal names counts.</param>
    public static byte[] GetBytes(IEnumerable<Span> spans, IReadOnlyList<KeyValuePair<string, string>> resource)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("resourceSpans");
            json.WriteStartObject();
            json.WriteStartObject("resource");
            WriteAttributes(json, AttributesOf(resource));
            json.WriteEndObject();
            json.WriteStartArray("scopeSpans");
            json.WriteStartObject();
            json.WriteStartObject("scope");
            json.WriteString("name", "Lorch.Build");
            json.WriteString("version", Version);
            json.WriteEndObject();
            json.WriteStartArray("spans");
            foreach (var span in spans)
            {
                Write(json, span);
            }

            json.WriteEndArray();
            json.WriteString("schemaUrl", Schema);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads an <c>ExportTraceServiceResponse</c>.</summary>
    /// <param name="content">What was answered; nothing at all is an answer, too.</param>
    /// <param name="refused">How many spans weren't taken.</param>
    /// <param name="message">What is said of that, or of those that were.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryReadAnswer(ReadOnlySpan<byte> content, out long refused, out string message)
    {
        (refused, message) = (0, "");
        try
        {
            var reader = new Utf8JsonReader(content);
            if (content.IsEmpty)
            {
                return true;
            }

            var answer = JsonElement.ParseValue(ref reader);
            if (answer.ValueKind is not JsonValueKind.Object)
            {
                return false;
            }

            if (answer.TryGetProperty("partialSuccess", out var partial) && partial.ValueKind is JsonValueKind.Object)
            {
                refused = partial.TryGetProperty("rejectedSpans", out var count)
                    && long.TryParse(count.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : 0;
                message = partial.TryGetProperty("errorMessage", out var text) ? text.ToString() : "";
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static IEnumerable<KeyValuePair<string, object>> AttributesOf(IReadOnlyList<KeyValuePair<string, string>> resource)
    {
        KeyValuePair<string, string>[] usual =
        [
            new(ServiceName, "lorch"), new("service.version", Version), new("telemetry.sdk.name", "lorch"),
            new("telemetry.sdk.language", "dotnet"), new("telemetry.sdk.version", Version),
        ];
        return usual.Concat(resource).GroupBy(entry => entry.Key)
            .Select(group => KeyValuePair.Create(group.Key, (object)group.Last().Value));
    }

    private static void Write(Utf8JsonWriter json, Span span)
    {
        json.WriteStartObject();
        json.WriteString("traceId", span.TraceId);
        json.WriteString("spanId", span.SpanId);
        if (span.ParentId is { } parent)
        {
            json.WriteString("parentSpanId", parent);
        }

        json.WriteString("name", span.Name);
        json.WriteNumber("kind", (int)span.Kind);
        json.WriteString("startTimeUnixNano", Nanoseconds(span.StartedAt));
        json.WriteString("endTimeUnixNano", Nanoseconds(span.EndedAt));
        WriteAttributes(json, span.Attributes);
        if (span.Link is var (trace, id))
        {
            json.WriteStartArray("links");
            json.WriteStartObject();
            json.WriteString("traceId", trace);
            json.WriteString("spanId", id);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        if (span.HasFailed)
        {
            json.WriteStartObject("status");
            json.WriteNumber("code", 2);
            if (span.Problem is { } problem)
            {
                json.WriteString("message", problem);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, object>> attributes)
    {
        json.WriteStartArray("attributes");
        foreach (var (name, value) in attributes)
        {
            json.WriteStartObject();
            json.WriteString("key", name);
            json.WriteStartObject("value");
            switch (value)
            {
                case bool answer:
                    json.WriteBoolean("boolValue", answer);
                    break;
                case long number:
                    json.WriteString("intValue", number.ToString(CultureInfo.InvariantCulture));
                    break;
                case double number:
                    json.WriteNumber("doubleValue", number);
                    break;
                default:
                    json.WriteString("stringValue", (string)value);
                    break;
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Nanoseconds(DateTimeOffset time) =>
        ((Int128)(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100).ToString(CultureInfo.InvariantCulture);
}
