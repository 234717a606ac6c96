using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Lorch.Agent.Working;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Agent.Acp;

/// <summary>
/// One prompt and what the tool says until it answers: collects the answer, the calls and the costs, and shows what goes on.
/// </summary>
internal sealed class AcpTurn
{
    private const int MaxCharacters = 1024 * 1024;
    private const int MaxCalls = 1000;
    private const int MaxShownCharacters = 200;
    private const decimal MaxCost = 1_000_000;

    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _line = new();
    private readonly Dictionary<string, ToolCallFacts> _calls = new(StringComparer.Ordinal);

    // Whoever says more than can be shown loses the oldest lines, not the tool its speed.
    private readonly Channel<string> _progress =
        Channel.CreateBounded<string>(new BoundedChannelOptions(32) { FullMode = BoundedChannelFullMode.DropOldest });
    private bool _isCut;

    /// <summary>Gets what is asked.</summary>
    public required ToolRequest Request { get; init; }

    /// <summary>Gets what the session has cost by now in US dollars; null if the tool doesn't say.</summary>
    public decimal? SessionCost { get; private set; }

    /// <summary>Gets what the tool said, of a very long text the end.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                return _text.ToString().Trim();
            }
        }
    }

    /// <summary>Shows what goes on until the turn ends.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task ShowAsync(CancellationToken cancellationToken)
    {
        await foreach (var text in _progress.Reader.ReadAllAsync(cancellationToken))
        {
            await Request.Progress.SayAsync(text, cancellationToken);
        }
    }

    /// <summary>Nothing more is shown.</summary>
    public void End()
    {
        lock (_gate)
        {
            ShowLine();
        }

        _progress.Writer.TryComplete();
    }

    /// <summary>Takes an update.</summary>
    /// <param name="update">The member <c>update</c> of a notification <c>session/update</c>.</param>
    public void Take(JsonElement update)
    {
        lock (_gate)
        {
            switch (update.FindText("sessionUpdate"))
            {
                case "agent_message_chunk":
                    Add(update.Find("content")?.FindPiece("text") ?? "");
                    break;
                case "tool_call":
                case "tool_call_update":
                    TakeCall(update);
                    break;
                case "usage_update" when update.Find("cost") is { } cost && cost.FindText("currency") == "USD":
                    SessionCost = cost.Find("amount") is { ValueKind: JsonValueKind.Number } amount
                        && amount.TryGetDecimal(out var dollars)
                        && dollars is >= 0 and < MaxCost
                        ? dollars
                        : SessionCost;
                    break;
                default:
                    // Thoughts, plans, lists of commands and whatever later versions add: nothing that Lorch needs.
                    break;
            }
        }
    }

    /// <summary>Puts together what is known of a call that the tool asks about.</summary>
    /// <param name="call">The call, as the request describes it.</param>
    /// <returns>That, and what updates said of it before.</returns>
    public ToolCallFacts Facts(JsonElement call)
    {
        lock (_gate)
        {
            return (_calls.GetValueOrDefault(call.FindText("toolCallId") ?? "") ?? new ToolCallFacts()).With(call);
        }
    }

    private void TakeCall(JsonElement update)
    {
        if (update.FindText("toolCallId") is not { } id)
        {
            return;
        }

        var isNew = !_calls.TryGetValue(id, out var facts);
        facts = (facts ?? new ToolCallFacts()).With(update);
        if (!isNew || _calls.Count < MaxCalls)
        {
            _calls[id] = facts;
        }

        ShowLine();
        if (isNew && facts.Title is { Length: > 0 } title)
        {
            Show(title);
        }

        // What comes behind a call is a paragraph of its own.
        if (_text.Length > 0 && _text[^1] != '\n')
        {
            _text.Append("\n\n");
        }
    }

    private void Add(string piece)
    {
        _text.Append(piece);
        if (_text.Length > MaxCharacters)
        {
            var start = _text.Length - (MaxCharacters / 2);
            _text.Remove(0, char.IsLowSurrogate(_text[start]) ? start + 1 : start);
            if (!_isCut)
            {
                _isCut = true;
                Request.Progress.Log($"lorch-agent: the answer of the tool has more than {MaxCharacters} characters: only its end is kept");
            }
        }

        foreach (var character in piece)
        {
            if (character == '\n')
            {
                ShowLine();
            }
            else if (_line.Length < MaxShownCharacters)
            {
                _line.Append(character);
            }
        }
    }

    private void ShowLine()
    {
        Show(_line.ToString());
        _line.Clear();
    }

    private void Show(string text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            _progress.Writer.TryWrite(ToolText.Beginning(text, MaxShownCharacters).Trim());
        }
    }
}

/// <summary>Reads what a turn cost out of the answer to its prompt.</summary>
internal static class AcpUsage
{
    /// <summary>Reads it.</summary>
    /// <param name="answer">The result of <c>session/prompt</c>.</param>
    /// <param name="costUsd">What the turn cost, if an update said so.</param>
    public static Usage Of(JsonElement answer, decimal? costUsd)
    {
        var usage = answer.Find("usage");
        var quota = answer.Find("_meta")?.Find("quota")?.Find("token_count");
        return new Usage
        {
            InputTokens = usage?.FindCount("inputTokens") ?? quota?.FindCount("input_tokens") ?? 0,
            OutputTokens = usage?.FindCount("outputTokens") ?? quota?.FindCount("output_tokens") ?? 0,
            CostUsd = costUsd is >= 0 ? costUsd : null,
        };
    }
}
