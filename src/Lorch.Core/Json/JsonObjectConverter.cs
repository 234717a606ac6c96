using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Lorch.Core.Json;

/// <summary>Any JSON object, kept as it is; no other kind of value.</summary>
internal sealed class JsonObjectConverter : JsonConverter<JsonElement>
{
    /// <summary>Gets a value indicating whether <c>null</c> comes here, to be refused.</summary>
    public override bool HandleNull => true;

    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.StartObject
            ? JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<JsonElement>)options.GetTypeInfo(typeof(JsonElement)))
            : throw new JsonException("expected an object");

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => value.WriteTo(writer);
}
