using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lorch.Core.Protocol;

namespace Lorch.Core.Reports.Recording;

/// <summary>The JSON of what is recorded for reports.</summary>
internal static class ReportDataJson
{
    private static readonly ReportDataJsonContext Context = new(WireOptions.From(ReportDataJsonContext.Default.Options));

    public static JsonTypeInfo<ReportData> Type => Context.ReportData;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(ReportData))]
internal sealed partial class ReportDataJsonContext : JsonSerializerContext;
