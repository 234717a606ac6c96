using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lorch.Core.Json;

/// <summary>JSON that is written member by member because its members or their order aren't those of a type.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonElement Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            write(writer);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>Gives an object without one of its members.</summary>
    public static JsonElement Without(JsonElement value, string name) => Write(json =>
    {
        json.WriteStartObject();
        foreach (var member in value.EnumerateObject().Where(member => member.Name != name))
        {
            member.WriteTo(json);
        }

        json.WriteEndObject();
    });
}
