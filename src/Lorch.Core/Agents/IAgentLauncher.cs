namespace Lorch.Core.Agents;

/// <summary>Starts agents.</summary>
internal interface IAgentLauncher
{
    /// <summary>Starts an agent's process; the session is ready for a command at once.</summary>
    /// <param name="settings">The agent.</param>
    /// <param name="cancellationToken">Stops before the process is started.</param>
    /// <returns>The session; the caller disposes it.</returns>
    /// <exception cref="LorchException">The program can't be started (<see cref="DiagnosticCode.AgentNotStarted"/>).</exception>
    Task<IAgentSession> StartAsync(AgentSettings settings, CancellationToken cancellationToken);
}
