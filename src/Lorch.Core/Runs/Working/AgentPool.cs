using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Configuration;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Records;

namespace Lorch.Core.Runs.Working;

/// <summary>The agents of one build of one run: started when they are first asked or little before, ended together.</summary>
internal sealed class AgentPool(
    IAgentLauncher launcher,
    AgentTeam team,
    LorchConfiguration configuration,
    RunJournal journal) : IAsyncDisposable
{
    private static readonly AgentType[] InTurn = [AgentType.Builder, AgentType.Reviewer, AgentType.SpecMaintainer];

    private readonly Dictionary<AgentType, IAgentSession> _sessions = [];
    private readonly Dictionary<AgentType, Task<IAgentSession?>> _waiting = [];
    private readonly Dictionary<AgentType, int> _deaths = [];
    private Task _stopping = Task.CompletedTask;

    /// <summary>Gives the agent, started if it isn't running. That it ended while nothing was asked of it is no failure.</summary>
    public async Task<IAgentSession> GetAsync(AgentType type, CancellationToken cancellationToken)
    {
        if (_sessions.TryGetValue(type, out var running))
        {
            if (!running.HasEnded)
            {
                return running;
            }

            await ForgetAsync(type, await running.StopAsync(StopUrgency.Normal, cancellationToken), cancellationToken);
        }

        var session = await TakeWaitingAsync(type) ?? await launcher.StartAsync(team.Members[type], cancellationToken);
        _sessions.Add(type, session);
        await journal.NoteAsync(
            EventName.AgentStarted,
            new AgentStarted { AgentType = type, AgentId = session.AgentId, Name = team.Members[type].Name, Pid = session.Pid },
            cancellationToken);
        return session;
    }

    /// <summary>Starts the agents whose turn comes after that of one, so that they are ready when it comes.</summary>
    public void PrepareAfter(AgentType asked, CancellationToken cancellationToken)
    {
        foreach (var type in InTurn.Where(type => type > asked))
        {
            Prepare(type, cancellationToken);
        }
    }

    /// <summary>Starts an agent that will be asked, beside what is done until then.</summary>
    /// <remarks>
    /// Only the package's own program: of any other nobody knows that it touches nothing before it is asked. It enters the ledger when it
    /// is first asked. What fails here fails again then, and is told.
    /// </remarks>
    public void Prepare(AgentType type, CancellationToken cancellationToken)
    {
        if (team.Members.GetValueOrDefault(type) is { Command: [AgentCommandLine.PackagedAgent, ..] } settings
            && !_sessions.ContainsKey(type)
            && !_waiting.ContainsKey(type))
        {
            _waiting.Add(type, Task.Run(() => TryStartAsync(settings, cancellationToken), CancellationToken.None));
        }
    }

    /// <summary>Whether an agent may be started again after it died, by <c>policy.max_restarts</c>.</summary>
    public bool MayRestart(AgentType type) => _deaths.GetValueOrDefault(type) <= configuration.MaxRestarts;

    /// <summary>Takes in that an agent ended by itself in mid-command.</summary>
    public async Task BuryAsync(AgentType type, AgentExit exit, CancellationToken cancellationToken)
    {
        _deaths[type] = _deaths.GetValueOrDefault(type) + 1;
        await ForgetAsync(type, exit, cancellationToken);
    }

    /// <summary>Takes in that an agent is gone, without counting it as a death.</summary>
    public async Task ForgetAsync(AgentType type, AgentExit exit, CancellationToken cancellationToken)
    {
        if (_sessions.Remove(type, out var session))
        {
            await session.DisposeAsync();
        }

        await journal.NoteAsync(
            EventName.AgentExited,
            new AgentExited
            {
                AgentType = type,
                Pid = exit.Pid,
                ExitCode = exit.ExitCode,
                Signal = exit.Signal,
                StderrTail = exit.StderrTail,
            },
            cancellationToken);
    }

    /// <summary>Ends an agent in which no trust is left: its late answers must not be taken for the next attempt's.</summary>
    public async Task<AgentExit> StopAsync(AgentType type, CancellationToken cancellationToken)
    {
        var exit = await _sessions[type].StopAsync(StopUrgency.Normal, cancellationToken);
        await BuryAsync(type, exit, cancellationToken);
        return exit;
    }

    /// <summary>Ends all agents at once, those that are ended already included: it waits for them.</summary>
    public Task StopAllAsync(StopUrgency urgency)
    {
        (IAgentSession[] running, Task<IAgentSession?>[] starting) = ([.. _sessions.Values], [.. _waiting.Values]);
        _sessions.Clear();
        _waiting.Clear();
        return _stopping = Task.WhenAll(
            [_stopping, .. running.Select(session => StopAsync(session, urgency)), .. starting.Select(StopStartedAsync)]);

        async Task StopStartedAsync(Task<IAgentSession?> start)
        {
            if (await start is { } session)
            {
                await StopAsync(session, urgency);
            }
        }
    }

    public async ValueTask DisposeAsync() => await StopAllAsync(StopUrgency.Cancelled);

    private static async Task StopAsync(IAgentSession session, StopUrgency urgency)
    {
        await session.StopAsync(urgency, CancellationToken.None);
        await session.DisposeAsync();
    }

    private async Task<IAgentSession?> TryStartAsync(AgentSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return await launcher.StartAsync(settings, cancellationToken);
        }
        catch (Exception exception) when (exception is LorchException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<IAgentSession?> TakeWaitingAsync(AgentType type)
    {
        if (!_waiting.Remove(type, out var starting) || await starting is not { } session)
        {
            return null;
        }

        if (!session.HasEnded)
        {
            return session;
        }

        await session.DisposeAsync();
        return null;
    }
}
