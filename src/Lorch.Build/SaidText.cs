using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Core;

namespace Lorch.Build;

/// <summary>
/// Diagnostics as a text that travels as a global property: who says the same in the same way shares an instance of the runner, which says
/// it once.
/// </summary>
internal static class SaidText
{
    public static string Encode(IEnumerable<Diagnostic> diagnostics)
    {
        var list = new JsonArray([.. diagnostics.Select(ToJson)]);
        return list.Count == 0 ? "" : Base64Url.EncodeToString(new UTF8Encoding(false).GetBytes(list.ToJsonString()));
    }

    public static IReadOnlyList<Diagnostic> Decode(string text)
    {
        using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(text));
        return [.. document.RootElement.EnumerateArray().Select(FromJson)];
    }

    /// <summary>The diagnostic as a build has it that may take findings for errors.</summary>
    public static Diagnostic Treated(this Diagnostic diagnostic, bool treatFindingsAsErrors) =>
        treatFindingsAsErrors && diagnostic is { Code: DiagnosticCode.ReviewFinding, Severity: DiagnosticSeverity.Warning }
            ? diagnostic with { Severity = DiagnosticSeverity.Error }
            : diagnostic;

    private static JsonObject ToJson(Diagnostic diagnostic) => new()
    {
        ["code"] = diagnostic.Code,
        ["severity"] = diagnostic.Severity.ToString(),
        ["message"] = diagnostic.Message,
        ["file"] = diagnostic.File,
        ["line"] = diagnostic.Line,
        ["column"] = diagnostic.Column,
    };

    private static Diagnostic FromJson(JsonElement said) => new()
    {
        Code = said.GetProperty("code").GetString()!,
        Severity = Enum.Parse<DiagnosticSeverity>(said.GetProperty("severity").GetString()!),
        Message = said.GetProperty("message").GetString()!,
        File = said.GetProperty("file").GetString(),
        Line = said.GetProperty("line").GetInt32(),
        Column = said.GetProperty("column").GetInt32(),
    };
}
