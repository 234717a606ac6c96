using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Agents;

/// <summary>Starts the agents of one run as processes.</summary>
/// <param name="host">Where the package's agent lies.</param>
/// <param name="layout">Where the workspace is, in whose root agents work.</param>
/// <param name="environment">The environment of the build; agents get it cleaned.</param>
/// <param name="runId">The run.</param>
/// <param name="configuration">The absolute path of lorch.json.</param>
/// <param name="copy">The copy of what was read of it, from which the package's own agents take how they are to work.</param>
/// <param name="redact">Takes the secrets out of a text that is kept.</param>
/// <param name="channel">What may come over the channel.</param>
/// <param name="clock">The clock.</param>
internal sealed class AgentLauncher(
    AgentHost host,
    WorkspaceLayout layout,
    IReadOnlyDictionary<string, string> environment,
    RunId runId,
    string configuration,
    HandedFile? copy,
    Func<string, string> redact,
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
            layout,
            runId,
            configuration,
            copy?.Path,
            channel.MaxLineBytes);
        agentEnvironment[AgentEnvironment.HandoverVariable] = layout.Handover;
        var commandLine = AgentCommandLine.Resolve(settings, host, layout, agentEnvironment);
        var log = AgentLog.Open(layout.AgentLog(settings.Type.WireName, runId), redact, channel.Limits.LogMaxBytes);
        try
        {
            var process = AgentProcess.Start(commandLine, clock);
            return Task.FromResult<IAgentSession>(new AgentSession(process, settings, new SessionLog(log, redact, clock), channel, clock));
        }
        catch (LorchException)
        {
            log.Dispose();
            throw;
        }
    }
}
