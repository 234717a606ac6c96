using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lorch.Core.Json;

/// <summary>A whole number of 0 or more; <c>1.0</c>, <c>1e0</c>, <c>-0</c> and <c>"1"</c> are refused.</summary>
internal sealed class NotNegativeInt32Converter() : WholeInt32Converter(0);

/// <summary>A whole number of 1 or more.</summary>
internal sealed class PositiveInt32Converter() : WholeInt32Converter(1);

/// <summary>A whole number that may be negative, such as an exit code.</summary>
internal sealed class AnyInt32Converter() : WholeInt32Converter(int.MinValue);

/// <summary>A whole number of 0 or more, up to 2⁶³-1.</summary>
internal sealed class NotNegativeInt64Converter : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WholeNumber.Read(ref reader, 0, long.MaxValue);

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>A number of 0 or more that a double can hold.</summary>
internal sealed class NotNegativeDoubleConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && double.IsFinite(value) && value >= 0
            ? value
            : throw new JsonException("expected a number of 0 or more");

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

internal abstract class WholeInt32Converter(int least) : JsonConverter<int>
{
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (int)WholeNumber.Read(ref reader, least, int.MaxValue);

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

internal static class WholeNumber
{
    public static long Read(ref Utf8JsonReader reader, long least, long greatest) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= least && value <= greatest
            && !(value == 0 && reader.ValueSpan.StartsWith("-"u8))
            ? value
            : throw new JsonException($"expected a whole number from {least} to {greatest}, without fraction or exponent");
}
