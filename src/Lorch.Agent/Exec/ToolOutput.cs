using System.Text;
using System.Text.Json;
using Lorch.Agent.Complaints;
using Lorch.Agent.Working;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Agent.Exec;

/// <summary>Reads a tool's standard output as its preset says: its answer, its complaints, what it costs.</summary>
/// <param name="preset">The preset.</param>
internal sealed class ToolOutput(ToolPreset preset)
{
    private const int MaxText = 1024 * 1024;
    private const int MaxLastLines = 10;

    private static readonly Dictionary<string, string> NoConditions = [];

    /// <summary>JSON without its beginning is none.</summary>
    private const int MaxJson = 16 * 1024 * 1024;

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _pieces = new();
    private readonly List<string> _complaints = [];
    private readonly Queue<string> _last = new();
    private string? _answer;
    private ToolEnd? _end;

    /// <summary>Gets the tool's last words.</summary>
    public string Answer => preset.Output is ToolOutputForm.Text ? _text.ToString().Trim() : _answer ?? _pieces.ToString();

    /// <summary>Gets what it complained of.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Gets what it said that is no JSON although it should be: what went wrong before it could say it properly.</summary>
    public string Stray => preset.Output is ToolOutputForm.Text ? "" : _text.ToString().Trim();

    /// <summary>Gets what it printed last, in its own words as far as the preset knows where they stand.</summary>
    public string LastWords => string.Join('\n', _last);

    /// <summary>Gets a value indicating whether it says that it did what it was asked for.</summary>
    public bool IsDone => _end is ToolEnd.Done && _complaints.Count == 0;

    /// <summary>Gets a value indicating whether it says that it failed.</summary>
    public bool HasFailed => _end is ToolEnd.Failed || _complaints.Count > 0;

    /// <summary>Gets a value indicating whether nothing more is to come, as far as it says.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Gets a value indicating whether it should have said that it is done, and gave no answer either.</summary>
    public bool IsCutOff =>
        _end is null && _answer is null && _pieces.Length == 0 && (preset.Rules ?? []).Any(rule => rule.End is ToolEnd.Done);

    /// <summary>Gets what it cost.</summary>
    public Usage Usage { get; private set; } = Usage.None;

    /// <summary>Gets a value indicating whether it is of no use to wait on.</summary>
    public bool IsHopeless { get; private set; }

    /// <summary>Tells whether the beginning of a line is a value that nothing on its line can add to.</summary>
    /// <param name="beginning">The beginning of the line that would be taken next.</param>
    public bool IsWhole(string beginning) => preset.Output switch
    {
        ToolOutputForm.StreamJson => ToolJson.TryParse(new UTF8Encoding(false).GetBytes(beginning), out var value, out _)
            && value.ValueKind is JsonValueKind.Object,
        ToolOutputForm.Json => EndsAnswer(ToolText.Plain(beginning)),
        _ => false,
    };

    /// <summary>Takes a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="oddity">What had to be changed to read it, a part of a sentence; null if nothing had.</param>
    /// <returns>What it shows of what goes on; null if nothing.</returns>
    public string? Take(string line, out string? oddity)
    {
        oddity = null;
        if (preset.Output is ToolOutputForm.StreamJson
            && ToolJson.TryParse(
                new UTF8Encoding(false).GetBytes(line),
                out var value,
                out oddity) && value.ValueKind is JsonValueKind.Object)
        {
            var progress = Apply(value);
            KeepLast(progress ?? line);
            return progress;
        }

        // JSON in several lines has none of this within its texts.
        var words = preset.Output is ToolOutputForm.Json ? ToolText.Plain(line).Replace("\r", "", StringComparison.Ordinal) : line;
        oddity = words.Length == line.Length ? null : OddTexts.NotPlain;
        KeepLast(words);
        HasEnded |= preset.Output is ToolOutputForm.Json && EndsAnswer(words);
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
        var hadEnded = HasEnded;
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

        HasEnded |= hadEnded;
        return oddity;
    }

    /// <summary>Whether a value ends with the next line, written in this one or in several, that is the answer.</summary>
    private bool EndsAnswer(string line)
    {
        if (!line.StartsWith('}') && !line.StartsWith('{'))
        {
            return false;
        }

        var text = _text + line;
        var start = text.LastIndexOf("\n{", StringComparison.Ordinal) + 1;
        return ToolJson.TryParse(new UTF8Encoding(false).GetBytes(text[start..]), out var value, out _)
            && value.ValueKind is JsonValueKind.Object
            && IsAnswer(value);
    }

    private bool IsAnswer(JsonElement value) =>
        (preset.Rules
            ?? []).Any(
                rule => Holds(rule, value) && (rule.End is not null || (Text(value, rule.Answer) ?? Text(value, rule.Error)) is not null));

    private void KeepLast(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        _last.Enqueue(line);
        if (_last.Count > MaxLastLines)
        {
            _last.Dequeue();
        }
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
        var (saysMore, saysEnd) = (false, false);
        foreach (var rule in (preset.Rules ?? []).Where(rule => Holds(rule, value)))
        {
            var (answer, piece) = (Text(value, rule.Answer), Piece(value, rule.AnswerPiece));
            _answer = answer ?? _answer;
            Keep(_pieces, piece);
            progress ??= Text(value, rule.Progress);
            Complain(Text(value, rule.Error));
            _end = _end is ToolEnd.Failed ? _end : rule.End ?? _end;
            saysEnd |= rule.End is not null;
            saysMore |= piece.Length > 0 || (answer ?? progress) is not null;
            if (Text(value, rule.Fatal) is { } fatal)
            {
                Complain(fatal);
                IsHopeless = true;
            }

            Usage = Usage.Add(UsageOf(rule, value));
        }

        // Who goes on working after a first end comes to another one.
        HasEnded = saysEnd || (HasEnded && !saysMore);
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
        (rule.When ?? NoConditions).All(condition => JsonPlace.Texts(value, condition.Key).Contains(condition.Value))
        && (rule.WhenNot
            ?? NoConditions).All(
                condition => JsonPlace.Texts(value, condition.Key).ToList() is { Count: > 0 } found && !found.Contains(condition.Value));

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

    /// <summary>Sorts what the tool printed by what it may mean.</summary>
    /// <param name="errors">Its standard error.</param>
    /// <param name="redact">Takes the secrets out of a text.</param>
    public ToolWords ToWords(IEnumerable<string> errors, Func<string, string> redact)
    {
        return new ToolWords
        {
            Complaint = Plain(string.Join('\n', Complaints)),
            Errors = Plain(string.Join('\n', [.. errors, Stray])),
            Answer = preset.Output is ToolOutputForm.Text ? Plain(Answer) : "",
            Last = Plain(LastWords),
        };

        string Plain(string text) => ToolText.Plain(redact(text)).Trim();
    }
}
