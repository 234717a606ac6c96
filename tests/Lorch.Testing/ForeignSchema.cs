using System.Text.Json.Nodes;

namespace Lorch.Testing;

/// <summary>
/// A schema of the project in the hands of a validator that isn't the project's: what both accept isn't accepted by a mistake of ours.
/// </summary>
/// <remarks>
/// It knows types, members, patterns, ranges and references; conditions (<c>if</c>), <c>propertyNames</c> and <c>prefixItems</c> it passes
/// over.
/// </remarks>
public sealed class ForeignSchema
{
    private readonly NJsonSchema.JsonSchema _schema;

    private ForeignSchema(NJsonSchema.JsonSchema schema) => _schema = schema;

    /// <summary>Hands a schema over.</summary>
    /// <param name="name">Its name, one of <see cref="SchemaCheck.Names"/>.</param>
    /// <returns>The schema.</returns>
    public static Task<ForeignSchema> ReadAsync(string name) => ReadAsync(JsonNode.Parse(SchemaCheck.Read(name).GetRawText())!.AsObject());

    /// <summary>Hands one definition of a schema over.</summary>
    /// <param name="name">The schema's name, one of <see cref="SchemaCheck.Names"/>.</param>
    /// <param name="definition">The definition's name.</param>
    /// <returns>The definition as a schema.</returns>
    public static Task<ForeignSchema> ReadAsync(string name, string definition)
    {
        var definitions = JsonNode.Parse(SchemaCheck.Read(name).GetProperty("$defs").GetRawText())!;
        var schema = definitions[definition]!.DeepClone().AsObject();
        schema["$defs"] = definitions;
        return ReadAsync(schema);
    }

    /// <summary>Says what is wrong with a value.</summary>
    /// <param name="json">One JSON value.</param>
    /// <returns>Each problem with its place; nothing if the value is valid.</returns>
    public IReadOnlyList<string> Validate(string json) => [.. _schema.Validate(json).Select(error => error.ToString())];

    private static async Task<ForeignSchema> ReadAsync(JsonObject schema)
    {
        ReplaceConstants(schema);
        var text = schema.ToJsonString().Replace("$defs", "definitions", StringComparison.Ordinal);
        return new ForeignSchema(await NJsonSchema.JsonSchema.FromJsonAsync(text));
    }

    // The validator is at home in an older draft, in which a constant is an enumeration of one value and $defs has another name.
    private static void ReplaceConstants(JsonNode? node)
    {
        foreach (var inner in node switch
        {
            JsonObject members => members.Select(member => member.Value).ToList(),
            JsonArray items => [.. items],
            _ => [],
        })
        {
            ReplaceConstants(inner);
        }

        if (node is JsonObject schema && schema.TryGetPropertyValue("const", out var constant))
        {
            schema.Remove("const");
            schema["enum"] = new JsonArray(constant);
        }
    }
}
