namespace Lorch.Core.Configuration;

/// <summary>The lorch.json that a workspace starts with.</summary>
public static class DefaultConfiguration
{
    /// <summary>Gets the text: all three agents and one task as an example. It loads as it is; the commands are to be replaced.</summary>
    /// <param name="schema">What <c>$schema</c> is to say: the path or address of <c>lorch.v1.json</c>, so that editors complete and explain members.</param>
    /// <returns>JSON with line feeds, the last line ended by one.</returns>
    public static string GetText(string schema)
    {
        ArgumentException.ThrowIfNullOrEmpty(schema);
        var quoted = System.Text.Json.JsonEncodedText.Encode(schema, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return $$"""
            {
              "$schema": "{{quoted}}",
              "version": "1.0",
              "policy": {
                "max_iterations": 10,
                "on_failing_tests": "fail",
                "retry": { "max_attempts": 3 }
              },
              "agents": {
                "builder": {
                  "cmd": ["your-builder-agent", "--workspace", "."],
                  "timeouts_s": { "implement": 600, "implement_changes": 600 }
                },
                "reviewer": {
                  "cmd": ["your-reviewer-agent", "--workspace", "."],
                  "timeouts_s": { "review": 300 }
                },
                "spec_maintainer": {
                  "cmd": ["your-spec-agent", "--workspace", "."],
                  "timeouts_s": { "update_spec": 180 }
                }
              },
              "tasks": [
                {
                  "id": "T-0001",
                  "goal": "Say in one or two sentences what is to be built, and name the specification that tells the rest.",
                  "inputs": ["specs/**", "src/**", "tests/**"]
                }
              ]
            }

            """.ReplaceLineEndings("\n");
    }
}
