using System.Text.Json;

namespace Lorch.Testing;

/// <summary>Compares JSON with the schemas in <c>schemas/v1</c>.</summary>
public static class SchemaCheck
{
    private const string Prefix = "schemas/v1/";
    private const string Suffix = ".v1.json";

    /// <summary>Gets the names of all schemas: <c>receipt</c> for <c>receipt.v1.json</c>.</summary>
    public static IReadOnlyList<string> Names =>
    [
        .. typeof(SchemaCheck).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Gets a schema's document.</summary>
    /// <param name="schemaName">Its name, one of <see cref="Names"/>.</param>
    /// <returns>The document.</returns>
    public static JsonElement Read(string schemaName)
    {
        using var stream = typeof(SchemaCheck).Assembly.GetManifestResourceStream(Prefix + schemaName + Suffix)
            ?? throw new ArgumentException($"There is no schema '{schemaName}'; there are {string.Join(", ", Names)}.", nameof(schemaName));
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }

    /// <summary>Says what a schema finds wrong.</summary>
    /// <param name="schemaName">The schema's name, one of <see cref="Names"/>.</param>
    /// <param name="json">One JSON value: a file's text, or a line.</param>
    /// <returns>Each problem with its JSON path; nothing if the value is valid.</returns>
    public static IReadOnlyList<string> Validate(string schemaName, string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        return new JsonSchema(Read(schemaName)).Validate(document.RootElement);
    }
}
