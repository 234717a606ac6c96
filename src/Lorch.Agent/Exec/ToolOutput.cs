using System.Text;
using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Agent.Exec;

/// <summary>Reads a tool's standard output as its preset says: its answer, its complaints, what it costs.</summary>
/// <param name="preset">The preset.</param>
internal sealed class ToolOutput(ToolPreset preset)
{
    private const int MaxText = 1024 * 1024;

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _pieces = new();
    private readonly List<string> _complaints = [];
    private string? _answer;

    /// <summary>Gets the tool's last words.</summary>
    public string Answer => preset.Output is ToolOutputForm.Text ? _text.ToString().Trim() : _answer ?? _pieces.ToString();

    /// <summary>Gets what it complained of.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Gets what it said that is no JSON although it should be: what went wrong before it could say it properly.</summary>
    public string Stray => preset.Output is ToolOutputForm.Text ? "" : _text.ToString().Trim();

    /// <summary>Gets what it cost.</summary>
    public Usage Usage { get; private set; } = Usage.None;

    /// <summary>Gets a value indicating whether it is of no use to wait on.</summary>
    public bool IsHopeless { get; private set; }

    /// <summary>Takes a line.</summary>
    /// <param name="line">The line.</param>
    /// <returns>What it shows of what goes on; null if nothing.</returns>
    public string? Take(string line)
    {
        if (preset.Output is ToolOutputForm.StreamJson && TryParse(line) is { } value)
        {
            return Apply(value);
        }

        Keep(_text, line);
        return preset.Output is ToolOutputForm.Text ? line : null;
    }

    /// <summary>Takes in that there are no more lines.</summary>
    public void End()
    {
        if (preset.Output is not ToolOutputForm.Json)
        {
            return;
        }

        // Some tools print a line or two before their JSON.
        var text = _text.ToString();
        for (var start = text.IndexOf('{', StringComparison.Ordinal); start >= 0; start = text.IndexOf("\n{", start, StringComparison.Ordinal) is >= 0 and var next ? next + 1 : -1)
        {
            if (TryParse(text[start..]) is { } value)
            {
                _text.Clear();
                Apply(value);
                return;
            }
        }
    }

    private static JsonElement? TryParse(string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith("{"))
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            // It is what it says it isn't: it is kept as the words of a program that has something to complain of.
            return null;
        }
    }

    private static void Keep(StringBuilder text, string line)
    {
        // The verdict stands at the end.
        text.Append(line).Append('\n');
        if (text.Length > MaxText)
        {
            text.Remove(0, text.Length - MaxText);
        }
    }

    private string? Apply(JsonElement value)
    {
        string? progress = null;
        foreach (var rule in (preset.Rules ?? []).Where(rule => Holds(rule, value)))
        {
            _answer = Text(value, rule.Answer) ?? _answer;
            _pieces.Append(Text(value, rule.AnswerPiece));
            progress ??= Text(value, rule.Progress);
            Complain(Text(value, rule.Error));
            if (Text(value, rule.Fatal) is { } fatal)
            {
                Complain(fatal);
                IsHopeless = true;
            }

            Usage = Usage.Add(UsageOf(rule, value));
        }

        return progress;
    }

    private void Complain(string? text)
    {
        if (!string.IsNullOrWhiteSpace(text) && !_complaints.Contains(text))
        {
            _complaints.Add(text);
        }
    }

    private static bool Holds(ToolRule rule, JsonElement value) =>
        rule.When is null || rule.When.All(condition => JsonPlace.Texts(value, condition.Key).Contains(condition.Value));

    private static string? Text(JsonElement value, string? place) =>
        place is not null && string.Join('\n', JsonPlace.Texts(value, place)) is { Length: > 0 } text ? text : null;

    private static Usage UsageOf(ToolRule rule, JsonElement value) => new()
    {
        InputTokens = (long)JsonPlace.Sum(value, rule.InputTokens ?? []),
        OutputTokens = (long)JsonPlace.Sum(value, rule.OutputTokens ?? []),
        CostUsd = rule.CostUsd is { } place && JsonPlace.Find(value, place).Any(number => number.ValueKind is JsonValueKind.Number)
            ? JsonPlace.Sum(value, [place])
            : null,
    };
}
