using System.Globalization;
using System.Text.Json;
using Lorch.Agent.Working;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Verifying;
using Lorch.Core.Tools;

namespace Lorch.Agent.Acp;

/// <summary>A coding tool that speaks the Agent Client Protocol: one process, and one session per task, kept over its turns.</summary>
/// <param name="workspace">Where it works.</param>
/// <param name="settings">How it is started and spoken to.</param>
/// <param name="clock">The clock.</param>
internal sealed class AcpTool(ToolWorkspace workspace, AcpSettings settings, TimeProvider clock) : ITool
{
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(0.5);

    private readonly AcpSessions _sessions = new(workspace, settings);
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
            await _sessions.BeginAsync(_connection!, cancellationToken);
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
            answer = await connection.PromptAsync(
                session.Id,
                turn,
                workspace.TraceParentOf(turn.Request.Command),
                cancellationToken);
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
        if (_session is not { } open || open.Task != request.Command.TaskId)
        {
            var id = await _sessions.OpenAsync(connection, request, cancellationToken);
            _session = open = new OpenSession(request.Command.TaskId, id);
        }

        return open;
    }

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
