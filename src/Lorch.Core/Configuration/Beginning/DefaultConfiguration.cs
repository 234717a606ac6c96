using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lorch.Core.Configuration.Beginning;

/// <summary>The lorch.json that a workspace starts with.</summary>
internal static class DefaultConfiguration
{
    /// <summary>Gets the text: all three agents and no task. It loads as it is; the commands are to be replaced.</summary>
    /// <param name="schema">What <c>$schema</c> is to say: the path or address of <c>lorch.v1.json</c>, so that editors complete and
    /// explain members.</param>
    /// <param name="tool">The coding tool that all agents use, as <c>use</c> names it; <see langword="null"/>: each has a command.</param>
    /// <returns>JSON with line feeds, the last line ended by one.</returns>
    public static string GetText(string schema, string? tool = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(schema);
        return $$"""
            {
              "$schema": "{{Quote(schema)}}",
              "version": "1.0",
              "policy": {
                "max_iterations": 10,
                "on_failing_tests": "{{(tool is null ? "fail" : "changes")}}",
                "retry": { "max_attempts": 3 },
                "report": true
              },
              "agents": {
                "builder": {
                  {{Start(tool, "builder")}},
                  "timeouts_s": { "implement": {{(tool is null ? 600 : 3600)}}, "implement_changes": {{(tool is null ? 600 : 3600)}} }
                },
                "reviewer": {
                  {{Start(tool, "reviewer")}},
                  "timeouts_s": { "review": {{(tool is null ? 300 : 1800)}} }
                },
                "spec_maintainer": {
                  {{Start(tool, "spec")}},
                  "timeouts_s": { "update_spec": {{(tool is null ? 180 : 1800)}} }
                }
              }
            }

            """.ReplaceLineEndings("\n");
    }

    private static string Start(string? tool, string agent) =>
        tool is null ? $"\"cmd\": [\"your-{agent}-agent\", \"--workspace\", \".\"]" : $"\"use\": \"{Quote(tool)}\"";

    private static JsonEncodedText Quote(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
