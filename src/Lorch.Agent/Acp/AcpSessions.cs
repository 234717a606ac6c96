using Lorch.Agent.Working;

namespace Lorch.Agent.Acp;

/// <summary>Begins the sessions of a tool, or restores the one that an earlier process had for a task.</summary>
/// <param name="workspace">Where the tool works.</param>
/// <param name="settings">How it is started and spoken to.</param>
internal sealed class AcpSessions(ToolWorkspace workspace, AcpSettings settings)
{
    private readonly AcpSessionFile _file = new(workspace.Layout, settings.Type, workspace.RunId, settings.Command);

    /// <summary>Opens the session of a task, and keeps its id for later processes.</summary>
    /// <exception cref="RpcError">The tool refuses to begin one.</exception>
    public async Task<string> OpenAsync(AcpConnection connection, ToolRequest request, CancellationToken cancellationToken)
    {
        var task = request.Command.TaskId;
        var earlier = connection.Greeting!.LoadsSessions ? _file.Find(task) : null;
        var id = earlier is null ? null : await LoadAsync(connection, earlier, request.Progress, cancellationToken);
        id ??= await BeginAsync(connection, cancellationToken);
        await _file.KeepAsync(task, id, cancellationToken);
        return id;
    }

    /// <summary>Begins a session that nobody had before.</summary>
    /// <exception cref="RpcError">The tool refuses.</exception>
    public Task<string> BeginAsync(AcpConnection connection, CancellationToken cancellationToken) =>
        SignedInAsync(connection, () => connection.OpenAsync(workspace.Layout.WorkspaceRoot, null, cancellationToken), cancellationToken);

    private async Task<string?> LoadAsync(
        AcpConnection connection,
        string session,
        IToolProgress progress,
        CancellationToken cancellationToken)
    {
        try
        {
            var id = await SignedInAsync(
                connection,
                () => connection.OpenAsync(workspace.Layout.WorkspaceRoot, session, cancellationToken),
                cancellationToken);
            await progress.RecordAsync($"Goes on with the session '{session}' of {connection.Greeting!.Name}.", cancellationToken);
            return id;
        }
        catch (RpcError error)
        {
            await progress.RecordAsync(
                $"{connection.Greeting!.Name} can't restore its session '{session}' ({error.Message}); a new one starts.",
                cancellationToken);
            return null;
        }
    }

    /// <summary>Some tools want to be told how to sign in, even if all they need is in their environment.</summary>
    private async Task<string> SignedInAsync(AcpConnection connection, Func<Task<string>> open, CancellationToken cancellationToken)
    {
        try
        {
            return await open();
        }
        catch (RpcError error) when (error.Code == RpcError.AuthenticationRequired
            && Methods(connection.Greeting!) is { Count: > 0 } methods)
        {
            foreach (var method in methods)
            {
                await connection.AuthenticateAsync(method, cancellationToken);
            }

            return await open();
        }
    }

    private IReadOnlyList<string> Methods(AcpGreeting greeting) =>
        settings.SignInMethod is { } method ? [method] : [.. greeting.UnattendedMethods.Take(1)];
}
