using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lorch.Core;

/// <summary>A value that is one checked string on disk and on the wire.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface ITextValue<TSelf>
    where TSelf : struct, ITextValue<TSelf>
{
    /// <summary>Gets what a valid text looks like, for messages: <c>a digest like sha256:…</c>.</summary>
    static abstract string Expected { get; }

    /// <summary>Parses a text strictly.</summary>
    /// <param name="text">The text; <see langword="null"/> is never valid.</param>
    /// <param name="value">The value, or <see langword="default"/>.</param>
    /// <returns>Whether the text is valid.</returns>
    static abstract bool TryParse(string? text, out TSelf value);
}

/// <summary>Reads and writes an <see cref="ITextValue{TSelf}"/> as a JSON string or property name.</summary>
/// <typeparam name="T">The value's type.</typeparam>
internal sealed class TextValueConverter<T> : JsonConverter<T>
    where T : struct, ITextValue<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? Parse(reader.GetString())
            : throw new JsonException($"expected {T.Expected}");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString()!);

    private static T Parse(string? text) =>
        T.TryParse(text, out var value)
            ? value
            : throw new JsonException($"'{text}' is not valid: expected {T.Expected}");
}
