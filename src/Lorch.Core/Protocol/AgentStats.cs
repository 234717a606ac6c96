using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>What an agent's process uses.</summary>
internal sealed record AgentStats
{
    /// <summary>Gets the processor time in percent of one core.</summary>
    [JsonPropertyName("cpu_pct")]
    [JsonConverter(typeof(NotNegativeDoubleConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? CpuPct { get; init; }

    /// <summary>Gets the resident memory in bytes.</summary>
    [JsonPropertyName("rss_bytes")]
    [JsonConverter(typeof(NotNegativeInt64Converter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RssBytes { get; init; }
}
