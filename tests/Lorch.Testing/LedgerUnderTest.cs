using System.Globalization;
using System.Text;
using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Workflows;

namespace Lorch.Testing;

/// <summary>A ledger in memory and the history folded from it. Commands are those that the workflow asks for.</summary>
internal sealed class LedgerUnderTest
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly List<Message> _messages = [];

    public LedgerUnderTest(RunStarted? started = null) =>
        Note(EventName.RunStarted, SystemJson.ToElement(started ?? Start));

    /// <summary>A run of a task that names nothing but a goal and one output.</summary>
    public static RunStarted Start { get; } = new()
    {
        Format = 1,
        RunId = RunId.Parse("run-20260131-120000-00000001"),
        SnapshotId = SnapshotId.Parse("snap-000000000001"),
        TaskKey = IdempotencyKey.Parse("ik:" + new string('0', 64)),
        Definition = JsonElement.Parse("""{"goal":"greet","expected_outputs":[{"path":"src/hello.txt"}]}"""),
        Agents = new Dictionary<AgentType, Sha256Digest>
        {
            [AgentType.Builder] = DigestOf("builder"),
            [AgentType.Reviewer] = DigestOf("reviewer"),
            [AgentType.SpecMaintainer] = DigestOf("spec_maintainer"),
        },
        MaxAttempts = 3,
        MaxIterations = 10,
        OnFailingTests = FailingTestsRule.Fail,
    };

    public static TaskId TaskId { get; } = TaskId.Parse("T-1");

    public IReadOnlyList<Message> Messages => _messages;

    public History History { get; private set; } = History.Empty;

    /// <summary>The command that comes next.</summary>
    public CommandRequest Next => Workflow.Next(History) is Decision.Send { Request: var request }
        ? request
        : throw new InvalidOperationException($"The workflow asks for nothing: {Decision}.");

    /// <summary>What comes next, as <c>action iteration attempt</c>, <c>complete</c> or <c>fail code</c>.</summary>
    public string Decision => Show(Workflow.Next(History));

    public static Sha256Digest DigestOf(string text) => Sha256Digest.Of(Encoding.ASCII.GetBytes(text));

    public static Artifact Produced(string path, string content) =>
        new() { Path = RelativePath.Parse(path), Sha256 = DigestOf(content), Size = content.Length };

    public static string Show(Decision decision) => decision switch
    {
        Decision.Send { Request: var request } =>
            string.Create(CultureInfo.InvariantCulture, $"{request.Action.WireName} {request.Iteration} {request.Retry.Attempt}"),
        Decision.Fail { Reason: var reason } => $"fail {reason.Code}",
        _ => "complete",
    };

    public void Append(Message message)
    {
        History = History.Apply(message);
        _messages.Add(message);
    }

    /// <summary>Sends the command that comes next.</summary>
    public void Send()
    {
        var request = Next;
        Append(new Command
        {
            MessageId = NextId(),
            CorrelationId = request.CorrelationId,
            TaskId = request.TaskId,
            IdempotencyKey = request.Key,
            To = new AgentAddress { AgentType = request.Action.Agent },
            Action = request.Action,
            Inputs = request.Inputs,
            ExpectedOutputs = request.ExpectedOutputs,
            Version = new VersionPin { SnapshotId = request.SnapshotId },
            Deadline = Noon,
            Retry = request.Retry,
            Priority = 0,
        });
    }

    /// <summary>An event that answers the command in flight; it isn't appended.</summary>
    public Event Answer(EventName name, string? status = null, JsonElement? payload = null) => new()
    {
        MessageId = NextId(),
        CorrelationId = History.InFlight!.Command.CorrelationId,
        TaskId = TaskId,
        From = new AgentAddress { AgentType = History.InFlight.Command.To.AgentType, AgentId = "agent-1" },
        Name = name,
        Status = status,
        Payload = payload,
        OccurredAt = Noon,
    };

    /// <summary>Proves the step whose terminal event stands last.</summary>
    public void Record(params Artifact[] measured)
    {
        var command = History.InFlight!.Command;
        Note(EventName.StepRecorded, new StepRecorded
        {
            Step = History.Steps.Count + 1,
            Receipt = Receipt(History.Steps.Count + 1),
            IdempotencyKey = command.IdempotencyKey,
            Action = command.Action,
            Iteration = History.Steps.Count(step => step.Action == command.Action),
            Measured = measured,
        });
    }

    /// <summary>Lets a receipt of an earlier run answer the command that comes next.</summary>
    public void Reuse(Outcome outcome, IReadOnlyList<Artifact> artifacts, IReadOnlyList<RelativePath> removed)
    {
        var request = Next;
        Note(EventName.StepReused, new StepReused
        {
            Step = History.Steps.Count + 1,
            RunId = RunId.Parse("run-20260130-120000-00000001"),
            Receipt = Receipt(History.Steps.Count + 1),
            IdempotencyKey = request.Key,
            Action = request.Action,
            Iteration = request.Iteration,
            Artifacts = artifacts,
            Removed = removed,
            Outcome = outcome,
        });
    }

    public void FailAttempt(string code, bool retriable) => Note(
        EventName.AttemptFailed,
        new AttemptFailed
        {
            Attempt = History.InFlight!.Command.Retry.Attempt,
            Code = code,
            Message = "it didn't work",
            Retriable = retriable
        });

    public void Fail(string code) => Note(EventName.RunFailed, new RunFailed { Code = code, Message = "it can't go on" });

    public void Resume(RunPause after, IReadOnlyDictionary<AgentType, Sha256Digest>? agents = null) =>
        Note(EventName.RunResumed, new RunResumed { After = after, Agents = agents ?? History.Agents });

    public void Note<T>(EventName name, T payload)
        where T : class => Note(name, SystemJson.ToElement(payload));

    private static FileReference Receipt(int step) => new()
    {
        Path = string.Create(CultureInfo.InvariantCulture, $"receipts/T-1/step-{step:D4}.json"),
        Sha256 = DigestOf($"receipt {step}"),
    };

    private void Note(EventName name, JsonElement payload) => Append(new Event
    {
        MessageId = NextId(),
        CorrelationId = CorrelationId.ForRun(TaskId),
        TaskId = TaskId,
        From = new AgentAddress { AgentType = AgentType.System },
        Name = name,
        Payload = payload,
        OccurredAt = Noon,
    });

    private MessageId NextId() =>
        MessageId.Parse(string.Create(CultureInfo.InvariantCulture, $"0198c0de-0000-7000-8000-{_messages.Count:x12}"));
}
