using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Working;

/// <summary>The JSON of verdicts: strict on reading, one form on writing.</summary>
internal static class VerdictJson
{
    private static readonly VerdictJsonContext Context = new(WireOptions.From(VerdictJsonContext.Default.Options));

    public static JsonTypeInfo<Verdict> VerdictType => Context.Verdict;

    /// <summary>Writes a verdict as the content of its file.</summary>
    public static byte[] GetFileBytes(Verdict verdict) => [.. JsonSerializer.SerializeToUtf8Bytes(verdict, VerdictType), (byte)'\n'];

    /// <summary>Writes findings as a payload has them.</summary>
    public static JsonElement ToElement(IReadOnlyList<VerdictFinding> findings) =>
        JsonSerializer.SerializeToElement(findings, Context.IReadOnlyListVerdictFinding);
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, WriteIndented = true, IndentSize = 2, NewLine = "\n", MaxDepth = JsonScan.MaxDepth)]
[JsonSerializable(typeof(Verdict))]
[JsonSerializable(typeof(IReadOnlyList<VerdictFinding>))]
internal sealed partial class VerdictJsonContext : JsonSerializerContext;
