using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Lorch.Core.Json;

/// <summary>Reads JSON that is exactly what a type expects, or says in words of the wire what it is instead.</summary>
internal static class StrictJson
{
    /// <summary>Reads a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="text">UTF-8.</param>
    /// <param name="type">The type's contract; its options must be strict ones, so that nothing passes here that the contract
    /// forbids.</param>
    /// <param name="value">The value.</param>
    /// <param name="fault">What is wrong otherwise.</param>
    /// <returns>Whether the text is such a value.</returns>
    public static bool TryRead<T>(
        ReadOnlySpan<byte> text,
        JsonTypeInfo<T> type,
        [NotNullWhen(true)] out T? value,
        [NotNullWhen(false)] out JsonFault? fault)
        where T : class
    {
        value = null;
        fault = null;
        if (!JsonScan.TryCheck(text, out var holdsNull))
        {
            fault = JsonScan.FindFault(text) ?? JsonFault.Create("not valid JSON", null);
            return false;
        }

        try
        {
            value = JsonSerializer.Deserialize(text, type);

            // In lists and optional members the framework lets null pass.
            fault = holdsNull ? FindContractFault(text, type) : null;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            fault = Explain(text, type, exception as JsonException);
        }

        value = fault is null ? value : null;
        return value is not null;
    }

    private static JsonFault Explain<T>(ReadOnlySpan<byte> text, JsonTypeInfo<T> type, JsonException? exception)
    {
        if ((JsonScan.FindFault(text) ?? FindContractFault(text, type)) is { } fault)
        {
            return fault;
        }

        return exception is null || IsOfFramework(exception)
            ? JsonFault.Create("not what is expected here", exception?.Path)
            : JsonFault.Create(exception.Message, exception.Path);
    }

    private static JsonFault? FindContractFault<T>(ReadOnlySpan<byte> text, JsonTypeInfo<T> type)
    {
        var reader = new Utf8JsonReader(text);
        return JsonContract.FindFault(JsonElement.ParseValue(ref reader), type, JsonPathTrail.Root);
    }

    /// <summary>The framework appends the place to messages of its own, and never to those of our converters.</summary>
    private static bool IsOfFramework(JsonException exception) =>
        exception.Message.Contains(" | LineNumber: ", StringComparison.Ordinal);
}
