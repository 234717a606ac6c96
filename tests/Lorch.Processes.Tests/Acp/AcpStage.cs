using System.Text.Json;
using Lorch.Agent.Acp;
using Lorch.Agent.Working;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;
using Lorch.Processes.Tests.Agents;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Acp;

/// <summary>A workspace in which a builder's tool is asked: the tool is a process, the agent that asks it is this one.</summary>
internal sealed class AcpStage : IToolProgress, IAsyncDisposable
{
    // Longer than any test takes, so that one that hangs says where.
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(60));
    private readonly TemporaryWorkspace _workspace = new();
    private readonly TemporaryWorkspace _notes = new();
    private readonly List<string> _records = [];
    private readonly List<string> _log = [];
    private readonly Lazy<AcpTool> _tool;

    public AcpStage()
    {
        _tool = new Lazy<AcpTool>(Start);
    }

    /// <summary>Gets or sets what lorch.json says of permissions: the members of an object.</summary>
    public string Permissions { get; set; } = "";

    /// <summary>Gets or sets how long the tool may take to say hello.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(50);

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public string Root => _workspace.Root;

    public TemporaryWorkspace Workspace => _workspace;

    /// <summary>Gets what was recorded for the tool.</summary>
    public IReadOnlyList<string> Records => _records;

    /// <summary>Gets the lines of the agent's log.</summary>
    public IReadOnlyList<string> Lines => _log;

    public CancellationToken Token => _guard.Token;

    /// <summary>Has the tool do as a script says.</summary>
    public AcpStage With(AcpStandIn tool)
    {
        _notes.Write("tool.sh", tool.ToString());
        return this;
    }

    /// <summary>Asks the tool.</summary>
    public Task<ToolAnswer> AskAsync(CancellationToken? cancellationToken = null)
    {
        var command = AgentStage.Command();
        var request = new ToolRequest
        {
            Command = command,
            Prompt = "greet the world",
            Turn = 0,
            Writable = new WritableFiles(command, null, null, []),
            Progress = this
        };
        return _tool.Value.AskAsync(request, cancellationToken ?? Token);
    }

    /// <summary>Gets or sets below which span the agent works.</summary>
    public string? TraceParent { get; set; }

    /// <summary>Has the tool ask for things, one after the other, and gives what it was answered.</summary>
    public async Task<IReadOnlyList<JsonElement>> ServeAsync(params (string Method, string Parameters)[] requests)
    {
        var tool = new AcpStandIn().GreetsAndOpens().Hears();
        foreach (var (method, parameters) in requests)
        {
            tool.Asks(method, WithFolders(parameters));
        }

        await With(tool.Writes("done").Ends()).AskAsync();
        return Heard()[3..];
    }

    /// <summary>Has the tool ask whether it may make a call, and gives the option that was chosen.</summary>
    public async Task<string?> PermitAsync(string call)
    {
        await With(
            new AcpStandIn().GreetsAndOpens()
                .Hears()
                .AsksToDo(WithFolders(call))
                .Writes("done")
                .Ends()).AskAsync();
        return Heard()[3].GetProperty("result").GetProperty("outcome").GetProperty("optionId").GetString();
    }

    /// <summary>The members of a request for a command that is a text of shell.</summary>
    public static string Shell(string text)
    {
        var words = Sh.Words("-c", text);
        return $"\"command\":{JsonSerializer.Serialize(words[0])},\"args\":{JsonSerializer.Serialize(words[1..])}";
    }

    /// <summary>What the tool heard, message by message.</summary>
    public List<JsonElement> Heard() =>
        [.. _notes.Read("heard").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

    /// <summary>The methods that the tool heard.</summary>
    public IEnumerable<string?> Methods() => Heard().Select(message => message.GetProperty("method").GetString());

    /// <summary>Waits until the tool has noted something.</summary>
    public async Task NotedAsync(string name)
    {
        while (!File.Exists(_notes.At(name)))
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public ValueTask DisposeToolAsync() => _tool.Value.DisposeAsync();

    public Task<IReadOnlyList<string>> ProcessesThatStayAsync() => LeftoverProcesses.ThatStayAsync(Root, Token);

    Task IToolProgress.SayAsync(string text, CancellationToken cancellationToken) => Task.CompletedTask;

    Task IToolProgress.RecordAsync(string text, CancellationToken cancellationToken)
    {
        lock (_records)
        {
            _records.Add(text);
        }

        return Task.CompletedTask;
    }

    void IToolProgress.Log(string text)
    {
        lock (_log)
        {
            _log.Add(text);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_tool.IsValueCreated)
        {
            await _tool.Value.DisposeAsync();
        }

        _workspace.Dispose();
        _notes.Dispose();
        _guard.Dispose();
    }

    /// <summary>Puts folders into JSON, which has another sense for the separators of Windows.</summary>
    private string WithFolders(string json) =>
        json.Replace("ROOT", JsonEncodedText.Encode(Root).ToString(), StringComparison.Ordinal)
            .Replace("OUTSIDE", JsonEncodedText.Encode(Path.GetFullPath("/etc")).ToString(), StringComparison.Ordinal);

    private AcpTool Start()
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "",
            ["NOTES"] = _notes.Root,
            ["LORCH_WORKSPACE_ROOT"] = Root,
            ["LORCH_RUN_ID"] = AgentStage.Run.ToString(),
        };
        if (TraceParent is { } parent)
        {
            environment["TRACEPARENT"] = parent;
        }

        var command = Sh.Words(_notes.At("tool.sh"));
        var settings = new AcpSettings
        {
            Type = AgentType.Builder,
            Preset = ToolPresets.Get(ToolUse.TryParse("acp:stand-in")!, null),
            Command = command,
            Environment = environment,
            Permissions = ToolPermissions.Read(JsonElement.Parse($"{{{Permissions}}}")),
            ProcessId = Environment.ProcessId,
            OffersReading = true,
            Patience = Patience,
        };
        return new AcpTool(new ToolWorkspace(environment, Root, AgentType.Builder), settings, Clock);
    }
}
