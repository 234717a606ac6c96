using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lorch.Core.Protocol;

/// <summary>A whole number of 0 or more; <c>1.0</c>, <c>1e0</c>, <c>-0</c> and <c>"1"</c> are refused.</summary>
internal sealed class NotNegativeInt32Converter() : WholeNumberConverter<int>(0, int.MaxValue);

/// <summary>A whole number of 1 or more.</summary>
internal sealed class PositiveInt32Converter() : WholeNumberConverter<int>(1, int.MaxValue);

/// <summary>A whole number that may be negative, such as an exit code.</summary>
internal sealed class AnyInt32Converter() : WholeNumberConverter<int>(int.MinValue, int.MaxValue);

/// <summary>A whole number of 0 or more, up to 2⁶³-1.</summary>
internal sealed class NotNegativeInt64Converter() : WholeNumberConverter<long>(0, long.MaxValue);

/// <summary>A number of 0 or more that a double can hold.</summary>
internal sealed class NotNegativeDoubleConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && double.IsFinite(value) && value >= 0
            ? value
            : throw new JsonException("expected a number of 0 or more");

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

internal abstract class WholeNumberConverter<T>(long least, long greatest) : JsonConverter<T>
    where T : struct, System.Numerics.IBinaryInteger<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= least && value <= greatest
            && !(value == 0 && reader.ValueSpan.StartsWith("-"u8))
            ? T.CreateChecked(value)
            : throw new JsonException($"expected a whole number from {least} to {greatest}, without fraction or exponent");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(long.CreateChecked(value));
}
