using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace Lorch.Ahead;

/// <summary>What the serializer makes of a type that generated code describes to it.</summary>
internal static class SerializerTypes
{
    private static readonly Type[] OfEveryValue =
    [
        Framework.SerializerType("Metadata.JsonPropertyInfo`1"),
        Framework.SerializerType("Metadata.JsonParameterInfo`1"),
        Framework.SerializerType("Metadata.JsonTypeInfo`1"),
        Framework.SerializerType("JsonConverter`1"),
    ];

    private static readonly Type OfNullable = Framework.SerializerType("Converters.NullableConverter`1");

    /// <summary>Gives what it makes of a member.</summary>
    public static IEnumerable<Type> OfNamed(Type named) =>
        named.IsConstructedGenericType
            && named.GetGenericTypeDefinition() == typeof(JsonPropertyInfoValues<>)
            && named.GetGenericArguments() is [{ IsValueType: true } value]
            ? OfValue(value)
            : [];

    /// <summary>
    /// Gives what it makes of a collection: <c>CreateIReadOnlyDictionaryInfo</c> makes an <c>IReadOnlyDictionaryOfTKeyTValueConverter</c>.
    /// </summary>
    public static IEnumerable<Type> OfCall(MethodInfo called)
    {
        if (called.DeclaringType != typeof(JsonMetadataServices) || !called.Name.EndsWith("Info", StringComparison.Ordinal))
        {
            return [];
        }

        var arguments = called.GetGenericArguments();
        var name = called.Name["Create".Length..^"Info".Length];
        return new[] { $"Converters.{name}OfTConverter`{arguments.Length}", $"Converters.{name}OfTKeyTValueConverter`{arguments.Length}" }
            .Select(converter => typeof(JsonMetadataServices).Assembly.GetType($"System.Text.Json.Serialization.{converter}"))
            .OfType<Type>()
            .Select(converter => converter.MakeGenericType(arguments))
            .Concat(arguments.Where(argument => argument.IsValueType).SelectMany(OfValue));
    }

    private static IEnumerable<Type> OfValue(Type value)
    {
        var types = OfEveryValue.Select(type => type.MakeGenericType(value));
        return Nullable.GetUnderlyingType(value) is { } underlying
            ? types.Append(OfNullable.MakeGenericType(underlying)).Concat(OfValue(underlying))
            : types;
    }
}
