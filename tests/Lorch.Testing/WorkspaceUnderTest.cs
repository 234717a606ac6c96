using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Snapshots.Scanning;
using Lorch.Core.Storage;

namespace Lorch.Testing;

/// <summary>A real workspace with scripted agents: runs go through the same door as builds.</summary>
internal sealed class WorkspaceUnderTest : IDisposable, IRunObserver
{
    public const string OneTask = """{"id":"T-1","goal":"greet","inputs":["specs/**"],"expected_outputs":[{"path":"src/hello.txt"}]}""";

    /// <summary>The same task, with a command that checks its work.</summary>
    public const string Verified =
        """{"id":"T-1","goal":"greet","inputs":["specs/**"],"expected_outputs":[{"path":"src/hello.txt"}],"verify":[{"cmd":["check"]}]}""";

    /// <summary>The same task, its files to equal what the specification says at any time.</summary>
    public const string Regenerating =
        """{"id":"T-1","goal":"greet","inputs":["specs/**"],"expected_outputs":[{"path":"src/hello.txt"}],"regenerate":true}""";

    private readonly TemporaryWorkspace _folder;
    private readonly List<RunNotice> _notices = [];

    public WorkspaceUnderTest(params string[] tasks)
        : this(TemporaryWorkspace.InMemory(), tasks)
    {
    }

    private WorkspaceUnderTest(TemporaryWorkspace folder, string[] tasks)
    {
        _folder = folder;
        ViewRoot = folder.Root + ".views";
        Agents = new ScriptedAgents(_folder.Root, () => Clock);
        Agents.Answer = command => Agents.Play(command);
        Layout = new WorkspaceLayout(_folder.Root, null);
        Write("specs/a.md", "# A\n");
        Configure(tasks.Length == 0 ? [OneTask] : tasks);
    }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public ScriptedAgents Agents { get; }

    public WorkspaceLayout Layout { get; }

    /// <summary>Says which agents can't be started.</summary>
    public Func<AgentSettings, Diagnostic?> CheckAgent { get; set; } = _ => null;

    /// <summary>Replaces the durable files, to count or break what is written.</summary>
    public IDurableFiles Files { get; set; } = new DurableFiles();

    /// <summary>Puts agents of its own at the place of each run; by default all runs have the same.</summary>
    public Func<AgentPlace, IAgentLauncher>? AgentsAt { get; set; }

    /// <summary>How long a build waits for another one.</summary>
    public TimeSpan LockTimeout { get; set; }

    /// <summary>The environment of the build.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Below which span the latest agents were to work.</summary>
    public string? TraceParent { get; private set; }

    /// <summary>Checks work where agents work; gives what is wrong.</summary>
    public Func<string, string?> Verify { get; set; } = _ => null;

    /// <summary>How the workspace is looked at.</summary>
    public ScanSettings Scanning { get; set; } = new();

    public IReadOnlyList<string> Said => [.. _notices.Select(notice => notice.Text)];

    public string Root => _folder.Root;

    /// <summary>Where views lie.</summary>
    public string ViewRoot { get; set; }

    /// <summary>A workspace whose files are synced to a disk if they are synced at all.</summary>
    public static WorkspaceUnderTest OnDisk() => new(new TemporaryWorkspace(), []);

    /// <summary>The ids of all runs, the oldest first.</summary>
    public IReadOnlyList<RunId> RunIds => !Directory.Exists(Layout.EventsFolder) ? [] :
        [.. Directory.EnumerateFiles(Layout.EventsFolder, "run-*.ndjson")
            .Select(file => RunId.Parse(Path.GetFileNameWithoutExtension(file)))
            .Order()];

    public void Write(string path, string text) => _folder.Write(path, text);

    public string Read(string path) => _folder.Read(path);

    public string At(string path) => _folder.At(path);

    public void Delete(string path) => File.Delete(_folder.At(path));

    /// <summary>Writes lorch.json with these tasks.</summary>
    public void Configure(
        IEnumerable<string> tasks,
        string policy = "{}",
        string builder = "build-it",
        string snapshot = "{}",
        string reviewer = "review-it") => Write(
        "lorch.json",
        $$$"""
        {
          "version": "1.0",
          "policy": {{{policy}}},
          "snapshot": {{{snapshot}}},
          "agents": {
            "builder": { "cmd": ["{{{builder}}}"] },
            "reviewer": { "cmd": ["{{{reviewer}}}"] },
            "spec_maintainer": { "cmd": ["maintain-it"] }
          },
          "tasks": [{{{string.Join(',', tasks)}}}]
        }
        """);

    public LorchWorkspace Open() => LorchWorkspace.Open(
        new WorkspaceSettings
        {
            WorkspaceRoot = _folder.Root,
            AgentHost = new AgentHost { DotnetPath = "/dotnet", AgentAssemblyPath = "/lorch-agent.dll" },
            Environment = Environment,
            LockTimeout = LockTimeout,
            ViewRoot = ViewRoot,
        },
        Clock,
        surroundings => surroundings with
        {
            CheckAgent = CheckAgent,
            Launchers = (_, place) =>
            {
                if (AgentsAt is { } own)
                {
                    return own(place);
                }

                Agents.Root = place.Layout.WorkspaceRoot;
                TraceParent = place.TraceParent;
                return Agents;
            },
            Files = Files,
            Scanning = Scanning,
            Verify = (place, _, _, _) => Task.FromResult(Verify(place.Layout.WorkspaceRoot)),
            Chance = () => 0.0
        });

    /// <summary>Works a task, its dependencies first, as a build does; gives the result of the last.</summary>
    public async Task<RunResult> RunAsync(
        string task = "T-1",
        WorkMode mode = WorkMode.WhenStale,
        CancellationToken? cancellationToken = null)
    {
        var workspace = Open();
        RunResult? result = null;
        foreach (var id in workspace.Select([task]))
        {
            result = await workspace.RunAsync(
                new RunRequest { TaskId = id, Mode = id.ToString() == task ? mode : WorkMode.WhenStale },
                this,
                cancellationToken ?? CancellationToken.None);
        }

        return result!;
    }

    /// <summary>Goes on with a run, as <c>LorchResume</c> does; gives null if there is none.</summary>
    public Task<RunResult?> ResumeAsync(RunId? run = null, bool failOnDrift = false) =>
        Open().ResumeAsync(new ResumeRequest { RunId = run, FailOnDrift = failOnDrift }, this, CancellationToken.None);

    /// <summary>Says that a task is done, as <c>LorchAccept</c> does.</summary>
    public async Task<RunResult> AcceptAsync(string task = "T-1", string? reason = null)
    {
        var workspace = Open();
        var id = workspace.Select([task])[^1];
        return await workspace.AcceptAsync(
            new AcceptRequest { TaskId = id, By = "Ann Ong", Reason = reason },
            this,
            CancellationToken.None);
    }

    /// <summary>Takes back what a run landed, as <c>LorchUndo</c> does.</summary>
    public Task<RunId> UndoAsync(RunId? run = null) => Open().UndoAsync(run, this, CancellationToken.None);

    /// <summary>Judges a task without working it.</summary>
    public async Task<TaskVerdict> JudgeAsync(string task = "T-1")
    {
        var workspace = Open();
        return (await workspace.JudgeAsync(workspace.Select([task]), WorkMode.WhenStale, CancellationToken.None))[^1];
    }

    /// <summary>A run's ledger.</summary>
    public IReadOnlyList<Message> Ledger(RunId run) =>
        [.. LedgerReader.Read(Layout.Ledger(run), CancellationToken.None).Select(entry => entry.Message)];

    /// <summary>The names of the events, and the actions of the commands, of a run's ledger.</summary>
    public IReadOnlyList<string> Events(RunId run) =>
        [.. Ledger(run).Select(message => message is Command command ? command.Action.WireName : ((Event)message).Name.WireName)];

    public IReadOnlyList<Receipt> Receipts(string task = "T-1") =>
        [.. new ReceiptStore(Layout, Files).Load(TaskId.Parse(task)).Select(stored => stored.Receipt)];

    public Completion LatestCompletion(string task = "T-1") => new CompletionStore(Layout, Files).Latest(TaskId.Parse(task))!;

    public void Say(RunNotice notice)
    {
        lock (_notices)
        {
            _notices.Add(notice);
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
        if (Directory.Exists(ViewRoot))
        {
            Directory.Delete(ViewRoot, recursive: true);
        }
    }
}
