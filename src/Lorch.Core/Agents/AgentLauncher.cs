using Lorch.Core.Protocol;

namespace Lorch.Core.Agents;

/// <summary>Starts the agents of one run as processes.</summary>
/// <param name="host">Where the package's agent lies.</param>
/// <param name="place">Where agents work.</param>
/// <param name="environment">The environment of the build; agents get it cleaned.</param>
/// <param name="runId">The run.</param>
/// <param name="configuration">The absolute path of lorch.json.</param>
/// <param name="copy">The copy of what was read of it, from which the package's own agents take how they are to work.</param>
/// <param name="channel">What may come over the channel.</param>
/// <param name="clock">The clock.</param>
internal sealed class AgentLauncher(
    AgentHost host,
    AgentPlace place,
    IReadOnlyDictionary<string, string> environment,
    RunId runId,
    string configuration,
    HandedFile? copy,
    AgentChannel channel,
    TimeProvider clock) : IAgentLauncher
{
    /// <inheritdoc/>
    public Task<IAgentSession> StartAsync(AgentSettings settings, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        copy?.Provide();
        var agentEnvironment = AgentEnvironment.Create(
            environment,
            settings,
            place.Layout,
            runId,
            configuration,
            copy?.Path,
            channel.MaxLineBytes);
        agentEnvironment[AgentEnvironment.HandoverVariable] = place.Layout.Handover(runId);
        if (place.TraceParent is { } parent)
        {
            agentEnvironment[TraceIds.Variable] = parent;
            agentEnvironment.Remove(TraceIds.StateVariable);
        }

        if (place.IsApart)
        {
            AgentEnvironment.KeepFromRepository(agentEnvironment);
        }

        var commandLine = AgentCommandLine.Resolve(settings, host, place, agentEnvironment);
        var log = AgentLog.Open(place.Layout.AgentLog(settings.Type.WireName, runId), place.Show, channel.Limits.LogMaxBytes);
        try
        {
            var process = AgentProcess.Start(commandLine, clock);
            var kept = new SessionLog(log, place.Show, clock);
            return Task.FromResult<IAgentSession>(new AgentSession(process, settings, kept, channel, clock));
        }
        catch (LorchException)
        {
            log.Dispose();
            throw;
        }
    }
}
