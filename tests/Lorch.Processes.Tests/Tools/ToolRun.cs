using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage;
using Lorch.Processes.Tests.Agents;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Tools;

/// <summary>
/// A run whose agents use coding tools: real processes of the package's agent, and of stand-ins that are a few lines of shell.
/// </summary>
internal sealed class ToolRun : IRunObserver, IDisposable
{
    /// <summary>What a reviewer says that has nothing to say.</summary>
    public const string Approved = """
        printf 'I looked at it.\n\n```json\n{"verdict":"approved","findings":[]}\n```\n'
        """;

    /// <summary>What a spec maintainer says that has nothing to do.</summary>
    public const string NothingNeeded = """
        printf '```json\n{"verdict":"no_changes_needed","findings":[]}\n```\n'
        """;

    private const string UsualTask =
        """{ "id": "T-1", "inputs": ["specs/**", "src/**"], "expected_outputs": [{ "path": "src/hello.txt" }]""";

    // Ten times what the longest takes: a run that hangs is interrupted, and the test says so.
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(90));
    private readonly TemporaryWorkspace _workspace = new();
    private readonly TemporaryWorkspace _tools = new();
    private readonly TemporaryWorkspace _views = new();
    private readonly List<string> _said = [];

    public ToolRun()
    {
        Write("specs/a.md", "# A\n");
        Tool("builder", "mkdir -p src; echo hello > src/hello.txt; echo done");
        Tool("reviewer", Approved);
        Tool("maintainer", NothingNeeded);
    }

    public string Goal { get; set; } = "greet the world";

    /// <summary>Gets or sets the beginning of the task.</summary>
    public string TaskStart { get; set; } = UsualTask;

    /// <summary>Gets or sets further members of the task, each with a comma before it.</summary>
    public string TaskMembers { get; set; } = "";

    public string Policy { get; set; } = "\"retry\": { \"max_attempts\": 1, \"backoff\": { \"initial_ms\": 0, \"max_ms\": 0 } }";

    /// <summary>Gets or sets the members of each agent; an empty text for an agent that isn't there.</summary>
    public string Builder { get; set; } = "\"use\": \"exec:builder\"";

    public string Reviewer { get; set; } = "\"use\": \"exec:reviewer\"";

    public string Maintainer { get; set; } = "\"use\": \"exec:maintainer\"";

    /// <summary>Gets or sets the named agents, each as a member.</summary>
    public string Named { get; set; } = "";

    public WorkspaceLayout Layout => new(_workspace.Root, null);

    public IReadOnlyList<string> Said => _said;

    public CancellationToken Token => _guard.Token;

    /// <summary>The folder in which stand-ins may keep notes of what they were asked.</summary>
    public string Notes => _tools.Root;

    /// <summary>The folder below which views lie.</summary>
    public string Views => _views.Root;

    /// <summary>The workspace.</summary>
    public string Root => _workspace.Root;

    /// <summary>Further variables of the build.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    private IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(Variables)
    {
        ["PATH"] = $"{_tools.Root}{Path.PathSeparator}{System.Environment.GetEnvironmentVariable("PATH")}",
        ["NOTES"] = _tools.Root,
        ["PLANTED_API_KEY"] = "sk-planted-0123456789abcdef",
    };

    private LorchWorkspace Workspace => LorchWorkspace.Open(
        new WorkspaceSettings
        {
            WorkspaceRoot = _workspace.Root,
            ViewRoot = _views.Root,
            AgentHost = AgentStage.Host,
            Environment = Environment,
            Patience = _ => new StopLadder(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)),
        },
        TimeProvider.System,
        surroundings => surroundings with { Chance = () => 0.0 });

    public void Write(string path, string text) => _workspace.Write(path, text);

    public string Read(string path) => _workspace.Read(path);

    public bool Exists(string path) => File.Exists(_workspace.At(path));

    public void Delete(string path) => File.Delete(_workspace.At(path));

    /// <summary>What a stand-in noted.</summary>
    public string Note(string name) => _tools.Read(name);

    /// <summary>Lays a program into the PATH that does as the lines of shell say, its folder being the workspace.</summary>
    public void Tool(string name, string shell) => Sh.WriteProgram(_tools.Root, name, shell);

    public Task<RunResult> WorkAsync(CancellationToken? cancellationToken = null)
    {
        Configure();
        return Workspace.RunAsync(new RunRequest { TaskId = TaskId.Parse("T-1") }, this, cancellationToken ?? Token);
    }

    /// <summary>Works a task of a folder's lorch.json, in the workspace: a copy of it and of its specifications.</summary>
    public async Task<RunResult> WorkSampleAsync(string folder, string task)
    {
        Write("lorch.json", await File.ReadAllTextAsync(Path.Join(folder, "lorch.json"), Token));
        foreach (var file in Directory.EnumerateFiles(Path.Join(folder, "specs")))
        {
            Write($"specs/{Path.GetFileName(file)}", await File.ReadAllTextAsync(file, Token));
        }

        return await Workspace.RunAsync(new RunRequest { TaskId = TaskId.Parse(task) }, this, Token);
    }

    /// <summary>Judges the task without working it.</summary>
    public async Task<TaskVerdict> JudgeAsync()
    {
        Configure();
        var workspace = Workspace;
        return (await workspace.JudgeAsync(workspace.Select(["T-1"]), WorkMode.WhenStale, Token))[^1];
    }

    /// <summary>Looks whether the agents can be used.</summary>
    public Task<IReadOnlyList<AgentFound>> CheckAgentsAsync()
    {
        Configure();
        return Workspace.CheckAgentsAsync(Token);
    }

    public Task<StatusReport> StatusAsync() => Workspace.StatusAsync(Token);

    public IReadOnlyList<Message> Ledger(RunResult result) =>
        [.. LedgerReader.Read(result.LedgerPath!, Token).Select(entry => entry.Message)];

    /// <summary>The actions of the commands and the names of terminal events of the ledger.</summary>
    public IReadOnlyList<string> Story(RunResult result) => [.. Ledger(result).Select(message => message switch
    {
        Command command => command.Action.WireName,
        Event { Name.IsTerminal: true } said => said.Status is { } status ? $"{said.Name.WireName} {status}" : said.Name.WireName,
        _ => "",
    }).Where(word => word.Length > 0)];

    /// <summary>The terminal events of the ledger.</summary>
    public IReadOnlyList<Event> Answers(RunResult result) => [.. Ledger(result).OfType<Event>().Where(said => said.Name.IsTerminal)];

    /// <summary>A member of the payload of the last terminal event.</summary>
    public JsonElement LastPayload(RunResult result) => Answers(result)[^1].Payload!.Value;

    public string Transcript(RunResult result) => File.ReadAllText(Layout.Transcript(result.RunId!.Value));

    /// <summary>The page that people look at.</summary>
    public async Task<string> PageAsync(RunResult result)
    {
        await Workspace.ReportAsync(new ReportRequest { RunId = result.RunId }, Token);
        return await File.ReadAllTextAsync(Layout.ReportPage(result.RunId!.Value), Token);
    }

    public string Log(RunResult result, string agent) => File.ReadAllText(Layout.AgentLog(agent, result.RunId!.Value));

    /// <summary>The run came to its end; otherwise what it says, and the logs, are shown.</summary>
    public void AssertCompleted(RunResult result) => Assert.True(
        result.Outcome is RunOutcome.Completed,
        $"{result.Outcome}: {string.Join('\n', result.Diagnostics)}\n"
            + string.Concat(Directory.EnumerateFiles(_workspace.At("logs"), "*", SearchOption.AllDirectories).Select(File.ReadAllText)));

    public Task<IReadOnlyList<string>> ProcessesThatStayAsync() => LeftoverProcesses.ThatStayAsync(_workspace.Root, Token);

    public void Say(RunNotice notice) => _said.Add(notice.Text);

    public void Dispose()
    {
        _guard.Dispose();
        _workspace.Dispose();
        _tools.Dispose();
        _views.Dispose();
    }

    /// <summary>The one error of a run.</summary>
    public static Diagnostic ErrorOf(RunResult result) =>
        Assert.Single(result.Diagnostics, diagnostic => diagnostic.Severity is DiagnosticSeverity.Error);

    private void Configure() => Write("lorch.json", $$"""
        {
          "version": "1.0",
          "policy": { {{Policy}} },
          "agents": { {{string.Join(", ", Agents())}} },
          "named_agents": { {{Named}} },
          "tasks": [{{TaskStart}}, "goal": "{{Goal}}"{{TaskMembers}} }]
        }
        """);

    private IEnumerable<string> Agents() =>
        from agent in new[] { ("builder", Builder), ("reviewer", Reviewer), ("spec_maintainer", Maintainer) }
        where agent.Item2.Length > 0
        select $$"""
            "{{agent.Item1}}": { {{agent.Item2}} }
            """;
}
