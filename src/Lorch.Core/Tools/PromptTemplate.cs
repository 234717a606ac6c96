using System.Text;
using System.Text.RegularExpressions;

namespace Lorch.Core.Tools;

/// <summary>A prompt with places for what a command says: <c>{{goal}}</c>.</summary>
internal sealed partial class PromptTemplate
{
    /// <summary>The names that a prompt may use.</summary>
    public static readonly IReadOnlyList<string> Placeholders =
    [
        "action", "expected_outputs", "findings", "goal", "inputs", "iteration", "parameters", "produces",
        "result_format", "snapshot_id", "task_id", "verify", "work",
    ];

    private readonly string _text;

    public PromptTemplate(string text) => _text = text;

    /// <summary>The names that it uses and that don't exist, each with the line on which it stands, from 1.</summary>
    public IReadOnlyList<(string Name, int Line)> Unknown =>
    [
        .. Place().Matches(_text)
            .Where(match => !Placeholders.Contains(match.Groups[1].Value))
            .Select(match => (match.Groups[1].Value, 1 + _text.AsSpan(0, match.Index).Count('\n'))),
    ];

    /// <summary>Fills the places.</summary>
    /// <param name="values">The value of each name.</param>
    /// <returns>The prompt. What the values hold isn't looked at again.</returns>
    public string Fill(IReadOnlyDictionary<string, string> values)
    {
        var filled = new StringBuilder(_text.Length);
        var at = 0;
        foreach (Match match in Place().Matches(_text))
        {
            filled.Append(_text, at, match.Index - at).Append(values.GetValueOrDefault(match.Groups[1].Value, match.Value));
            at = match.Index + match.Length;
        }

        return filled.Append(_text, at, _text.Length - at).ToString();
    }

    [GeneratedRegex(@"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
