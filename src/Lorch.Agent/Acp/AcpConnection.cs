using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Acp;

/// <summary>A running tool that speaks the Agent Client Protocol, greeted and ready for prompts.</summary>
/// <remarks>See https://agentclientprotocol.com. Everything that the tool asks while no prompt is worked is refused.</remarks>
internal sealed class AcpConnection : IRpcPartner, IAsyncDisposable
{
    private const int ProtocolVersion = 1;
    private const int MaxLoggedLines = 2000;
    private const int MaxLineBytes = 4096;

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(2);
    private static readonly StopLadder Ladder = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.5));

    private readonly AgentProcess _process;
    private readonly AcpFiles _files;
    private readonly AcpTerminals _terminals;
    private readonly AcpPermissions _permissions;
    private readonly Action<string> _log;
    private readonly StderrTail _tail = new();
    private readonly RpcPeer _peer;
    private readonly Task _complaints;
    private int _logged;
    private Task<JsonElement>? _prompt;
    private volatile AcpAnswers? _answers;
    private volatile string? _session;

    /// <summary>Initializes a new instance of the <see cref="AcpConnection"/> class.</summary>
    /// <param name="process">The tool.</param>
    /// <param name="files">Reads and writes files for it.</param>
    /// <param name="terminals">Runs commands for it.</param>
    /// <param name="permissions">Decides what it may do.</param>
    /// <param name="log">Takes what it complains about.</param>
    public AcpConnection(AgentProcess process, AcpFiles files, AcpTerminals terminals, AcpPermissions permissions, Action<string> log)
    {
        _process = process;
        _files = files;
        _terminals = terminals;
        _permissions = permissions;
        _log = log;
        _peer = new RpcPeer(process.Output, process.Input, this);
        _complaints = ReadComplaintsAsync();
    }

    /// <summary>Gets what the tool said of itself; null before it was greeted.</summary>
    public AcpGreeting? Greeting { get; private set; }

    /// <summary>Gets a value indicating whether it is of no use any more.</summary>
    public bool HasEnded => _peer.Ended.IsCompleted || _process.Ended.IsCompleted;

    /// <summary>Shakes hands.</summary>
    /// <param name="offersReading">Whether the tool may ask for files instead of reading them itself.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="RpcError">The tool refuses, or speaks another version.</exception>
    /// <exception cref="RpcEnded">The tool is gone.</exception>
    public async Task GreetAsync(bool offersReading, CancellationToken cancellationToken)
    {
        var answer = await _peer.CallAsync(
            "initialize",
            new JsonObject
            {
                ["protocolVersion"] = ProtocolVersion,
                ["clientCapabilities"] = new JsonObject
                {
                    ["fs"] = new JsonObject { ["readTextFile"] = offersReading, ["writeTextFile"] = true },
                    ["terminal"] = true,
                },
                ["clientInfo"] = new JsonObject { ["name"] = "lorch-agent", ["title"] = "Lorch", ["version"] = "1.0" },
            },
            cancellationToken);
        if (answer.FindCount("protocolVersion") != ProtocolVersion)
        {
            throw new RpcError(
                RpcError.InvalidParameters,
                $"it speaks version {answer.Find("protocolVersion")?.GetRawText() ?? "?"} of the protocol, Lorch speaks {ProtocolVersion}");
        }

        Greeting = AcpGreeting.Read(answer);
    }

    /// <summary>Signs in with a method that needs nobody.</summary>
    public Task AuthenticateAsync(string method, CancellationToken cancellationToken) =>
        _peer.CallAsync("authenticate", new JsonObject { ["methodId"] = method }, cancellationToken);

    /// <summary>Begins a session, or goes on with one.</summary>
    /// <param name="folder">The workspace root.</param>
    /// <param name="session">The session to go on with; null: a new one.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Its id.</returns>
    public async Task<string> OpenAsync(string folder, string? session, CancellationToken cancellationToken)
    {
        var parameters = new JsonObject { ["cwd"] = folder, ["mcpServers"] = new JsonArray() };
        if (session is not null)
        {
            parameters["sessionId"] = session;
        }

        var answer = await _peer.CallAsync(session is null ? "session/new" : "session/load", parameters, cancellationToken);
        return session
            ?? answer.FindText("sessionId")
            ?? throw new RpcError(RpcError.InternalError, "its answer to 'session/new' holds no 'sessionId'");
    }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="session">The session.</param>
    /// <param name="turn">The question; takes what is said meanwhile.</param>
    /// <param name="traceParent">Below which span the tool works, as a W3C header; the protocol keeps a place for it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The result of <c>session/prompt</c>.</returns>
    public async Task<JsonElement> PromptAsync(
        string session,
        AcpTurn turn,
        string? traceParent,
        CancellationToken cancellationToken)
    {
        _session = session;
        _answers = new AcpAnswers(_files, _terminals, _permissions, turn);
        try
        {
            var content = new JsonObject { ["type"] = "text", ["text"] = turn.Request.Prompt };
            var parameters = new JsonObject { ["sessionId"] = session, ["prompt"] = new JsonArray(content) };
            if (traceParent is not null)
            {
                parameters["_meta"] = new JsonObject { ["traceparent"] = traceParent };
            }

            _prompt = _peer.CallAsync("session/prompt", parameters, CancellationToken.None);
            return await _prompt.WaitAsync(cancellationToken);
        }
        finally
        {
            _answers = null;
        }
    }

    /// <summary>Tells the tool that nobody waits for the answer, and gives it time to come to an end.</summary>
    /// <param name="session">The session.</param>
    /// <param name="cancellationToken">The time is over.</param>
    /// <exception cref="RpcEnded">The tool is gone.</exception>
    public async Task CancelAsync(string session, CancellationToken cancellationToken)
    {
        await _peer.NotifyAsync("session/cancel", new JsonObject { ["sessionId"] = session }, cancellationToken);
        await (_prompt ?? Task.CompletedTask).WaitAsync(cancellationToken);
    }

    /// <summary>Tells how the tool ended, once it did.</summary>
    /// <param name="isEnding">Whether it is about to end by itself: its pipes close before the system tells of its end.</param>
    public async Task<AgentExit> StopAsync(bool isEnding)
    {
        if (isEnding)
        {
            await _process.EndsWithinAsync(EndPatience, CancellationToken.None);
        }

        await _process.StopAsync(Ladder, CancellationToken.None);
        await _complaints;
        return _process.ToExit(_tail.ToList());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(Ladder, CancellationToken.None);
        await _peer.DisposeAsync();
        await _terminals.DisposeAsync();
        await _process.DisposeAsync();
        await _complaints;
    }

    /// <inheritdoc/>
    public void Hear(string method, JsonElement parameters)
    {
        if (method == "session/update"
            && _answers is { Turn: var turn }
            && parameters.FindText("sessionId") == _session
            && parameters.Find("update") is { } update)
        {
            turn.Take(update);
        }
    }

    /// <inheritdoc/>
    public void Complain(string problem) => Log(problem);

    /// <inheritdoc/>
    public async Task<JsonNode?> AnswerAsync(string method, JsonElement parameters, CancellationToken cancellationToken)
    {
        if (_answers is not { } answers || parameters.FindText("sessionId") != _session)
        {
            if (method == "session/request_permission")
            {
                return AcpAnswers.Outcome(null);
            }

            throw new RpcError(RpcError.InvalidParameters, "This session has no prompt in progress.");
        }

        return await answers.AnswerAsync(method, parameters, cancellationToken);
    }

    private void Log(string text)
    {
        if (Interlocked.Increment(ref _logged) <= MaxLoggedLines)
        {
            _log(text);
        }
    }

    private async Task ReadComplaintsAsync()
    {
        try
        {
            var lines = new NdjsonReader(_process.Error, MaxLineBytes);
            while (await lines.ReadAsync(CancellationToken.None) is { } line)
            {
                var text = new System.Text.UTF8Encoding(false).GetString(line.Bytes.Span);
                _tail.Add(text);
                Log(text);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It went with the process.
        }
    }
}
