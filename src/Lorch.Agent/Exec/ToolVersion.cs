using Lorch.Agent.Working;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Agent.Exec;

/// <summary>Finds out beside a tool's work what it calls its version: once, by another process of it.</summary>
/// <param name="preset">The tool.</param>
/// <param name="workspace">The workspace.</param>
/// <param name="clock">The clock.</param>
internal sealed class ToolVersion(ToolPreset preset, ToolWorkspace workspace, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _disposed = new();
    private Task<ProgramUsed?>? _asked;

    /// <summary>
    /// Begins to ask, unless that was done before. Of a tool without a preset nobody knows what makes it tell its version.
    /// </summary>
    /// <param name="line">What starts the tool.</param>
    /// <returns>A task that completes soon, and doesn't fail: the version, or null if the tool doesn't say it in time.</returns>
    public Task<ProgramUsed?> Begin(AgentCommandLine line) =>
        _asked ??= preset.TellsVersion
            ? AskAsync(VersionQuestion.Of(preset, line.Type, line.Program, line.Folder, line.Environment), _disposed.Token)
            : Task.FromResult<ProgramUsed?>(null);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await (_asked ?? Task.CompletedTask);
        _disposed.Dispose();
    }

    private async Task<ProgramUsed?> AskAsync(AgentCommandLine question, CancellationToken cancellationToken)
    {
        try
        {
            var version = workspace.Redactor.Redact(
                await VersionQuestion.AskAsync(question, AgentEnvironment.ToolSessionVariable, Patience, clock, cancellationToken));
            return version.Length == 0 ? null : new ProgramUsed { Name = preset.Title, Version = version };
        }
        catch (Exception exception) when (exception is LorchException or IOException or OperationCanceledException)
        {
            // A receipt without a version is as good: the tool's work will show what is wrong with it.
            return null;
        }
    }
}
