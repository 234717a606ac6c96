using System.Text;
using System.Text.Json;
using Lorch.Agent.Working;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Agent.Exec;

/// <summary>Reads a tool's standard output as its preset says: its answer, its complaints, what it costs.</summary>
/// <param name="preset">The preset.</param>
internal sealed class ToolOutput(ToolPreset preset)
{
    private const int MaxText = 1024 * 1024;

    /// <summary>JSON without its beginning is none.</summary>
    private const int MaxJson = 16 * 1024 * 1024;

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
    /// <param name="oddity">What had to be changed to read it, a part of a sentence; null if nothing had.</param>
    /// <returns>What it shows of what goes on; null if nothing.</returns>
    public string? Take(string line, out string? oddity)
    {
        oddity = null;
        if (preset.Output is ToolOutputForm.StreamJson
            && ToolJson.TryParse(new UTF8Encoding(false).GetBytes(line), out var value, out oddity) && value.ValueKind is JsonValueKind.Object)
        {
            return Apply(value);
        }

        // JSON in several lines has none of this within its texts.
        var words = preset.Output is ToolOutputForm.Json ? ToolText.Plain(line).Replace("\r", "", StringComparison.Ordinal) : line;
        oddity = words.Length == line.Length ? null : OddTexts.NotPlain;
        Keep(_text, words + "\n", preset.Output is ToolOutputForm.Json ? MaxJson : MaxText);
        return preset.Output is ToolOutputForm.Text ? line : null;
    }

    /// <summary>Takes in that there are no more lines.</summary>
    /// <returns>What had to be changed to read them, a part of a sentence; null if nothing had.</returns>
    public string? End()
    {
        if (preset.Output is not ToolOutputForm.Json)
        {
            return null;
        }

        // Some tools print a line or two around their JSON.
        string? oddity = null;
        var text = new UTF8Encoding(false).GetBytes(_text.ToString()).AsSpan();
        _text.Clear();
        while (text.Length > 0)
        {
            var start = text.IndexOf((byte)'{');
            if (start >= 0 && ToolJson.TryParseFirst(text[start..], out var value, out var length, ref oddity))
            {
                Apply(value);
                Keep(_text, new UTF8Encoding(false).GetString(text[..start]));
                text = text[(start + length)..];
                continue;
            }

            var next = start < 0 ? -1 : text[start..].IndexOf("\n{"u8);
            var words = next < 0 ? text : text[..(start + next + 1)];
            Keep(_text, new UTF8Encoding(false).GetString(words));
            text = text[words.Length..];
        }

        return oddity;
    }

    private static void Keep(StringBuilder text, string piece, int most = MaxText)
    {
        // The verdict stands at the end.
        text.Append(piece);
        if (text.Length > most)
        {
            text.Remove(0, text.Length - most);
        }
    }

    private string? Apply(JsonElement value)
    {
        string? progress = null;
        foreach (var rule in (preset.Rules ?? []).Where(rule => Holds(rule, value)))
        {
            _answer = Text(value, rule.Answer) ?? _answer;
            Keep(_pieces, Piece(value, rule.AnswerPiece));
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

    private static string Piece(JsonElement value, string? place) => place is null ? "" : string.Join('\n', JsonPlace.Pieces(value, place));

    private static Usage UsageOf(ToolRule rule, JsonElement value) => new()
    {
        InputTokens = (long)JsonPlace.Sum(value, rule.InputTokens ?? []),
        OutputTokens = (long)JsonPlace.Sum(value, rule.OutputTokens ?? []),
        CostUsd = rule.CostUsd is { } place && JsonPlace.Find(value, place).Any(number => number.ValueKind is JsonValueKind.Number)
            ? JsonPlace.Sum(value, [place])
            : null,
    };
}
