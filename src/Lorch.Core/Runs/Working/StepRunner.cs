using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Records;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Works one attempt: sends the command and listens until it has ended, one way or another.</summary>
internal sealed class StepRunner(
    RunJournal journal,
    RunContext context,
    AgentTeam team,
    AgentPool agents,
    HandoverWriter handover,
    Narrator narrator)
{
    private const int MaxRejectedLines = 3;

    /// <summary>How many of an agent's last lines stand in a message; its log has the rest.</summary>
    private const int ShownLastWords = 3;

    /// <summary>Messages that don't count are recorded up to this number an attempt; the agent's log has the rest.</summary>
    private const int MaxRecordedRefusals = 20;

    /// <summary>Works the attempt. Behind it a terminal event stands unjudged, or the attempt has failed.</summary>
    public async Task WorkAsync(CommandRequest request, CancellationToken cancellationToken)
    {
        foreach (var file in request.Files)
        {
            await context.Stores.Files.CreateAsync(context.Stores.Layout.CommandFile(file.Name), file.Content, cancellationToken);
        }

        // Only an agent that answered before can end without having begun, so this goes round twice at most.
        while (!await TryWorkAsync(request, cancellationToken))
        {
            narrator.Mention($"{request.TaskId} {request.Action.WireName} is asked again: the agent ended before it began");
        }
    }

    /// <summary>Hands the command to an agent.</summary>
    /// <returns>Whether the agent began; if not, the same attempt is still to be worked.</returns>
    private async Task<bool> TryWorkAsync(CommandRequest request, CancellationToken cancellationToken)
    {
        var agent = await agents.GetAsync(request.Action.Agent, cancellationToken);
        var timeout = team.Members[agent.Type].TimeoutOf(request.Action);
        var command = request.ToCommand(
            MessageId.Create(context.Stores.Clock.GetUtcNow()),
            new AgentAddress { AgentType = agent.Type, AgentId = agent.AgentId },
            context.Stores.Clock.GetUtcNow() + timeout);
        await handover.WriteAsync(request, command.MessageId, cancellationToken);
        await journal.AppendAsync(command, cancellationToken);
        narrator.Mention($"{request.TaskId} {request.Action.WireName} asked of {agent.AgentId}, attempt {request.Retry.Attempt + 1}");
        var attempt = new Attempt(agent, command);
        await ConverseAsync(attempt, timeout, cancellationToken);
        return attempt.HasBegun;
    }

    private async Task ConverseAsync(Attempt attempt, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(timeout, context.Stores.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        try
        {
            await attempt.Agent.SendAsync(attempt.Command, either.Token);
            agents.PrepareAfter(attempt.Agent.Type, either.Token);
            while (!attempt.HasEnded)
            {
                var signal = await attempt.Agent.ReadAsync(either.Token);
                await TakeAsync(attempt, signal, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (expiry.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await ExpireAsync(attempt, timeout, cancellationToken);
        }
    }

    private Task TakeAsync(Attempt attempt, AgentSignal signal, CancellationToken cancellationToken) => signal switch
    {
        AgentSignal.Spoke { IsLate: true, Event: var said } => RefuseAsync(
            attempt,
            said,
            "it was said before this command was sent",
            cancellationToken),
        AgentSignal.Spoke(var said) => HearAsync(attempt, context.View.Shown(said), cancellationToken),
        AgentSignal.Beat(var heartbeat) => journal.AppendAsync(heartbeat, cancellationToken),
        AgentSignal.BeatInVain(var line) => NoteRejectionAsync(line.Reason, line.Path, line.Line, cancellationToken),
        AgentSignal.Misspoke(var line) => RejectAsync(attempt, line, cancellationToken),
        AgentSignal.Ended(var exit) => BuryAsync(attempt, exit, cancellationToken),
        AgentSignal.FellSilent(var silence) => GiveUpOnSilentAsync(attempt, silence, cancellationToken),
        AgentSignal.Flooded(var reason) => GiveUpAsync(
            attempt,
            FailureReason.AgentFlooded,
            $"the agent sent too much: {reason}",
            cancellationToken),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private async Task HearAsync(Attempt attempt, Event said, CancellationToken cancellationToken)
    {
        if ((attempt.RefusalOf(said) ?? journal.History.RefusalOf(said)) is { } refusal)
        {
            await RefuseAsync(attempt, said, refusal, cancellationToken);
        }
        else if (attempt.IsThrottled(said, context.Stores.Clock.GetUtcNow()))
        {
            attempt.Agent.KeepInLog(said, "progress enters the ledger once a second");
        }
        else
        {
            await journal.AppendAsync(said, cancellationToken);
            if (said.Name.IsTerminal)
            {
                attempt.HasEnded = true;
            }
            else
            {
                narrator.Mention(
                    $"{said.TaskId} {attempt.Command.Action.WireName}: {OutcomeRules.Summary(said.Payload) ?? said.Name.WireName}");
            }
        }
    }

    private async Task RefuseAsync(Attempt attempt, Event said, string refusal, CancellationToken cancellationToken)
    {
        if (attempt.Refusals++ < MaxRecordedRefusals)
        {
            await NoteRejectionAsync(refusal, null, RejectedLine.Show(MessageJson.GetBytes(said)), cancellationToken);
        }
        else
        {
            attempt.Agent.KeepInLog(said, refusal);
        }
    }

    private async Task RejectAsync(Attempt attempt, RejectedLine line, CancellationToken cancellationToken)
    {
        await NoteRejectionAsync(line.Reason, line.Path, line.Line, cancellationToken);
        if (++attempt.RejectedLines == MaxRejectedLines)
        {
            await GiveUpAsync(
                attempt,
                FailureReason.MessagesRejected,
                $"{MaxRejectedLines} of its lines were no messages, the last because {line.Reason}",
                cancellationToken);
        }
    }

    private async Task BuryAsync(Attempt attempt, AgentExit exit, CancellationToken cancellationToken)
    {
        var type = attempt.Command.To.AgentType;
        if (!attempt.Agent.MayHaveBegun)
        {
            (attempt.HasEnded, attempt.HasBegun) = (true, false);
            await agents.ForgetAsync(type, exit, cancellationToken);
            return;
        }

        await agents.BuryAsync(type, exit, cancellationToken);
        var how = exit.Signal is { } signal ? $"was ended by {signal}" : $"ended with exit code {exit.ExitCode}";
        await FailAsync(
            attempt,
            FailureReason.AgentExited,
            $"the {type.WireName} {how} during a command{LastWords(exit)}",
            cancellationToken);
    }

    private async Task GiveUpOnSilentAsync(Attempt attempt, TimeSpan silence, CancellationToken cancellationToken)
    {
        var to = attempt.Command.To.AgentType;
        await journal.NoteAsync(
            EventName.AgentUnhealthy,
            new AgentUnhealthy { AgentType = to, Pid = attempt.Agent.Pid, SilentS = silence.TotalSeconds },
            cancellationToken);
        await GiveUpAsync(
            attempt,
            FailureReason.AgentUnhealthy,
            $"the {to.WireName} sent no heartbeat for {Narrator.Duration(silence)}",
            cancellationToken);
    }

    private async Task ExpireAsync(Attempt attempt, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await journal.NoteAsync(EventName.DeadlineExceeded, new DeadlineExceeded { AfterS = timeout.TotalSeconds }, cancellationToken);
        await GiveUpAsync(
            attempt,
            FailureReason.DeadlineExceeded,
            $"the {attempt.Command.To.AgentType.WireName} didn't answer "
                + $"within {Narrator.Duration(timeout)} (timeouts_s.{attempt.Command.Action.WireName})",
            cancellationToken);
    }

    /// <summary>Fails the attempt and ends the agent.</summary>
    private async Task GiveUpAsync(Attempt attempt, string code, string message, CancellationToken cancellationToken)
    {
        var exit = await agents.StopAsync(attempt.Agent.Type, cancellationToken);
        await FailAsync(attempt, code, message + LastWords(exit), cancellationToken);
    }

    /// <summary>Fails the attempt. If the agent may not be started again, so fails the run.</summary>
    private async Task FailAsync(Attempt attempt, string code, string message, CancellationToken cancellationToken)
    {
        attempt.HasEnded = true;
        var mayRestart = agents.MayRestart(attempt.Agent.Type);
        await journal.NoteAsync(
            EventName.AttemptFailed,
            new AttemptFailed
            {
                Attempt = attempt.Command.Retry.Attempt,
                Code = mayRestart ? code : FailureReason.RestartsUsedUp,
                Message = mayRestart
                    ? message
                    : $"{message}; it was restarted {context.Configuration.MaxRestarts} times already (policy.max_restarts)",
                Retriable = mayRestart,
            },
            cancellationToken);
        narrator.Say(
            $"{attempt.Command.TaskId} {attempt.Command.Action.WireName} attempt {attempt.Command.Retry.Attempt + 1} failed: {message}");
    }

    private static string LastWords(AgentExit exit) => exit.StderrTail.Count == 0
        ? ""
        : $"; last output: {string.Join(" | ", exit.StderrTail.TakeLast(ShownLastWords))}";

    private Task NoteRejectionAsync(string reason, string? path, string line, CancellationToken cancellationToken) =>
        journal.NoteAsync(EventName.MessageRejected, new MessageRejected { Reason = reason, Path = path, Line = line }, cancellationToken);

    /// <summary>What is counted while one attempt goes on.</summary>
    private sealed class Attempt(IAgentSession agent, Command command)
    {
        private const int MaxRemembered = 10_000;
        private const int MaxNotes = 250;
        private static readonly TimeSpan ChatterInterval = TimeSpan.FromSeconds(1);
        private readonly HashSet<MessageId> _seen = [];
        private DateTimeOffset? _lastChatter;
        private int _notes;

        public IAgentSession Agent => agent;

        public Command Command { get; } = command;

        public bool HasEnded { get; set; }

        public bool HasBegun { get; set; } = true;

        public int RejectedLines { get; set; }

        public int Refusals { get; set; }

        /// <summary>Says whether an id was used before in this attempt. It forgets all when an agent sends very many.</summary>
        public string? RefusalOf(Event said)
        {
            if (_seen.Count == MaxRemembered)
            {
                _seen.Clear();
            }

            return _seen.Add(said.MessageId) ? null : $"message '{said.MessageId}' was there before";
        }

        /// <summary>
        /// Whether progress that names no file comes too soon after the last to be worth a synced line. What is logged counts, up to a
        /// number.
        /// </summary>
        public bool IsThrottled(Event said, DateTimeOffset now)
        {
            if (!said.IsChatter || (said.Name is EventName.Log && _notes++ < MaxNotes))
            {
                return false;
            }

            var tooSoon = now - _lastChatter < ChatterInterval;
            _lastChatter = tooSoon ? _lastChatter : now;
            return tooSoon;
        }
    }
}
