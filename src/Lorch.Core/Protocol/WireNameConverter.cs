using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lorch.Core.Protocol;

/// <summary>Reads and writes an enum by its exact wire names. The framework's own converter also takes numbers, blanks and lists (<c>"a, b"</c>).</summary>
/// <typeparam name="T">The enum.</typeparam>
internal abstract class WireNameConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private readonly FrozenDictionary<string, T> _values;
    private readonly FrozenDictionary<T, string> _names;

    protected WireNameConverter(IReadOnlyDictionary<T, string> names)
    {
        _names = names.ToFrozenDictionary();
        _values = names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? Parse(reader.GetString()!)
            : throw new JsonException(Expected());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(_names[value]);

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString()!);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(_names[value]);

    private T Parse(string name) =>
        _values.TryGetValue(name, out var value) ? value : throw new JsonException($"'{name}' is not valid: {Expected()}");

    private string Expected() => $"expected one of {string.Join(", ", _values.Keys.Order(StringComparer.Ordinal))}";
}
