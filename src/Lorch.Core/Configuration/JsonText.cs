using System.Buffers;
using System.Text.Json;

namespace Lorch.Core.Configuration;

/// <summary>Makes a JSON value from what is written.</summary>
internal static class JsonText
{
    public static JsonElement Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
