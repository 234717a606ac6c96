using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lorch.Core.Json;

/// <summary>
/// Reads and writes an enum by its exact wire names. The framework's own converter also takes numbers, blanks and lists (<c>"a, b"</c>).
/// </summary>
/// <typeparam name="T">The enum.</typeparam>
/// <param name="names">The names.</param>
internal abstract class WireNameConverter<T>(WireNames<T> names) : JsonConverter<T>
    where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? Parse(reader.GetString()!)
            : throw new JsonException(Expected());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(names[value]);

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString()!);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(names[value]);

    private T Parse(string name) =>
        names.TryParse(name, out var value) ? value : throw new JsonException($"'{name}' is not valid: {Expected()}");

    private string Expected() => $"expected one of {string.Join(", ", names.Names.Order(StringComparer.Ordinal))}";
}
