using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;

namespace Lorch.Testing;

/// <summary>Ledgers written as text, one step or deed a line.</summary>
/// <remarks>
/// <code>
/// implement -> completed src/a=1 -src/b {"summary":"done"}    a step: outcome, artifacts by content, removals, payload
/// review ~> approved                                          the same, answered by an earlier run's receipt
/// implement                                                   a command that nobody answered yet
/// implement -> completed src/a=1 unjudged                     an answer that isn't judged yet
/// implement -> failed no_quota                                a failed attempt; "failed!" for one that can't be tried again
/// fails no_quota | resumed | interrupted | aborted            the run's own; "resumed" after it failed, "interrupted" resumes as well
/// resumed builder=v2                                          with another agent
/// </code>
/// </remarks>
internal static class LedgerText
{
    public static LedgerUnderTest Read(params ReadOnlySpan<string> lines) => new LedgerUnderTest().Read(lines);

    public static LedgerUnderTest Read(this LedgerUnderTest ledger, params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            ReadLine(ledger, line);
        }

        return ledger;
    }

    private static void ReadLine(LedgerUnderTest ledger, string line)
    {
        var payloadAt = line.IndexOf('{', StringComparison.Ordinal);
        var payload = payloadAt < 0 ? default(JsonElement?) : JsonElement.Parse(line[payloadAt..]);
        var words = (payloadAt < 0 ? line : line[..payloadAt]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["fails", var code]:
                ledger.Fail(code);
                break;
            case ["aborted"]:
                ledger.Note(EventName.RunAborted, new RunAborted { Reason = "superseded", By = "test" });
                break;
            case ["resumed", .. var agents]:
                ledger.Resume(RunPause.Failed, Agents(ledger, agents));
                break;
            case ["interrupted", .. var agents]:
                ledger.Resume(RunPause.Interrupted, Agents(ledger, agents));
                break;
            case [var action]:
                Send(ledger, action);
                break;
            case [var action, "->", "failed" or "failed!", var code]:
                Send(ledger, action);
                ledger.FailAttempt(code, retriable: words[2] == "failed");
                break;
            case [var action, "~>", var outcome, .. var files]:
                Expect(ledger, action);
                var (name, status) = Outcome(action, outcome);
                ledger.Reuse(new Outcome { Event = name, Status = status, Payload = payload }, [.. Artifacts(files)], [.. Removed(files)]);
                break;
            case [var action, "->", var outcome, .. var files]:
                Send(ledger, action);
                Answer(ledger, Outcome(action, outcome), payload, files);
                break;
            default:
                throw new ArgumentException($"'{line}' is no line of a ledger.", nameof(line));
        }
    }

    private static void Answer(LedgerUnderTest ledger, (EventName Name, string? Status) outcome, JsonElement? payload, string[] files)
    {
        var answer = ledger.Answer(outcome.Name, outcome.Status, payload);
        ledger.Append(answer with { Artifacts = [.. Artifacts(files)], Removed = [.. Removed(files)] });
        if (files is not [.., "unjudged"])
        {
            ledger.Record();
        }
    }

    private static void Send(LedgerUnderTest ledger, string action)
    {
        Expect(ledger, action);
        ledger.Send();
    }

    private static void Expect(LedgerUnderTest ledger, string action)
    {
        if (ledger.Next.Action.WireName != action)
        {
            throw new ArgumentException($"The workflow asks for {ledger.Decision}, not for {action}.", nameof(action));
        }
    }

    private static (EventName Name, string? Status) Outcome(string action, string word) => (action, word) switch
    {
        (_, "completed") => (EventName.BuilderCompleted, null),
        ("review", _) => (EventName.ReviewCompleted, word),
        (_, "updated") => (EventName.SpecUpdated, null),
        (_, "nothing") => (EventName.SpecNoChangesNeeded, null),
        (_, "changes_requested") => (EventName.SpecChangesRequested, null),
        (_, "error") => (EventName.Error, null),
        _ => throw new ArgumentException($"'{word}' is no outcome of {action}.", nameof(word)),
    };

    private static IEnumerable<Artifact> Artifacts(string[] words) =>
        words.Where(word => word.Contains('=', StringComparison.Ordinal))
            .Select(word => word.Split('=', 2))
            .Select(parts => LedgerUnderTest.Produced(parts[0], parts[1]));

    private static IEnumerable<RelativePath> Removed(string[] words) =>
        words.Where(word => word.StartsWith('-')).Select(word => RelativePath.Parse(word[1..]));

    private static Dictionary<AgentType, Sha256Digest> Agents(LedgerUnderTest ledger, string[] words)
    {
        var agents = ledger.History.Agents.ToDictionary();
        foreach (var parts in words.Select(word => word.Split('=', 2)))
        {
            agents[Enum.GetValues<AgentType>().First(type => type.WireName == parts[0])] = LedgerUnderTest.DigestOf(parts[1]);
        }

        return agents;
    }
}
