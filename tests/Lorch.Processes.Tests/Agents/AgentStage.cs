using System.Runtime.InteropServices;
using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Agents;

/// <summary>A workspace with a launcher, and agents that the test ends with.</summary>
internal sealed class AgentStage : IAsyncDisposable
{
    public static readonly RunId Run = RunId.Parse("run-20260131-090500-0a1b2c3d");

    /// <summary>Far more than what needs a moment takes, and less than the guard of a test.</summary>
    public static readonly TimeSpan SoonOnABusyMachine = TimeSpan.FromSeconds(20);

    // Longer than any test takes, so that one that hangs says where.
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(60));
    private readonly List<IAgentSession> _sessions = [];

    public TemporaryWorkspace Workspace { get; } = new();

    public WorkspaceLayout Layout => new(Workspace.Root, null);

    public Dictionary<string, string> Environment { get; } =
        new() { ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "" };

    public static AgentHost Host => new()
    {
        DotnetPath = Path.GetFullPath(
            OperatingSystem.IsWindows() ? "../../../dotnet.exe" : "../../../dotnet",
            RuntimeEnvironment.GetRuntimeDirectory()),
        AgentAssemblyPath = Path.Join(AppContext.BaseDirectory, "lorch-agent.dll"),
    };

    public AgentChannel Channel { get; set; } = new();

    public CancellationToken Token => _guard.Token;

    /// <summary>Starts a mock with a script.</summary>
    public Task<IAgentSession> StartMockAsync(string script, double heartbeatSeconds = 10, params string[] options)
    {
        Workspace.Write("script.json", script);
        var interval = heartbeatSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return StartAsync(
            ["lorch-agent", "mock", "--type", "builder", "--script", "script.json", "--heartbeat-interval", interval, .. options],
            TimeSpan.FromSeconds(heartbeatSeconds));
    }

    /// <summary>Starts a shell that runs a text, with arguments from <c>$1</c> on.</summary>
    public Task<IAgentSession> StartShellAsync(string text, params string[] arguments)
    {
        return StartAsync(Sh.Words(["-c", text, "sh", .. arguments]), TimeSpan.FromSeconds(10));
    }

    public async Task<IAgentSession> StartAsync(IReadOnlyList<string> command, TimeSpan heartbeatInterval)
    {
        var launcher = new AgentLauncher(
            Host,
            new AgentPlace(Layout, Layout, Redact),
            Environment,
            Run,
            Path.Join(Layout.WorkspaceRoot, "lorch.json"),
            copy: null,
            Channel,
            TimeProvider.System);
        var session = await launcher.StartAsync(
            new AgentSettings
            {
                Type = AgentType.Builder,
                Command = command,
                Identity = JsonElement.Parse("{}"),
                HeartbeatInterval = heartbeatInterval,
            },
            Token);
        _sessions.Add(session);
        return session;
    }

    public static Command Command(int iteration = 0, int attempt = 0, AgentAction action = AgentAction.Implement, string goal = "") => new()
    {
        MessageId = MessageId.Create(DateTimeOffset.UnixEpoch),
        CorrelationId = CorrelationId.Create(TaskId.Parse("T-1"), action.WireName, iteration),
        TaskId = TaskId.Parse("T-1"),
        IdempotencyKey = IdempotencyKey.Parse("ik:" + new string((char)('0' + iteration), 64)),
        To = new AgentAddress { AgentType = AgentType.Builder },
        Action = action,
        Inputs = JsonElement.Parse($$"""{"goal":"{{goal}}","iteration":{{iteration}}}"""),
        ExpectedOutputs = [],
        Version = new VersionPin { SnapshotId = SnapshotId.Parse("snap-0123456789ab") },
        Deadline = DateTimeOffset.UnixEpoch,
        Retry = new Retry { Attempt = attempt, MaxAttempts = 3 },
        Priority = 0,
    };

    public async Task<T> ReadAsync<T>(IAgentSession session)
        where T : AgentSignal => Assert.IsType<T>(await session.ReadAsync(Token));

    public async Task<AgentExit> ReadEndAsync(IAgentSession session)
    {
        while (true)
        {
            if (await session.ReadAsync(Token) is AgentSignal.Ended(var exit))
            {
                return exit;
            }
        }
    }

    /// <summary>Waits until a process neither runs nor will.</summary>
    public async Task GoneAsync(int pid)
    {
        while (OperatingSystem.IsWindows()
            ? IsRunning(pid)
            : File.Exists($"/proc/{pid}/stat") && await StateAsync(pid) is not ("Z" or "X" or null))
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Waits until an agent has written a whole line to a file of its own.</summary>
    public async Task<string> LineOfAsync(string path)
    {
        while (!File.Exists(Workspace.At(path)) || !Workspace.Read(path).Contains('\n', StringComparison.Ordinal))
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return Workspace.Read(path).TrimEnd('\n');
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.StopAsync(StopUrgency.Cancelled, new CancellationToken(canceled: true));
            await session.DisposeAsync();
        }

        Workspace.Dispose();
        _guard.Dispose();
    }

    private static string Redact(string text) => text.Replace("hunter2", "***", StringComparison.Ordinal);

    private static bool IsRunning(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private async Task<string?> StateAsync(int pid)
    {
        try
        {
            var status = await File.ReadAllTextAsync($"/proc/{pid}/stat", Token);
            return status[(status.LastIndexOf(')') + 2)..][..1];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
