using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Lorch.Core.Json;

/// <summary>Compares a value with what a type expects and finds the first difference, in words of the wire.</summary>
/// <remarks>The framework's own messages name CLR types, and say of a missing member only <c>$</c>.</remarks>
internal static class JsonContract
{
    /// <summary>Finds the first difference.</summary>
    /// <param name="value">A value without repeated names.</param>
    /// <param name="type">What is expected.</param>
    /// <param name="path">Where the value stands.</param>
    /// <returns>The fault, or null if there is none that can be seen from outside of a converter.</returns>
    public static JsonFault? FindFault(JsonElement value, JsonTypeInfo type, string path) => type.Kind switch
    {
        _ when value.ValueKind == JsonValueKind.Null =>
            JsonFault.Create("null is not allowed: give a value, or leave an optional member out", path),
        JsonTypeInfoKind.Object => FindObjectFault(value, type, path),
        JsonTypeInfoKind.Enumerable => FindListFault(value, type, path),
        JsonTypeInfoKind.Dictionary => FindDictionaryFault(value, type, path),
        _ => FindLeafFault(value, type, path),
    };

    private static JsonFault? FindObjectFault(JsonElement value, JsonTypeInfo type, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return Expected("an object", value, path);
        }

        if (type.PolymorphismOptions is not { } choices)
        {
            return FindMemberFault(value, type, path, discriminator: null);
        }

        var discriminator = choices.TypeDiscriminatorPropertyName;
        return FindChoice(value, choices, path, out var choice)
            ?? FindMemberFault(value, type.Options.GetTypeInfo(choice!), path, discriminator);
    }

    private static JsonFault? FindChoice(JsonElement value, JsonPolymorphismOptions choices, string path, out Type? choice)
    {
        choice = null;
        var name = choices.TypeDiscriminatorPropertyName;
        var expected = $"expected one of {string.Join(", ", choices.DerivedTypes.Select(type => type.TypeDiscriminator))}";
        if (!value.TryGetProperty(name, out var found))
        {
            return JsonFault.Create($"the member '{name}' is missing: {expected}", JsonPathTrail.Member(path, name));
        }

        var text = found.ValueKind == JsonValueKind.String ? found.GetString() : null;
        choice = choices.DerivedTypes.FirstOrDefault(type => text is not null && text.Equals(type.TypeDiscriminator)).DerivedType;
        return choice is null ? JsonFault.Create($"{Found(found)}: {expected}", JsonPathTrail.Member(path, name)) : null;
    }

    private static JsonFault? FindMemberFault(JsonElement value, JsonTypeInfo type, string path, string? discriminator)
    {
        foreach (var member in value.EnumerateObject().Where(member => member.Name != discriminator))
        {
            var memberPath = JsonPathTrail.Member(path, member.Name);
            if (type.Properties.FirstOrDefault(property => property.Name == member.Name) is not { } property)
            {
                return JsonFault.Create($"unknown member '{member.Name}': expected only {NamesOf(type, discriminator)}", memberPath);
            }

            var isOpaque = property.CustomConverter is not null && member.Value.ValueKind != JsonValueKind.Null;
            var fault = isOpaque ? null : FindFault(member.Value, type.Options.GetTypeInfo(property.PropertyType), memberPath);
            if (fault is not null)
            {
                return fault;
            }
        }

        var missing = type.Properties.FirstOrDefault(property => property.IsRequired && !value.TryGetProperty(property.Name, out _));
        return missing is null
            ? null
            : JsonFault.Create($"the member '{missing.Name}' is missing", JsonPathTrail.Member(path, missing.Name));
    }

    private static string NamesOf(JsonTypeInfo type, string? discriminator)
    {
        var names = type.Properties.Select(property => property.Name);
        return string.Join(", ", discriminator is null ? names : names.Prepend(discriminator));
    }

    private static JsonFault? FindListFault(JsonElement value, JsonTypeInfo type, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return Expected("an array", value, path);
        }

        var items = type.Options.GetTypeInfo(type.ElementType!);
        return value.EnumerateArray()
            .Select((item, index) => FindFault(item, items, JsonPathTrail.Item(path, index)))
            .FirstOrDefault(fault => fault is not null);
    }

    private static JsonFault? FindDictionaryFault(JsonElement value, JsonTypeInfo type, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return Expected("an object", value, path);
        }

        var values = type.Options.GetTypeInfo(type.ElementType!);
        return value.EnumerateObject()
            .Select(member => FindFault(member.Value, values, JsonPathTrail.Member(path, member.Name)))
            .FirstOrDefault(fault => fault is not null);
    }

    private static JsonFault? FindLeafFault(JsonElement value, JsonTypeInfo type, string path)
    {
        if (type.Type == typeof(string) && value.ValueKind != JsonValueKind.String)
        {
            return Expected("a string", value, path);
        }

        if (type.Type == typeof(bool) && value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return Expected("true or false", value, path);
        }

        // The other leaves have converters of ours, whose messages say what is wrong.
        return null;
    }

    private static JsonFault Expected(string expected, JsonElement value, string path) =>
        JsonFault.Create($"{Found(value)}: expected {expected}", path);

    private static string Found(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "found an object",
        JsonValueKind.Array => "found an array",
        JsonValueKind.String => $"found '{value.GetString()}'",
        _ => $"found {value.GetRawText()}",
    };
}
