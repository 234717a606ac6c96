using Lorch.Core.Agents;
using Lorch.Core.Runs.Contract;

namespace Lorch.Core.Runs.Records;

/// <summary>Finds out whose word something is that only a person may say.</summary>
internal static class PersonsWord
{
    /// <summary>Finds who accepts a task.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public static Task<string> OfAcceptingAsync(
        AcceptRequest request,
        WorkspaceSettings settings,
        RunContext context,
        CancellationToken cancellationToken) =>
        FindAsync($"{request.TaskId} isn't accepted", "that a task is done", request.By, settings, context, cancellationToken);

    /// <summary>Finds who undoes a run.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public static Task<string> OfUndoingAsync(WorkspaceSettings settings, RunContext context, CancellationToken cancellationToken) =>
        FindAsync("Nothing is undone", "what is taken back", null, settings, context, cancellationToken);

    /// <summary>Finds the person.</summary>
    /// <param name="refusal">What isn't done if it is an agent, as the beginning of a sentence.</param>
    /// <param name="decision">What a person has to say, as the subject of one.</param>
    /// <param name="by">Who says it, if that is known.</param>
    /// <param name="settings">The build's settings.</param>
    /// <param name="context">The workspace's context.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>Their name: that of git's user, or else of the system's.</returns>
    /// <exception cref="LorchException">It is an agent (LORCH2036).</exception>
    private static async Task<string> FindAsync(
        string refusal,
        string decision,
        string? by,
        WorkspaceSettings settings,
        RunContext context,
        CancellationToken cancellationToken)
    {
        if (settings.Environment.GetValueOrDefault(AgentEnvironment.SessionVariable) is { Length: > 0 })
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.AcceptedByAgent,
                Message = $"{refusal}: an agent started this build, and {decision} is for a person to say. Say it outside of a run.",
                File = context.Configuration.Path,
            });
        }

        return by ?? await PersonName.FindAsync(context.Layout.WorkspaceRoot, settings.Environment, context.Clock, cancellationToken);
    }
}
