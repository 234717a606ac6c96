using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Tools;

/// <summary>The JSON of presets, strict on reading.</summary>
internal static class ToolsJson
{
    private static readonly ToolsJsonContext Context = new(WireOptions.From(ToolsJsonContext.Default.Options));

    public static JsonTypeInfo<ToolPreset> PresetType => Context.ToolPreset;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, MaxDepth = JsonScan.MaxDepth)]
[JsonSerializable(typeof(ToolPreset))]
internal sealed partial class ToolsJsonContext : JsonSerializerContext;
