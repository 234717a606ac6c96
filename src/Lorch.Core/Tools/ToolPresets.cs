using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Lorch.Core.Json;

namespace Lorch.Core.Tools;

/// <summary>The presets that the package ships, as lorch.json changes them.</summary>
internal static class ToolPresets
{
    /// <summary>Gives the preset that <c>use</c> means, with the members that lorch.json replaces.</summary>
    /// <param name="use">What is used.</param>
    /// <param name="replaced">The members that are other ones: an object.</param>
    /// <returns>The preset.</returns>
    /// <exception cref="JsonException">What is replaced doesn't fit; the path starts at the object's root.</exception>
    public static ToolPreset Get(ToolUse use, JsonElement? replaced) =>
        Get(use.Preset is { } name ? ReadShipped(name) : Of(use.Text, use.Command), replaced);

    /// <summary>Gives a preset with the members that somebody replaces.</summary>
    /// <exception cref="JsonException">They don't fit.</exception>
    public static ToolPreset Get(JsonElement shipped, JsonElement? replaced)
    {
        return replaced is { } members
            ? Read(JsonMarshal.GetRawUtf8Value(Merge(shipped, members)))
            : Read(JsonMarshal.GetRawUtf8Value(shipped));
    }

    /// <summary>The preset of a command about which nothing is known: the prompt goes in, the answer comes out.</summary>
    public static JsonElement Of(string name, IReadOnlyList<string> command) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("format", 1);
        json.WriteString("name", name);
        json.WriteString("title", command[0]);
        json.WriteStartArray("command");
        foreach (var word in command)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Reads a shipped preset as it stands in its file.</summary>
    public static JsonElement ReadShipped(string name)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream($"presets/{name}.json")!;
        using var document = JsonDocument.Parse(resource);
        return document.RootElement.Clone();
    }

    private static ToolPreset Read(ReadOnlySpan<byte> json) => StrictJson.TryRead(json, ToolsJson.PresetType, out var preset, out var fault)
        ? preset
        : throw new JsonException(fault.Reason, fault.Path, null, null);

    private static JsonElement Merge(JsonElement shipped, JsonElement replaced) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        foreach (var member in shipped.EnumerateObject()
            .Where(member => !replaced.TryGetProperty(member.Name, out _))
            .Concat(replaced.EnumerateObject()))
        {
            member.WriteTo(json);
        }

        json.WriteEndObject();
    });
}
