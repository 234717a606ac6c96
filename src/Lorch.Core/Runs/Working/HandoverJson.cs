using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Runs.Working;

/// <summary>The JSON of what is handed to agents.</summary>
internal static class HandoverJson
{
    private static readonly HandoverJsonContext Context = new(WireOptions.From(HandoverJsonContext.Default.Options));

    public static JsonTypeInfo<Handover> Type => Context.Handover;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, MaxDepth = JsonScan.MaxDepth, Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(Handover))]
internal sealed partial class HandoverJsonContext : JsonSerializerContext;
