using System.Globalization;
using Lorch.Core;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Working;
using Lorch.Core.Workflows;

namespace Lorch.Agent.Checking;

/// <summary>Drives an agent through the protocol: the scenes of a check, in their order.</summary>
/// <param name="stage">What is checked, and where.</param>
/// <param name="findings">Where the judgement goes.</param>
/// <param name="story">Told each command and what came of it.</param>
/// <param name="clock">The clock.</param>
internal sealed class ConformanceCheck(CheckStage stage, Findings findings, Action<string> story, TimeProvider clock) : IAsyncDisposable
{
    private readonly Conversation _conversation = new(findings);
    private readonly HashSet<RelativePath> _deleted = [];
    private CheckedAgent? _agent;
    private bool _hasAnswered;

    private CheckOptions Options => stage.Options;

    /// <summary>Plays all scenes; after a command that isn't answered, no other is sent.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var history = await HistoryAsync(Options.Actions[0], cancellationToken);
        if (await AskAsync(history, attempt: 0, cancellationToken) is { } first
            && await AskAgainAsync(history, first, cancellationToken)
            && await AskForTheOthersAsync(cancellationToken)
            && await AskForMoreAsync(history, first, cancellationToken))
        {
            await _agent!.EndAsync(ProtocolRule.EndsWhenIdle, cancellationToken);
            await InterruptAsync(history, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
        {
            await _agent.DisposeAsync();
        }
    }

    /// <summary>The same key and attempt once more.</summary>
    private async Task<bool> AskAgainAsync(History history, Reply first, CancellationToken cancellationToken)
    {
        var again = await AskAsync(history, attempt: 0, cancellationToken);
        if (again is null)
        {
            findings.Break(ProtocolRule.SameAttempt, "it wasn't answered a second time");
        }
        else if (first.Outcome is { } before && again.Outcome is { } after)
        {
            findings.Require(
                ProtocolRule.SameAttempt,
                before == after ? null : $"it was answered by {before} at first and by {after} the second time");
        }

        return again is not null;
    }

    /// <summary>The other actions of the agent's type.</summary>
    private async Task<bool> AskForTheOthersAsync(CancellationToken cancellationToken)
    {
        foreach (var action in Options.Actions.Skip(1))
        {
            if (await AskAsync(await HistoryAsync(action, cancellationToken), attempt: 0, cancellationToken) is null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A higher attempt, when what the one before it made is gone.</summary>
    private async Task<bool> AskForMoreAsync(History history, Reply first, CancellationToken cancellationToken)
    {
        foreach (var path in first.Files)
        {
            stage.Workspace.Delete(path);
            _deleted.Add(path);
        }

        var reply = await AskAsync(history, attempt: 1, cancellationToken);
        _deleted.Clear();
        if (reply is null)
        {
            findings.Break(ProtocolRule.HigherAttempt, "it wasn't answered");
        }
        else if (reply.Counts)
        {
            findings.Keep(ProtocolRule.HigherAttempt);
        }

        return reply is not null;
    }

    /// <summary>The input ends in mid-work; a new process gets the same attempt.</summary>
    private async Task InterruptAsync(History history, CancellationToken cancellationToken)
    {
        const int attempt = 2;
        var (agent, exchange) = await SendAsync(history, attempt, cancellationToken);
        Tell(exchange, "its input ends while it works");
        await agent.EndAsync(ProtocolRule.EndsInMidWork, cancellationToken);

        var reply = await AskAsync(history, attempt, cancellationToken);
        findings.Require(ProtocolRule.NewProcess, reply is null ? "the attempt that another process had begun wasn't answered" : null);
        await _agent!.EndAsync(ProtocolRule.EndsWhenIdle, cancellationToken);
    }

    /// <summary>Sends a command and judges the answer.</summary>
    /// <returns>The reply; null if none came.</returns>
    private async Task<Reply?> AskAsync(History history, int attempt, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var (agent, exchange) = await SendAsync(history, attempt, cancellationToken);
        var end = await agent.WaitAsync(exchange, Options.Timeout, cancellationToken);
        if (end is ExchangeEnd.Died && _hasAnswered && exchange.Said.Count == 0)
        {
            // It ends after each answer. That is noted; the other rules can be checked all the same.
            (agent, exchange) = await SendAsync(history, attempt, cancellationToken);
            end = await agent.WaitAsync(exchange, Options.Timeout, cancellationToken);
        }

        switch (end)
        {
            case ExchangeEnd.Answered(var terminal):
                _hasAnswered = true;
                findings.Keep(ProtocolRule.Answers, ProtocolRule.Deadline);
                Tell(
                    exchange,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Show(terminal)} after {clock.GetElapsedTime(begun).TotalSeconds:0.00} s"));
                return await JudgeAsync(terminal, cancellationToken);
            case ExchangeEnd.AnsweredWrongly:
                _hasAnswered = true;
                Tell(exchange, "an answer that doesn't count");
                return new Reply(Counts: false, Outcome: null, Files: []);
            default:
                var how = end is ExchangeEnd.Died ? "it ended before it answered" : $"no answer came{agent.LastWords}";
                findings.Break(ProtocolRule.Answers, $"{exchange.Command.Action.WireName}: {how}");
                Tell(exchange, "no answer");
                return null;
        }
    }

    private async Task<(CheckedAgent Agent, Exchange Exchange)> SendAsync(History history, int attempt, CancellationToken cancellationToken)
    {
        if (_agent is not { Runs: true })
        {
            await DisposeAsync();
            _agent = null;
            _agent = CheckedAgent.Start(stage, _conversation, findings, clock);
            _hasAnswered = false;
        }

        var request = CheckTask.Next(history);
        var command = (request with { Retry = request.Retry with { Attempt = attempt } })
            .ToCommand(MessageId.Create(clock.GetUtcNow()), _agent.Address, clock.GetUtcNow() + Options.Timeout);
        foreach (var file in request.Files)
        {
            await stage.Workspace.WriteAsync(file, cancellationToken);
        }

        var exchange = _conversation.Begin(history, command);
        await _agent.SendAsync(exchange, Options.Timeout, cancellationToken);
        return (_agent, exchange);
    }

    private async Task<Reply> JudgeAsync(Event terminal, CancellationToken cancellationToken)
    {
        if (terminal.Name is EventName.Error)
        {
            return new Reply(Counts: true, Outcome: null, Files: []);
        }

        var flight = _conversation.InFlight;
        var claims = await StepClaims.VerifyAsync(stage.Workspace.Verifier, flight, cancellationToken);
        foreach (var problem in claims.Problems)
        {
            var rule = _deleted.Contains(problem.Path) ? ProtocolRule.HigherAttempt
                : flight.Removed.Contains(problem.Path) ? ProtocolRule.Removed
                : flight.Artifacts.ContainsKey(problem.Path) ? ProtocolRule.Artifacts
                : ProtocolRule.RequiredOutputs;
            findings.Break(rule, $"{flight.Command.Action.WireName}: {problem}");
        }

        KeepWhatHolds(flight);
        var bad = claims.Problems.Select(problem => problem.Path).ToHashSet();
        return new Reply(
            Counts: claims.Problems.Count == 0,
            Outcome: Show(terminal),
            Files: [.. flight.Artifacts.Keys.Concat(claims.Measured.Select(artifact => artifact.Path)).Where(path => !bad.Contains(path))]);
    }

    /// <summary>A rule that was broken stays so.</summary>
    private void KeepWhatHolds(CommandInFlight flight)
    {
        if (!flight.Artifacts.IsEmpty)
        {
            findings.Keep(ProtocolRule.Artifacts);
        }

        if (!flight.Removed.IsEmpty)
        {
            findings.Keep(ProtocolRule.Removed);
        }

        if (flight.Command.ExpectedOutputs.Any(output => output.Required))
        {
            findings.Keep(ProtocolRule.RequiredOutputs);
        }
    }

    private Task<History> HistoryAsync(AgentAction action, CancellationToken cancellationToken) =>
        CheckTask.HistoryBeforeAsync(action, stage, cancellationToken);

    private void Tell(Exchange exchange, string what) => story(string.Create(
        CultureInfo.InvariantCulture,
        $"{exchange.Command.Action.WireName}, attempt {exchange.Command.Retry.Attempt + 1}: {what}"));

    private static string Show(Event terminal) => terminal switch
    {
        { Name: EventName.Error, Payload: { } payload } =>
            $"error ({OutcomeRules.Text(payload, "message") ?? OutcomeRules.Text(payload, "code") ?? "without a message"})",
        { Status: { } status } => $"{terminal.Name.WireName} ({status})",
        _ => terminal.Name.WireName,
    };

    /// <summary>What came of a command that was answered.</summary>
    /// <param name="Counts">Whether a run would have taken the answer.</param>
    /// <param name="Outcome">The outcome in words; null for an error or an answer that doesn't count.</param>
    /// <param name="Files">The files that it made and that were found as it said.</param>
    private sealed record Reply(bool Counts, string? Outcome, IReadOnlyList<RelativePath> Files);
}
