using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Working;

/// <summary>Says to a tool what has to come back.</summary>
internal static class ResultFormat
{
    public static string For(AgentAction action) => action is AgentAction.Implement or AgentAction.ImplementChanges
        ? "End with a summary of what you did, in at most five sentences."
        : $$"""
            End your answer with exactly one fenced block like this one, and nothing behind it:

            ```json
            {
              "verdict": "{{string.Join('|', VerdictWordNames.For(action).Select(word => VerdictWordNames.All[word]))}}",
              "summary": "one sentence",
              "findings": [
                { "file": "path/from/the/repository/root", "line": 1, "severity": "info|warning|error", "message": "what is wrong and what to do" }
              ]
            }
            ```

            "verdict" is one of the words. "findings" is an empty list if there are none. "file", "line" and "summary" may be left out; there are no other members.
            """;

    /// <summary>Asks again for a verdict that couldn't be read.</summary>
    public static string Again(AgentAction action, string problem, string answer) => $"""
        Your last answer can't be used: {problem}. Judge nothing anew and change no file; give the same verdict again in the right form.

        {For(action)}

        Your last answer was:

        {ShortText.EndOf(answer, MaxRepeated)}
        """;

    private const int MaxRepeated = 20_000;
}
