using System.Text.Json.Nodes;
using Lorch.Agent.Exec;
using Lorch.Agent.Working;
using Lorch.Core.Agents.Verifying;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;
using Lorch.Processes.Tests.Agents;
using Lorch.Processes.Tests.Checking;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Tools;

/// <summary>
/// A workspace in which a builder's tool is asked: the tool is a line of shell, the agent that asks it is this process, and waiting goes by
/// quickly.
/// </summary>
internal sealed class ExecStage : IToolProgress, IDisposable
{
    // Longer than any test takes, so that one that hangs says where.
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(30));
    private readonly TemporaryWorkspace _workspace = new();
    private readonly HurriedClock _clock = new();
    private readonly List<string> _records = [];

    /// <summary>Gets what was recorded for the tool.</summary>
    public IReadOnlyList<string> Records => _records;

    /// <summary>Gets or sets what the tool is asked.</summary>
    public string Prompt { get; set; } = "greet the world";

    /// <summary>Gets or sets how long there is time.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets the command that was worked last.</summary>
    public Command? Asked { get; private set; }

    public CancellationToken Token => _guard.Token;

    /// <summary>Gets the agent's environment.</summary>
    public Dictionary<string, string> Variables { get; } = new() { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "" };

    private ToolWorkspace Workspace => new(
        Variables,
        _workspace.Root,
        AgentType.Builder);

    /// <summary>Asks a tool that prints as a preset says.</summary>
    /// <param name="use">The preset; <c>text</c>: none.</param>
    /// <param name="shell">What the tool does.</param>
    /// <param name="members">Further members of the preset, as JSON.</param>
    public Task<ToolAnswer> AskAsync(string use, string shell, string members = "{}")
    {
        var replaced = JsonNode.Parse(members)!.AsObject();
        replaced["command"] = new JsonArray([.. Sh.Words("-c", shell).Select(word => (JsonNode)word)]);
        var preset = ToolPresets.Get(
            ToolUse.TryParse(use is "text" ? "exec:sh" : use)!,
            System.Text.Json.JsonElement.Parse(replaced.ToJsonString()));
        var command = Asked = AgentStage.Command() with { Deadline = _clock.GetUtcNow() + Timeout };
        var request = new ToolRequest
        {
            Command = command,
            Prompt = Prompt,
            Turn = 0,
            Writable = new WritableFiles(command, null, null, []),
            Progress = this
        };
        return new ExecTool(preset, Workspace, _clock).AskAsync(request, Token);
    }

    /// <summary>Runs a command of <c>verify</c>.</summary>
    public Task<string?> VerifyAsync(string shell, TimeSpan timeout) =>
        new Verification(Workspace.PlaceToVerify(AgentType.Builder, AgentStage.Command()), _clock).FindFailureAsync(
            [new VerifyCommand(Sh.Words("-c", shell), timeout)],
            _ => Task.CompletedTask,
            _ => { },
            Token);

    Task IToolProgress.SayAsync(string text, CancellationToken cancellationToken) => Task.CompletedTask;

    Task IToolProgress.RecordAsync(string text, CancellationToken cancellationToken)
    {
        _records.Add(text);
        return Task.CompletedTask;
    }

    void IToolProgress.Log(string text)
    {
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _guard.Dispose();
    }
}
