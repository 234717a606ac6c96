using System.Globalization;
using Lorch.Core;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage;
using Lorch.Processes.Tests.Agents;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Hostile;

/// <summary>A run of one task whose agents are processes that misbehave, through the door that builds use.</summary>
internal sealed class HostileRun : IRunObserver, IDisposable
{
    // Ten times what the longest takes: a run that hangs is interrupted, and the test says so.
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromMinutes(3));
    private readonly TemporaryWorkspace _workspace = new();

    public WorkspaceLayout Layout => new(_workspace.Root, null);

    public CancellationToken Token => _guard.Token;

    private LorchWorkspace Workspace => LorchWorkspace.Open(
        new WorkspaceSettings
        {
            WorkspaceRoot = _workspace.Root,
            AgentHost = AgentStage.Host,
            Environment = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "" },
            Patience = _ => new StopLadder(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.1)),
        },
        TimeProvider.System,
        surroundings => surroundings with { Chance = () => 0.0 });

    public void Write(string path, string text) => _workspace.Write(path, text);

    /// <summary>Works the task with agents that misbehave in the first attempts at a misdeed's action.</summary>
    public async Task<RunResult> WorkAsync(Misdeed misdeed, int attempts = 1000)
    {
        _workspace.Write("specs/a.md", "# A\n");
        _workspace.Write("lorch.json", $$"""
            {
              "version": "1.0",
              "policy": { "retry": { "max_attempts": {{misdeed.MaxAttempts}} }{{(misdeed.Policy.Length > 0 ? "," : "")}}{{misdeed.Policy}} },
              "agents": {
                "builder": { {{Agent(misdeed, attempts)}}, {{Deadlines(misdeed, "implement", "implement_changes")}} },
                "reviewer": { {{Agent(misdeed, attempts)}}, {{Deadlines(misdeed, "review")}} },
                "spec_maintainer": { {{Agent(misdeed, attempts)}}, {{Deadlines(misdeed, "update_spec")}} }
              },
              "tasks": [{ "id": "T-1", "goal": "{{misdeed.Goal}}", "inputs": ["specs/**"], "expected_outputs": [{ "path": "src/hello.txt" }] }]
            }
            """);
        return await Workspace.RunAsync(new RunRequest { TaskId = TaskId.Parse("T-1") }, this, Token);
    }

    public Task<VerificationResult> VerifyAsync() => Workspace.VerifyAsync(Token);

    public IReadOnlyList<Message> Ledger(RunResult result) =>
        [.. LedgerReader.Read(result.LedgerPath!, Token).Select(entry => entry.Message)];

    /// <summary>The names of the events, and the actions of the commands, of the ledger.</summary>
    public IReadOnlyList<string> Story(RunResult result) => [.. Ledger(result).Select(message => message switch
    {
        Command command => command.Action.WireName,
        Event said => said.Name.WireName,
        _ => message.GetType().Name,
    })];

    public string Log(RunResult result, string agent = "builder") => File.ReadAllText(Layout.AgentLog(agent, result.RunId!.Value));

    public Task<IReadOnlyList<string>> ProcessesThatStayAsync() => LeftoverProcesses.ThatStayAsync(_workspace.Root, Token);

    public void Say(RunNotice notice)
    {
        // The ledger tells enough.
    }

    public void Dispose()
    {
        _guard.Dispose();
        _workspace.Dispose();
    }

    private static string Agent(Misdeed misdeed, int attempts) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        "cmd": {{System.Text.Json.JsonSerializer.Serialize(Sh.Words($"{SourceTree.Root}/tests/Lorch.Testing/Hostile/agent.sh", misdeed.Mode, misdeed.At, $"{attempts}"))}},
        "heartbeat_interval_s": {{misdeed.HeartbeatSeconds}}, "env": { "ASK": "{{misdeed.ReviewAsks}}" }
        """);

    /// <summary>Where an action is worked well it has all the time.</summary>
    private static string Deadlines(Misdeed misdeed, params string[] actions) =>
        $"\"timeouts_s\": {{ {string.Join(", ", actions.Select(action => Deadline(misdeed, action)))} }}";

    private static string Deadline(Misdeed misdeed, string action) => string.Create(
        CultureInfo.InvariantCulture,
        $"\"{action}\": {(misdeed.At == action || misdeed.At == Misdeed.Anywhere ? misdeed.DeadlineSeconds : 60)}");
}
