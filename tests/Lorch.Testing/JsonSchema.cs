using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lorch.Testing;

/// <summary>
/// Checks values against a schema of JSON Schema draft 2020-12, as far as the project's schemas go: a keyword that isn't known here throws.
/// </summary>
/// <param name="root">The schema's document.</param>
public sealed class JsonSchema(JsonElement root)
{
    private static readonly string[] Annotations =
        ["$schema", "$id", "$defs", "title", "description", "default", "then", "else", "prefixItems"];

    /// <summary>Says what is wrong with a value: nothing if it is valid.</summary>
    public IReadOnlyList<string> Validate(JsonElement value) => [.. Check(root, value, "$")];

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind is JsonValueKind.Object,
        "array" => value.ValueKind is JsonValueKind.Array,
        "string" => value.ValueKind is JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind is JsonValueKind.Number,
        "integer" => value.ValueKind is JsonValueKind.Number && double.IsInteger(value.GetDouble()),
        _ => throw new UnreachableException($"The schema names a type '{type}'."),
    };

    private IEnumerable<string> Check(JsonElement schema, JsonElement value, string path) => schema.ValueKind switch
    {
        JsonValueKind.True => [],
        JsonValueKind.False => [$"{path}: nothing is allowed here"],
        _ => schema.EnumerateObject().SelectMany(keyword => CheckKeyword(schema, keyword.Name, keyword.Value, value, path)),
    };

    private IEnumerable<string> CheckKeyword(JsonElement schema, string name, JsonElement argument, JsonElement value, string path) =>
        name switch
        {
            "$ref" => Check(Resolve(argument.GetString()!), value, path),
            "allOf" => argument.EnumerateArray().SelectMany(inner => Check(inner, value, path)),
            "anyOf" => CheckAny(argument, value, path),
            "not" => Check(argument, value, path).Any()
                ? []
                : [$"{path}: {value.GetRawText()} is what is ruled out by {argument.GetRawText()}"],
            "if" => CheckBranch(schema, Check(argument, value, path).Any() ? "else" : "then", value, path),
            "const" => JsonElement.DeepEquals(argument, value) ? [] : [$"{path}: {value.GetRawText()} is not {argument.GetRawText()}"],
            "enum" => argument.EnumerateArray().Any(known => JsonElement.DeepEquals(known, value))
                ? []
                : [$"{path}: {value.GetRawText()} is not one of {argument.GetRawText()}"],
            "type" => CheckType(argument, value, path),
            "minimum" or "maximum" when value.ValueKind is JsonValueKind.Number =>
                CheckRange(name, argument.GetDouble(), value.GetDouble(), path),
            "minLength" or "maxLength" or "pattern" when value.ValueKind is JsonValueKind.String =>
                CheckText(name, argument, value.GetString()!, path),
            "minItems" or "items" when value.ValueKind is JsonValueKind.Array => CheckItems(schema, name, argument, value, path),
            "required" or "properties" or "additionalProperties" or "propertyNames" when value.ValueKind is JsonValueKind.Object =>
                CheckMembers(schema, name, argument, value, path),
            "minimum" or "maximum" or "minLength" or "maxLength" or "pattern" or "minItems" or "items" or "required" or "properties"
                or "additionalProperties" or "propertyNames" => [],
            _ => Annotations.Contains(name)
                ? []
                : throw new NotSupportedException($"The schema uses the keyword '{name}', which is not known here."),
        };

    private JsonElement Resolve(string reference)
    {
        const string inThisDocument = "#/$defs/";
        return reference.StartsWith(inThisDocument, StringComparison.Ordinal)
            ? root.GetProperty("$defs").GetProperty(reference[inThisDocument.Length..])
            : throw new NotSupportedException($"The schema refers to '{reference}', which is not one of its own definitions.");
    }

    private IEnumerable<string> CheckAny(JsonElement choices, JsonElement value, string path)
    {
        var problems = choices.EnumerateArray().Select(choice => Check(choice, value, path).ToList()).ToList();
        return problems.Exists(list => list.Count == 0)
            ? []
            : problems.SelectMany(list => list).Prepend($"{path}: fits none of {problems.Count} forms");
    }

    private IEnumerable<string> CheckBranch(JsonElement schema, string branch, JsonElement value, string path) =>
        schema.TryGetProperty(branch, out var inner) ? Check(inner, value, path) : [];

    private static IEnumerable<string> CheckType(JsonElement types, JsonElement value, string path)
    {
        string[] names = types.ValueKind is JsonValueKind.Array
            ? [.. types.EnumerateArray().Select(type => type.GetString()!)]
            : [types.GetString()!];
        return names.Any(type => IsOfType(value, type))
            ? []
            : [$"{path}: {value.GetRawText()} is not of type {string.Join(" or ", names)}"];
    }

    private static IEnumerable<string> CheckRange(string keyword, double limit, double number, string path) =>
        (keyword == "minimum" ? number >= limit : number <= limit) ? [] : [$"{path}: {Text(number)} misses the {keyword} {Text(limit)}"];

    private static IEnumerable<string> CheckText(string keyword, JsonElement argument, string text, string path)
    {
        var holds = keyword switch
        {
            "minLength" => text.EnumerateRunes().Count() >= argument.GetInt32(),
            "maxLength" => text.EnumerateRunes().Count() <= argument.GetInt32(),

            // In ECMAScript, and so in JSON Schema, $ is the very end and not the place before a last line feed.
            _ => Regex.IsMatch(text, Regex.Replace(argument.GetString()!, @"\$$", @"\z"), RegexOptions.CultureInvariant),
        };
        return holds ? [] : [$"{path}: '{text}' misses the {keyword} {argument.GetRawText()}"];
    }

    private IEnumerable<string> CheckItems(JsonElement schema, string keyword, JsonElement argument, JsonElement value, string path)
    {
        if (keyword == "minItems")
        {
            return value.GetArrayLength() >= argument.GetInt32()
                ? []
                : [$"{path}: has {value.GetArrayLength()} items, not {argument.GetInt32()} or more"];
        }

        JsonElement[] first = schema.TryGetProperty("prefixItems", out var prefix) ? [.. prefix.EnumerateArray()] : [];
        return value.EnumerateArray()
            .SelectMany((item, index) => Check(index < first.Length ? first[index] : argument, item, $"{path}[{index}]"));
    }

    private IEnumerable<string> CheckMembers(JsonElement schema, string keyword, JsonElement argument, JsonElement value, string path) =>
        keyword switch
        {
            "required" => argument.EnumerateArray()
                .Where(name => !value.TryGetProperty(name.GetString()!, out _))
                .Select(name => $"{path}: the member {name.GetRawText()} is missing"),
            "propertyNames" => value.EnumerateObject()
                .SelectMany(member => Check(argument, JsonSerializer.SerializeToElement(member.Name), $"{path}.{member.Name} (its name)")),
            "properties" => value.EnumerateObject()
                .Where(member => argument.TryGetProperty(member.Name, out _))
                .SelectMany(member => Check(argument.GetProperty(member.Name), member.Value, $"{path}.{member.Name}")),
            _ => value.EnumerateObject()
                .Where(member => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(member.Name, out _))
                .SelectMany(member => Check(argument, member.Value, $"{path}.{member.Name}")),
        };
}
