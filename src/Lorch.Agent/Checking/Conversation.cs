using System.Globalization;
using System.Text;
using System.Text.Json;
using Lorch.Agent.Working;
using Lorch.Core;
using Lorch.Core.Hashing;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Workflows;

namespace Lorch.Agent.Checking;

/// <summary>
/// Judges what an agent says, over all its processes: the form of lines, and whether events count for the command in flight.
/// </summary>
/// <param name="findings">Where the judgement goes.</param>
internal sealed class Conversation(Findings findings)
{
    /// <summary>As in a run: the third line that is no message ends the attempt.</summary>
    private const int MaxRejectedLines = 3;

    private readonly Lock _gate = new();
    private readonly HashSet<CorrelationId> _answered = [];
    private readonly Dictionary<MessageId, Spoken> _spoken = [];
    private History _history = History.Empty;
    private Exchange? _exchange;

    /// <summary>Begins a command; it is about to be sent.</summary>
    /// <param name="history">The history that the command comes from.</param>
    /// <param name="command">The command.</param>
    /// <returns>The exchange.</returns>
    public Exchange Begin(History history, Command command)
    {
        lock (_gate)
        {
            _history = history.Apply(command);
            return _exchange = new Exchange(command);
        }
    }

    /// <summary>Gives what the agent said that counts, once the exchange has ended.</summary>
    public CommandInFlight InFlight
    {
        get
        {
            lock (_gate)
            {
                return _history.InFlight!;
            }
        }
    }

    /// <summary>Takes a line that is no message an agent may send.</summary>
    /// <param name="number">The line's number in its process's output.</param>
    /// <param name="line">What is wrong with it.</param>
    public void Hear(long number, RejectedLine line)
    {
        var place = line.Path is null ? "" : $" ({line.Path})";
        findings.Break(
            ProtocolRule.Messages,
            string.Create(CultureInfo.InvariantCulture, $"line {number}: {line.Reason}{place}: {Beginning(line.Line)}"));
        lock (_gate)
        {
            if (_exchange is { } exchange && (++exchange.RejectedLines == MaxRejectedLines || IsMeantAsAnswer(line.Line)))
            {
                Finish(exchange, new ExchangeEnd.AnsweredWrongly());
            }
        }
    }

    /// <summary>Takes an event.</summary>
    /// <param name="said">The event.</param>
    public void Hear(Event said)
    {
        lock (_gate)
        {
            var blame = Blame(said);
            _spoken.TryAdd(said.MessageId, new Spoken(_exchange?.Command, MessageJson.GetBytes(said)));
            _exchange?.Said.Add(said.MessageId);
            if (blame is var (rule, what))
            {
                findings.Break(rule, $"{said.Name.WireName}: {what}");
                if (rule != ProtocolRule.OneAnswer && said.Name.IsTerminal && _exchange is { } exchange)
                {
                    Finish(exchange, new ExchangeEnd.AnsweredWrongly());
                }
            }
            else
            {
                Accept(said);
            }
        }
    }

    private void Accept(Event said)
    {
        findings.Keep(ProtocolRule.Correlation, ProtocolRule.Sender, ProtocolRule.Allowed, ProtocolRule.Outcome, ProtocolRule.MessageIds);
        if (said.ObservedVersion?.SnapshotId is { } observed)
        {
            var asked = _exchange!.Command.Version.SnapshotId;
            findings.Require(
                ProtocolRule.ObservedVersion,
                observed == asked ? null : $"{said.Name.WireName}: it worked on {observed}, but the command is for {asked}");
        }

        _history = _history.Apply(said);
        if (said.Name.IsTerminal)
        {
            findings.Keep(ProtocolRule.OneAnswer);
            Finish(_exchange!, new ExchangeEnd.Answered(said));
        }
    }

    private void Finish(Exchange exchange, ExchangeEnd end)
    {
        _answered.Add(exchange.Command.CorrelationId);
        exchange.Finish(end);
    }

    /// <summary>
    /// Which rule an event breaks, and how: what makes Lorch refuse an event is Lorch's own code, which rule that is about is said here.
    /// </summary>
    private (ProtocolRule Rule, string What)? Blame(Event said)
    {
        var refusal = _history.RefusalOf(said);
        if (_exchange?.Command is not { } command)
        {
            return (ProtocolRule.Correlation, "it came before any command");
        }

        if (!said.Name.IsSystem && IsLate(said, command))
        {
            return (ProtocolRule.OneAnswer, $"it came for '{said.CorrelationId}' after that was answered");
        }

        return refusal is null ? BlameForId(said, command) : said switch
        {
            { Name.IsSystem: true } => (ProtocolRule.Allowed, refusal),
            _ when said.CorrelationId != command.CorrelationId || said.TaskId != command.TaskId => (ProtocolRule.Correlation, refusal),
            _ when said.From.AgentType != command.To.AgentType => (ProtocolRule.Sender, refusal),
            _ when !said.Name.IsAllowedFor(command.Action) => (ProtocolRule.Allowed, refusal),
            _ when _exchange.Said.Contains(said.MessageId) => (ProtocolRule.MessageIds, refusal),
            _ => (ProtocolRule.Outcome, refusal),
        };
    }

    private bool IsLate(Event said, Command command) =>
        _answered.Contains(said.CorrelationId) && (said.CorrelationId != command.CorrelationId || _exchange!.End.IsCompleted);

    private (ProtocolRule Rule, string What)? BlameForId(Event said, Command command)
    {
        if (_exchange!.Said.Contains(said.MessageId))
        {
            return (ProtocolRule.MessageIds, $"message '{said.MessageId}' was there before");
        }

        if (!_spoken.TryGetValue(said.MessageId, out var earlier))
        {
            return null;
        }

        if (earlier.Key != command.IdempotencyKey)
        {
            return (ProtocolRule.MessageIds, $"message '{said.MessageId}' was there before, for another command");
        }

        if (earlier.Attempt != command.Retry.Attempt)
        {
            return (ProtocolRule.HigherAttempt, string.Create(
                CultureInfo.InvariantCulture,
                $"attempt {command.Retry.Attempt} was answered with message '{said.MessageId}' of attempt {earlier.Attempt}"));
        }

        return MessageJson.GetBytes(said).AsSpan().SequenceEqual(earlier.Bytes)
            ? null
            : (ProtocolRule.SameAttempt, $"message '{said.MessageId}' was sent again with another content");
    }

    /// <summary>Whether a line that is no message was to be the answer: then nothing else will come.</summary>
    private static bool IsMeantAsAnswer(string line)
    {
        return ToolJson.TryParse(new UTF8Encoding(false).GetBytes(line), out var json, out _)
            && json.ValueKind is JsonValueKind.Object && json.TryGetProperty(
                "event",
                out var member) && member.ValueKind is JsonValueKind.String
            && ToolJson.Text(member) is var name && Enum.GetValues<EventName>().Any(each => each.IsTerminal && each.WireName == name);
    }

    private static string Beginning(string line) => ShortText.Of(line, 120);

    private sealed record Spoken(Command? Command, byte[] Bytes)
    {
        public IdempotencyKey? Key => Command?.IdempotencyKey;

        public int? Attempt => Command?.Retry.Attempt;
    }
}
