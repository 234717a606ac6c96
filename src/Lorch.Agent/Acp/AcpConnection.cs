using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Core.Agents;
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
    private int _decisions;
    private Task<JsonElement>? _prompt;
    private volatile AcpTurn? _turn;
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
            throw new RpcError(RpcError.InvalidParameters, $"it speaks version {answer.Find("protocolVersion")?.GetRawText() ?? "?"} of the protocol, Lorch speaks {ProtocolVersion}");
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
        return session ?? answer.FindText("sessionId") ?? throw new RpcError(RpcError.InternalError, "its answer to 'session/new' holds no 'sessionId'");
    }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="session">The session.</param>
    /// <param name="turn">The question; takes what is said meanwhile.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The result of <c>session/prompt</c>.</returns>
    public async Task<JsonElement> PromptAsync(string session, AcpTurn turn, CancellationToken cancellationToken)
    {
        (_session, _decisions) = (session, 0);
        _turn = turn;
        try
        {
            var content = new JsonObject { ["type"] = "text", ["text"] = turn.Request.Prompt };
            _prompt = _peer.CallAsync("session/prompt", new JsonObject { ["sessionId"] = session, ["prompt"] = new JsonArray(content) }, CancellationToken.None);
            return await _prompt.WaitAsync(cancellationToken);
        }
        finally
        {
            _turn = null;
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
        if (method == "session/update" && _turn is { } turn && parameters.FindText("sessionId") == _session && parameters.Find("update") is { } update)
        {
            turn.Take(update);
        }
    }

    /// <inheritdoc/>
    public void Complain(string problem) => Log(problem);

    /// <inheritdoc/>
    public async Task<JsonNode?> AnswerAsync(string method, JsonElement parameters, CancellationToken cancellationToken)
    {
        if (_turn is not { } turn || parameters.FindText("sessionId") != _session)
        {
            if (method == "session/request_permission")
            {
                return Outcome(null);
            }

            throw new RpcError(RpcError.InvalidParameters, "No prompt of this session is worked.");
        }

        return method switch
        {
            "session/request_permission" => await DecideAsync(turn, parameters, cancellationToken),
            "fs/read_text_file" => new JsonObject
            {
                ["content"] = await GuardAsync(
                    turn,
                    method,
                    () => _files.ReadAsync(parameters.RequireText("path"), parameters.FindCount("line"), parameters.FindCount("limit"), cancellationToken),
                    cancellationToken),
            },
            "fs/write_text_file" => await GuardAsync(turn, method, () => WriteAsync(turn, parameters, cancellationToken), cancellationToken),
            "terminal/create" => await GuardAsync(turn, method, () => CreateTerminalAsync(turn, parameters, cancellationToken), cancellationToken),
            "terminal/output" => _terminals.Output(parameters.RequireText("terminalId")),
            "terminal/wait_for_exit" => await _terminals.WaitAsync(parameters.RequireText("terminalId"), cancellationToken),
            "terminal/kill" => await DoneAsync(_terminals.KillAsync(parameters.RequireText("terminalId"))),
            "terminal/release" => await DoneAsync(_terminals.ReleaseAsync(parameters.RequireText("terminalId"))),
            _ => throw new RpcError(RpcError.MethodNotFound, $"There is no method '{method}'."),
        };
    }

    private static async Task<JsonObject> DoneAsync(Task work)
    {
        await work;
        return [];
    }

    private async Task<JsonObject> WriteAsync(AcpTurn turn, JsonElement parameters, CancellationToken cancellationToken)
    {
        var path = parameters.RequireText("path");
        Require(new ToolCallFacts { Kind = "edit", Paths = [path] }, turn);
        await _files.WriteAsync(path, parameters.RequireText("content"), cancellationToken);
        return [];
    }

    private async Task<JsonObject> CreateTerminalAsync(AcpTurn turn, JsonElement parameters, CancellationToken cancellationToken)
    {
        var folder = parameters.FindText("cwd");
        var command = new TerminalCommand
        {
            Program = parameters.RequireText("command"),
            Arguments = [.. parameters.Items("args").Select(argument => argument.ValueKind is JsonValueKind.String ? argument.GetString()! : argument.GetRawText())],
            Folder = folder,
            Environment = [.. parameters.Items("env").Select(entry => KeyValuePair.Create(entry.RequireText("name"), entry.FindText("value") ?? ""))],
            OutputLimit = parameters.FindCount("outputByteLimit"),
        };
        if (command.Environment.Any(entry => entry.Key.Length == 0 || entry.Key.Contains('=', StringComparison.Ordinal))
            || command.Environment.SelectMany(entry => new[] { entry.Key, entry.Value }).Concat(command.Arguments).Append(command.Program).Any(word => word.Contains('\0', StringComparison.Ordinal)))
        {
            throw new RpcError(RpcError.InvalidParameters, "A word holds the character NUL, or a variable has no possible name.");
        }

        var line = string.Join(' ', [command.Program, .. command.Arguments]);
        Require(new ToolCallFacts { Kind = "execute", Command = line, Paths = folder is null ? [] : [folder] }, turn);
        await RecordAsync(turn, $"Runs for the tool: {line}", cancellationToken);
        return new JsonObject { ["terminalId"] = _terminals.Create(command) };
    }

    private void Require(ToolCallFacts call, AcpTurn turn)
    {
        if (_permissions.Decide(call, turn.Request.Writable) is { IsGranted: false } refused)
        {
            throw new RpcError(RpcError.NotPermitted, $"Not permitted: {refused.Reason}.");
        }
    }

    private async Task<T> GuardAsync<T>(AcpTurn turn, string method, Func<Task<T>> serve, CancellationToken cancellationToken)
    {
        try
        {
            return await serve();
        }
        catch (RpcError error) when (error.Code == RpcError.NotPermitted)
        {
            await RecordAsync(turn, $"Refused the tool's '{method}': {error.Message}", cancellationToken);
            throw;
        }
    }

    private async Task<JsonObject> DecideAsync(AcpTurn turn, JsonElement parameters, CancellationToken cancellationToken)
    {
        var call = turn.Facts(parameters.Find("toolCall") ?? default);
        var decision = _permissions.Decide(call, turn.Request.Writable);
        var option = Choose(parameters, decision.IsGranted);
        var what = call.Title ?? call.Command ?? call.Kind ?? "something that it doesn't name";
        await RecordAsync(turn, $"{(decision.IsGranted && option is not null ? "Allowed" : "Refused")} the tool '{what}': {decision.Reason}.", cancellationToken);
        return Outcome(option);
    }

    private static JsonObject Outcome(string? option) => new()
    {
        ["outcome"] = option is null
            ? new JsonObject { ["outcome"] = "cancelled" }
            : new JsonObject { ["outcome"] = "selected", ["optionId"] = option },
    };

    /// <summary>Chooses the answer that holds for this once, where there is one.</summary>
    private static string? Choose(JsonElement parameters, bool isGranted)
    {
        string[] kinds = isGranted ? ["allow_once", "allow_always"] : ["reject_once", "reject_always"];
        var options = parameters.Items("options").ToList();
        return kinds
            .Select(kind => options.Find(option => option.FindText("kind") == kind))
            .FirstOrDefault(option => option.ValueKind is JsonValueKind.Object)
            .FindText("optionId");
    }

    private Task RecordAsync(AcpTurn turn, string text, CancellationToken cancellationToken)
    {
        const int maxDecisions = 200;
        return Interlocked.Increment(ref _decisions) switch
        {
            <= maxDecisions => turn.Request.Progress.RecordAsync(text, cancellationToken),
            maxDecisions + 1 => turn.Request.Progress.RecordAsync("The tool asks for more than is worth recording: further decisions of this turn follow the same rules.", cancellationToken),
            _ => Task.CompletedTask,
        };
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

/// <summary>What a tool says of itself when it is greeted.</summary>
internal sealed record AcpGreeting
{
    /// <summary>Gets its name and version, as far as it says.</summary>
    public string Name { get; private init; } = "the tool";

    /// <summary>Gets a value indicating whether it can go on with a session of an earlier process.</summary>
    public bool LoadsSessions { get; private init; }

    /// <summary>Gets the ways to sign in.</summary>
    public IReadOnlyList<string> SignInMethods { get; private init; } = [];

    /// <summary>Gets those of them that need nobody: they take a key from the environment.</summary>
    public IReadOnlyList<string> UnattendedMethods { get; private init; } = [];

    /// <summary>Reads the result of <c>initialize</c>.</summary>
    public static AcpGreeting Read(JsonElement answer)
    {
        var methods = answer.Items("authMethods").Where(method => method.FindText("id") is not null).ToList();
        var info = answer.Find("agentInfo");
        return new AcpGreeting
        {
            Name = $"{info?.FindText("title") ?? info?.FindText("name") ?? "the tool"} {info?.FindText("version")}".Trim(),
            LoadsSessions = answer.Find("agentCapabilities")?.Find("loadSession")?.ValueKind is JsonValueKind.True,
            SignInMethods = [.. methods.Select(method => method.FindText("id")!)],
            UnattendedMethods = [.. methods.Where(TakesKey).Select(method => method.FindText("id")!)],
        };
    }

    private static bool TakesKey(JsonElement method) =>
        method.FindText("type") == "env_var"
        || method.Find("_meta")?.Find("api-key") is not null
        || method.FindText("id")!.Contains("api-key", StringComparison.OrdinalIgnoreCase);
}
