using System.Collections.Concurrent;
using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;

namespace Lorch.Testing;

/// <summary>Agents without processes: each command is answered at once by what the test says.</summary>
internal sealed class ScriptedAgents(string root, Func<TimeProvider> clock) : IAgentLauncher
{
    private const int FirstPid = 1001;

    private int _started;

    /// <summary>Where they work.</summary>
    public string Root { get; set; } = root;

    /// <summary>All commands that any agent received, in their order.</summary>
    public List<Command> Received { get; } = [];

    /// <summary>The events that went to an agent's log alone, and why.</summary>
    public List<(Event Event, string Reason)> Kept { get; } = [];

    /// <summary>How many agents were started.</summary>
    public int Started => _started;

    /// <summary>What the agents were started with.</summary>
    public ConcurrentQueue<AgentSettings> StartedWith { get; } = [];

    /// <summary>Called as an agent starts, on whatever thread that is.</summary>
    public Action<AgentType> Starting { get; set; } = _ => { };

    /// <summary>Called as an agent is told to end, before it has.</summary>
    public Action<AgentType> Ending { get; set; } = _ => { };

    /// <summary>What an agent does with a command; called when the answer is first read.</summary>
    public Func<Command, IEnumerable<AgentSignal>> Answer { get; set; } = _ => [];

    /// <summary>Whether an agent ends once it has answered a command.</summary>
    public Func<Command, bool> LeavesAfter { get; set; } = _ => false;

    /// <summary>Whether an agent ends before it was asked for anything.</summary>
    public Func<AgentType, bool> LeavesAtOnce { get; set; } = _ => false;

    /// <summary>Those that were ended, each once.</summary>
    public HashSet<string> Stopped { get; } = [];

    /// <summary>The commands received, as <c>action iteration attempt</c>.</summary>
    public IEnumerable<string> Story => Received.Select(command =>
        $"{command.Action.WireName} {command.Inputs.GetProperty("iteration").GetInt32()} {command.Retry.Attempt}");

    public Task<IAgentSession> StartAsync(AgentSettings settings, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _started);
        StartedWith.Enqueue(settings);
        Starting(settings.Type);
        return Task.FromResult<IAgentSession>(new Session(this, settings.Type, FirstPid + number - 1));
    }

    /// <summary>Writes a file and names it as an artifact.</summary>
    public Artifact Produce(string path, string content)
    {
        var file = Path.Join(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return Describe(path);
    }

    /// <summary>Names a file that is there as an artifact.</summary>
    public Artifact Describe(string path)
    {
        var bytes = File.ReadAllBytes(Path.Join(Root, path));
        return new Artifact { Path = RelativePath.Parse(path), Sha256 = Sha256Digest.Of(bytes), Size = bytes.Length };
    }

    /// <summary>An event that answers a command.</summary>
    public AgentSignal.Spoke Say(
        Command command,
        EventName name,
        string? status = null,
        string? payload = null,
        params Artifact[] artifacts) =>
        new(new Event
        {
            MessageId = MessageId.Create(clock().GetUtcNow()),
            CorrelationId = command.CorrelationId,
            TaskId = command.TaskId,
            From = command.To,
            Name = name,
            Status = status,
            Payload = payload is null ? null : JsonElement.Parse(payload),
            Artifacts = artifacts.Length == 0 ? null : artifacts,
            OccurredAt = clock().GetUtcNow(),
        });

    /// <summary>Has reviews approve with a payload from now on; all else is answered as before.</summary>
    public void AnswerReviewsWith(string payload)
    {
        var usual = Answer;
        Answer = command => command.Action is AgentAction.Review
            ? [Say(command, EventName.ReviewCompleted, "approved", payload)]
            : usual(command);
    }

    /// <summary>An error event.</summary>
    public AgentSignal.Spoke Fail(Command command, string code, bool retriable = true) => Say(
        command,
        EventName.Error,
        payload: $$"""{"code":"{{code}}","message":"it didn't work","retriable":{{(retriable ? "true" : "false")}}}""");

    /// <summary>
    /// A whole conversation: the builder writes <c>src/hello.txt</c>, reviews and specifications ask for changes as often as is said.
    /// </summary>
    public IEnumerable<AgentSignal> Play(Command command, int reviewAsks = 0, int specAsks = 0)
    {
        var iteration = command.Inputs.GetProperty("iteration").GetInt32();
        var task = command.TaskId;
        switch (command.Action)
        {
            case AgentAction.Implement:
                yield return Say(command, EventName.BuilderCompleted, artifacts: Produce("src/hello.txt", "hello\n"));
                break;
            case AgentAction.ImplementChanges:
                yield return Say(
                    command,
                    EventName.BuilderCompleted,
                    artifacts: Produce("src/hello.txt", $"hello, version {iteration + 2}\n"));
                break;
            case AgentAction.Review when iteration < reviewAsks:
                yield return Say(
                    command,
                    EventName.ReviewCompleted,
                    "changes_requested",
                    $$"""{"summary":"say it better","findings":[{"file":"src/hello.txt","line":1,"severity":"warning","message":"too short ({{iteration}})"}]}""",
                    Produce($"reviews/{task}.json", $$"""{"round":{{iteration}}}"""));
                break;
            case AgentAction.Review:
                yield return Say(
                    command,
                    EventName.ReviewCompleted,
                    "approved",
                    artifacts: Produce($"reviews/{task}.json", $$"""{"round":{{iteration}}}"""));
                break;
            case AgentAction.UpdateSpec when iteration < specAsks:
                yield return Say(command, EventName.SpecChangesRequested, payload: """{"summary":"the spec says otherwise"}""");
                break;
            default:
                yield return Say(command, EventName.SpecUpdated, artifacts: Produce($"spec_notes/{task}.json", "{}"));
                break;
        }
    }

    private sealed class Session(ScriptedAgents agents, AgentType type, int pid) : IAgentSession
    {
        private IEnumerator<AgentSignal>? _answer;
        private bool _hasAnswered;

        public AgentType Type => type;

        public string AgentId => $"{type.WireName}-{pid}";

        public int Pid => pid;

        public bool HasEnded { get; private set; } = agents.LeavesAtOnce(type);

        public bool MayHaveBegun { get; private set; } = true;

        public async Task SendAsync(Command command, CancellationToken cancellationToken)
        {
            // As to a process: what is too long for a line doesn't get there.
            using var input = new NdjsonWriter(Stream.Null);
            await input.WriteAsync(command, cancellationToken);
            agents.Received.Add(command);
            (MayHaveBegun, HasEnded) = (!_hasAnswered, agents.LeavesAfter(command));
            _answer?.Dispose();
            _answer = agents.Answer(command).GetEnumerator();
        }

        public async ValueTask<AgentSignal> ReadAsync(CancellationToken cancellationToken)
        {
            if (_answer!.MoveNext())
            {
                MayHaveBegun |= _answer.Current is not AgentSignal.Ended;
                _hasAnswered |= _answer.Current is AgentSignal.Spoke { Event.Name.IsTerminal: true };
                return _answer.Current;
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException();
        }

        public void KeepInLog(Event message, string reason) => agents.Kept.Add((message, reason));

        public Task<AgentExit> StopAsync(StopUrgency urgency, CancellationToken cancellationToken)
        {
            if (agents.Stopped.Add(AgentId))
            {
                agents.Ending(type);
            }

            return Task.FromResult(new AgentExit { Pid = pid, ExitCode = 0, StderrTail = [], EndedBy = EndedBy.Lorch });
        }

        public ValueTask DisposeAsync()
        {
            _answer?.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
