using System.Globalization;
using System.Text.Json;
using Lorch.Agent.Working;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Tools;

namespace Lorch.Agent.Acp;

/// <summary>A coding tool that speaks the Agent Client Protocol: one process, and one session per task, kept over its turns.</summary>
/// <param name="workspace">Where it works.</param>
/// <param name="settings">How it is started and spoken to.</param>
/// <param name="clock">The clock.</param>
internal sealed class AcpTool(ToolWorkspace workspace, AcpSettings settings, TimeProvider clock) : ITool
{
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(0.5);

    private readonly AcpSessionFile _sessionFile = new(workspace.Layout, settings.Type, workspace.RunId, settings.Command);
    private AcpConnection? _connection;
    private OpenSession? _session;
    private IToolProgress? _progress;

    /// <inheritdoc/>
    public async Task<ToolAnswer> AskAsync(ToolRequest request, CancellationToken cancellationToken)
    {
        _progress = request.Progress;
        var turn = new AcpTurn { Request = request };
        try
        {
            if (_connection is { HasEnded: true })
            {
                await EndAsync();
            }

            if (_connection is null && Start() is { } problem)
            {
                return new ToolAnswer { Problem = problem };
            }

            return await AskAsync(_connection!, turn, cancellationToken);
        }
        catch (RpcEnded exception)
        {
            return new ToolAnswer { Problem = await CrashAsync(exception) };
        }
        catch (RpcError error)
        {
            return new ToolAnswer { Problem = await ExplainAsync(error) };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CancelAsync();
            throw;
        }
    }

    /// <summary>
    /// Says hello to the tool and has it begin a session, which shows whether it is signed in. Nothing is asked, so nothing is spent.
    /// </summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What it is called, or why it can't be used.</returns>
    public async Task<(string Name, ToolProblem? Problem)> GreetAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Start() is { } problem)
            {
                return ("", problem);
            }

            await GreetAsync(_connection!, cancellationToken);
            await NewAsync(_connection!, cancellationToken);
            return (_connection!.Greeting!.Name, null);
        }
        catch (RpcEnded exception)
        {
            return ("", await CrashAsync(exception));
        }
        catch (RpcError error)
        {
            return ("", await ExplainAsync(error));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task<ToolAnswer> AskAsync(AcpConnection connection, AcpTurn turn, CancellationToken cancellationToken)
    {
        if (connection.Greeting is null)
        {
            await GreetAsync(connection, cancellationToken);
        }

        var session = await OpenAsync(connection, turn.Request, cancellationToken);
        using var shown = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var showing = turn.ShowAsync(shown.Token);
        JsonElement answer;
        try
        {
            answer = await connection.PromptAsync(session.Id, turn, cancellationToken);
            turn.End();
            await showing;
        }
        finally
        {
            await shown.CancelAsync();
            await showing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        var cost = turn.SessionCost is { } now ? now - (session.Cost ?? 0) : (decimal?)null;
        _session = session with { Cost = turn.SessionCost ?? session.Cost };
        var problem = AcpProblems.Of(answer.FindText("stopReason"), workspace.Redactor.Redact(turn.Text));
        if (problem?.Code is ToolFailure.ContextTooLong or ToolFailure.Refused)
        {
            // The same session would only say the same again.
            _session = null;
        }

        return new ToolAnswer
        {
            Text = problem is null ? turn.Text : "",
            Usage = AcpUsage.Of(answer, cost),
            Program = connection.Greeting!.Program,
            Problem = problem
        };
    }

    private async Task GreetAsync(AcpConnection connection, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(settings.Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await connection.GreetAsync(settings.OffersReading, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var seconds = settings.Patience.TotalSeconds;
            throw new RpcEnded(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it didn't answer 'initialize' within {seconds:0.#} s. Does it speak the Agent Client Protocol with these arguments?"),
                hasHungUp: false);
        }
    }

    private ToolProblem? Start()
    {
        if (ChildProcess.Find(settings.Command[0], workspace.Layout, settings.Environment, out var program) is { } missing)
        {
            return new ToolProblem(
                ToolFailure.NotFound,
                $"{settings.Preset.Title} isn't there: {missing}{(settings.Preset.Install is { } how ? $" To install it: {how}" : "")}");
        }

        var line = new AgentCommandLine
        {
            Type = settings.Type,
            Program = program!,
            Arguments = [.. settings.Command.Skip(1)],
            Folder = workspace.Layout.WorkspaceRoot,
            Environment = settings.Environment,
        };
        try
        {
            var places = new AcpPlaces(workspace.Layout);
            _connection = new AcpConnection(
                AgentProcess.Start(line, clock, AgentEnvironment.ToolSessionVariable),
                new AcpFiles(places, settings.ProcessId),
                new AcpTerminals(places, settings.Type, settings.Environment, clock),
                new AcpPermissions(settings.Permissions, places),
                text => _progress?.Log(text));
            return null;
        }
        catch (LorchException exception)
        {
            return new ToolProblem(ToolFailure.Crashed, exception.Diagnostic.Message);
        }
    }

    private async Task<OpenSession> OpenAsync(AcpConnection connection, ToolRequest request, CancellationToken cancellationToken)
    {
        var task = request.Command.TaskId;
        if (_session is { } open && open.Task == task)
        {
            return open;
        }

        var earlier = connection.Greeting!.LoadsSessions ? _sessionFile.Find(task) : null;
        var id = earlier is null ? null : await LoadAsync(connection, earlier, request.Progress, cancellationToken);
        id ??= await NewAsync(connection, cancellationToken);
        _session = new OpenSession(task, id);
        await _sessionFile.KeepAsync(task, id, cancellationToken);
        return _session;
    }

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

    private Task<string> NewAsync(AcpConnection connection, CancellationToken cancellationToken) =>
        SignedInAsync(connection, () => connection.OpenAsync(workspace.Layout.WorkspaceRoot, null, cancellationToken), cancellationToken);

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

    private async Task<ToolProblem> CrashAsync(RpcEnded reason)
    {
        var exit = await _connection!.StopAsync(reason.HasHungUp);
        await EndAsync();
        var problem = AcpProblems.Crash(reason.Message, exit, settings);
        return problem with { Message = workspace.Redactor.Redact(problem.Message) };
    }

    private async Task<ToolProblem> ExplainAsync(RpcError error)
    {
        var problem = AcpProblems.Of(error, workspace.Redactor.Redact(error.Message), _connection!.Greeting, settings, clock);
        if (_session is null)
        {
            // It didn't come to a prompt: the next attempt begins with a new process.
            await EndAsync();
        }
        else if (problem.Code is ToolFailure.ContextTooLong or ToolFailure.Refused)
        {
            _session = null;
        }

        return problem;
    }

    private async Task CancelAsync()
    {
        if (_connection is { HasEnded: false } connection && _session is { } session)
        {
            using var patience = new CancellationTokenSource(CancelPatience, clock);
            try
            {
                await connection.CancelAsync(session.Id, patience.Token);
            }
            catch (Exception exception) when (exception is RpcEnded or RpcError or OperationCanceledException)
            {
                // It had its chance.
            }
        }

        await EndAsync();
    }

    private async Task EndAsync()
    {
        var connection = _connection;
        (_connection, _session) = (null, null);
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }

    private sealed record OpenSession(TaskId Task, string Id)
    {
        /// <summary>Gets what it has cost by now in US dollars.</summary>
        public decimal? Cost { get; init; }
    }
}
