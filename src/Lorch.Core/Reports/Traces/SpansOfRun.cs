using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Core.Protocol;
using Lorch.Core.Reports.Recording;

namespace Lorch.Core.Reports.Traces;

/// <summary>
/// Tells a run as spans, by OpenTelemetry's conventions for generative AI: a workflow for each time in which it was worked on, and in it an
/// agent for each attempt and each step that an earlier receipt answered.
/// </summary>
/// <remarks>
/// Nothing but the ledger is asked when something was done and what came of it, so the same span comes out whenever and however often it is
/// made. A time that isn't over has no spans yet.
/// </remarks>
/// <param name="story">The run.</param>
/// <param name="sendsTexts">Whether prompts, summaries and messages are told.</param>
/// <param name="redact">Takes secrets out of texts.</param>
internal sealed class SpansOfRun(RunStory story, bool sendsTexts, Func<string, string> redact)
{
    private const int LongestText = 32 * 1024;
    private const string Operation = "gen_ai.operation.name";
    private const string Agent = "gen_ai.agent.name";
    private const string ErrorType = "error.type";
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _trace = TraceIds.TraceOf(story.RunId);

    /// <summary>Gives the spans of a time in which the run was worked on.</summary>
    /// <param name="unsent">The time.</param>
    /// <returns>The spans; <see langword="null"/> if it isn't over.</returns>
    public IReadOnlyList<Span>? Of(UnsentSession unsent)
    {
        var at = story.Sessions.Index().FirstOrDefault(entry => entry.Item.MessageId == unsent.MessageId);
        if (at.Item is not { } session)
        {
            return [];
        }

        var isLast = at.Index == story.Sessions.Count - 1;
        var end = isLast ? long.MaxValue : story.Sessions[at.Index + 1].Position;
        var attempts = story.Attempts.Where(attempt => attempt.Position >= session.Position && attempt.Position < end).ToList();
        return (isLast && story.Ending is StoryEnding.Open) || attempts.Exists(attempt => attempt.Result is StoryResult.Open)
            ? null
            : [OfSession(session, at.Index, attempts, unsent.Caller), .. attempts.Select(attempt => OfAttempt(session, attempt))];
    }

    private Span OfSession(StorySession session, int index, List<StoryAttempt> attempts, string caller)
    {
        var task = story.TaskId.ToString();
        var attributes = new Attributes(redact)
            .Add(Operation, "invoke_workflow")
            .Add("gen_ai.workflow.name", task)
            .Add(Agent, task)
            .Add("gen_ai.conversation.id", story.RunId.ToString())
            .Add("lorch.task.id", task)
            .Add("lorch.run.id", story.RunId.ToString())
            .Add("lorch.snapshot.id", story.SnapshotId.ToString())
            .Add("lorch.run.outcome", EndingOf(session))
            .Add("lorch.run.part", index + 1)
            .Add("lorch.steps", attempts.Count(attempt => attempt.Step is not null))
            .Add("lorch.attempts.failed", attempts.Count(attempt => attempt.Result is StoryResult.Failed))
            .Add("lorch.changes_requested", attempts.Count(attempt => attempt.Result is StoryResult.ChangesRequested));
        if (session.FailureCode is { } code)
        {
            attributes.Add(ErrorType, code);
        }

        if (sendsTexts)
        {
            attributes.Add("gen_ai.input.messages", Message("user", story.Goal));
        }

        return new Span
        {
            TraceId = _trace,
            SpanId = TraceIds.SpanOf(story.RunId, session.MessageId),
            ParentId = index == 0 ? null : TraceIds.SpanOf(story.RunId, story.Sessions[0].MessageId),
            Name = $"invoke_workflow {task}",
            Kind = SpanKind.Internal,
            StartedAt = session.StartedAt,
            EndedAt = session.EndedAt,
            Attributes = attributes.All,
            Link = TraceIds.TryParse(caller, out var trace, out var span) ? (trace, span) : null,
            HasFailed = session.Ending is StoryEnding.Failed,
            Problem = sendsTexts && session == story.Sessions[^1] && story.FailureMessage is { } message ? Cut(message) : null,
        };
    }

    private Span OfAttempt(StorySession session, StoryAttempt attempt)
    {
        var name = attempt.AgentName is { } given ? redact(given) : attempt.Action.Agent.WireName;
        var hasFailed = attempt.Result is StoryResult.Failed;
        var attributes = new Attributes(redact)
            .Add(Operation, "invoke_agent")
            .Add("gen_ai.provider.name", "lorch")
            .Add(Agent, name)
            .Add("gen_ai.conversation.id", story.RunId.ToString())
            .Add("lorch.action", attempt.Action.WireName)
            .Add("lorch.attempt", attempt.Number)
            .Add("lorch.retries", attempt.Number - 1)
            .Add("lorch.outcome", ResultOf(attempt))
            .Add("lorch.findings", attempt.Findings.Count)
            .Add("lorch.artifacts", attempt.Artifacts.Count + attempt.Removed.Count)
            .Add("lorch.messages.refused", attempt.Refusals);
        if (attempt.AgentId is { } id)
        {
            attributes.Add("gen_ai.agent.id", id);
        }

        if (attempt.Program is { } program)
        {
            attributes.Add("gen_ai.agent.version", program.Version).Add("lorch.program", program.Name);
        }

        if (attempt.Usage is { Tokens: > 0 } usage)
        {
            attributes.Add("gen_ai.usage.input_tokens", usage.InputTokens).Add("gen_ai.usage.output_tokens", usage.OutputTokens);
        }

        if (attempt.Usage.CostUsd is { } dollars)
        {
            attributes.Add("lorch.cost_usd", (double)dollars);
        }

        if (attempt.Step is { } step)
        {
            attributes.Add("lorch.step", step).Add("lorch.tests.failing", attempt.HasFailingTests);
        }

        if (attempt.Answer is { } answer)
        {
            attributes.Add("lorch.event", answer.WireName);
        }

        if (attempt.ReusedFrom is { } run)
        {
            attributes.Add("lorch.reused_from", run.ToString());
        }

        if (hasFailed)
        {
            attributes.Add(ErrorType, attempt.FailureCode ?? "_OTHER");
        }

        if (sendsTexts && attempt.Prompt is { } prompt)
        {
            attributes.Add("gen_ai.input.messages", Message("user", prompt));
        }

        if (sendsTexts && attempt.Summary is { } summary)
        {
            attributes.Add("gen_ai.output.messages", Message("assistant", summary));
        }

        return new Span
        {
            TraceId = _trace,
            SpanId = TraceIds.SpanOf(story.RunId, attempt.MessageId),
            ParentId = TraceIds.SpanOf(story.RunId, session.MessageId),
            Name = $"invoke_agent {name}",
            Kind = SpanKind.Client,
            StartedAt = attempt.StartedAt,
            EndedAt = attempt.EndedAt,
            Attributes = attributes.All,
            HasFailed = hasFailed,
            Problem = sendsTexts && attempt.FailureMessage is { } message ? Cut(message) : null,
        };
    }

    private static string EndingOf(StorySession session) => session.Ending switch
    {
        StoryEnding.Completed => "completed",
        StoryEnding.Failed => "failed",
        _ => "interrupted",
    };

    private static string ResultOf(StoryAttempt attempt) => attempt.Result switch
    {
        StoryResult.Done when attempt.ReusedFrom is not null => "reused",
        StoryResult.Done => "done",
        StoryResult.ChangesRequested => "changes_requested",
        StoryResult.Failed => "failed",
        _ => "interrupted",
    };

    /// <summary>A message as the conventions have it in an attribute: JSON in a text.</summary>
    private string Message(string role, string text)
    {
        var part = new JsonObject { ["type"] = "text", ["content"] = Cut(text) };
        var message = new JsonObject { ["role"] = role, ["parts"] = new JsonArray(part) };
        if (role == "assistant")
        {
            message["finish_reason"] = "stop";
        }

        return new JsonArray(message).ToJsonString(Readable);
    }

    private string Cut(string text) => Json.ShortText.Of(redact(text), LongestText);

    /// <summary>The attributes of a span, the texts without secrets.</summary>
    private sealed class Attributes(Func<string, string> redact)
    {
        private readonly List<KeyValuePair<string, object>> _all = [];

        public IReadOnlyList<KeyValuePair<string, object>> All => _all;

        public Attributes Add(string name, string value) => Put(name, redact(value));

        public Attributes Add(string name, long value) => Put(name, value);

        public Attributes Add(string name, double value) => Put(name, value);

        public Attributes Add(string name, bool value) => Put(name, value);

        private Attributes Put(string name, object value)
        {
            _all.Add(KeyValuePair.Create(name, value));
            return this;
        }
    }
}
