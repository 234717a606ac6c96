using System.Diagnostics;
using System.Globalization;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Agents;

public sealed class AgentThatEnds : IAsyncDisposable
{
    private readonly AgentStage _stage = new();

    private CancellationToken Token => _stage.Token;

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task Tells_its_exit_code_when_it_dies_in_mid_command()
    {
        var session = await _stage.StartMockAsync("""{"responses":{"implement":{"events":[{"type":"builder.progress"}],"exit_code":7}}}""");
        await session.SendAsync(AgentStage.Command(), Token);

        await _stage.ReadAsync<AgentSignal.Spoke>(session);
        var exit = (await _stage.ReadAsync<AgentSignal.Ended>(session)).Exit;

        Assert.Equal((session.Pid, 7, null, EndedBy.Itself), (exit.Pid, exit.ExitCode, exit.Signal, exit.EndedBy));
        Assert.Same(exit, (await _stage.ReadAsync<AgentSignal.Ended>(session)).Exit);
        Assert.Same(exit, await session.StopAsync(StopUrgency.Normal, Token));
    }

    [Fact]
    public async Task Tells_the_signal_that_killed_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        var session = await _stage.StartShellAsync("kill -SEGV $$");

        var exit = await _stage.ReadEndAsync(session);

        Assert.Equal((null, "SIGSEGV"), (exit.ExitCode, exit.Signal));
    }

    [Fact]
    public async Task Leaves_its_last_words()
    {
        var session = await _stage.StartShellAsync("for i in $(seq 30); do echo line $i >&2; done; exit 1");

        var exit = await _stage.ReadEndAsync(session);

        Assert.Equal(Enumerable.Range(11, 20).Select(i => $"line {i}"), exit.StderrTail);
    }

    [Fact]
    public async Task Can_be_sent_a_command_without_harm()
    {
        var session = await _stage.StartShellAsync("exit 1");
        await _stage.ReadEndAsync(session);

        await session.SendAsync(AgentStage.Command(goal: new string('x', 200_000)), Token);

        await _stage.ReadAsync<AgentSignal.Ended>(session);
    }

    [DiffersOnWindows]
    [Fact]
    public async Task Takes_a_child_with_it_that_holds_its_pipes()
    {
        var session = await _stage.StartShellAsync("sleep 1000 & echo $! > child.txt; exit 3");

        Assert.Equal(3, (await _stage.ReadEndAsync(session)).ExitCode);

        await _stage.GoneAsync(await PidAsync("child.txt"));
    }

    [DiffersOnWindows]
    [Fact]
    public async Task Is_known_with_all_that_it_started()
    {
        await using var process = AgentProcess.Start(
            new AgentCommandLine
            {
                Type = Core.Protocol.AgentType.Builder,
                Program = AgentStage.Host.DotnetPath,
                Arguments = [
                    "exec",
                    Path.Join(AppContext.BaseDirectory, "lorch-test-sh.dll"),
                    "-c",
                    "sleep 1000 & echo $! > child.txt; sleep 1000"
                ],
                Folder = _stage.Workspace.Root,
                Environment = _stage.Environment,
            },
            TimeProvider.System);

        var child = await PidAsync("child.txt");

        Assert.Contains(child, process.FindLeftBehind());
        process.KillTree();
        await process.Ended.WaitAsync(Token);
        await _stage.GoneAsync(child);
    }

    [Fact]
    public async Task Takes_what_it_started_with_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells what detached itself.");

        // One stays a child, one leaves the session, one gives up its environment; all hold the pipes.
        var session = await _stage.StartShellAsync("""
            sleep 1000 & echo $! > child.txt
            setsid sleep 1001 & echo $! > detached.txt
            env -i sleep 1002 & echo $! > bare.txt
            exit 3
            """);

        Assert.Equal(3, (await _stage.ReadEndAsync(session)).ExitCode);

        foreach (var file in new[] { "child.txt", "detached.txt", "bare.txt" })
        {
            await _stage.GoneAsync(await PidAsync(file));
        }
    }

    [Fact]
    public async Task Ends_though_something_that_escaped_holds_its_pipes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux can be escaped from in this way.");
        var session = await _stage.StartShellAsync(
            "setsid env -i sh -c 'echo $$ > escaped.txt; exec sleep 1000' & while [ ! -s escaped.txt ]; do :; done; exit 3");

        var exit = await _stage.ReadEndAsync(session);

        Assert.Equal(3, exit.ExitCode);
        using var escaped = Process.GetProcessById(await PidAsync("escaped.txt"));
        escaped.Kill();
    }

    [DiffersOnWindows]
    [Fact]
    public async Task Ends_when_it_is_asked_to()
    {
        var session = await _stage.StartMockAsync("""{"responses":{"implement":{"delay_ms":1000000}}}""");
        await session.SendAsync(AgentStage.Command(), Token);

        var exit = await session.StopAsync(StopUrgency.Normal, Token);

        Assert.Equal((0, EndedBy.Lorch), (exit.ExitCode, exit.EndedBy));
        Assert.Same(exit, await _stage.ReadEndAsync(session));
    }

    [Fact]
    public async Task Sees_its_input_end_though_other_agents_were_started_after_it()
    {
        var first = await _stage.StartShellAsync("cat");
        await _stage.StartShellAsync("cat");

        Assert.Equal(0, (await first.StopAsync(StopUrgency.Normal, Token)).ExitCode);
    }

    [Fact]
    public async Task Is_asked_before_it_is_made_to_and_takes_its_children_with_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        var session = await _stage.StartShellAsync("""
            trap 'echo asked > asked.txt' TERM
            trap '' HUP
            (trap '' TERM; echo started > started.txt; while :; do sleep 1000; done) & echo $! > child.txt
            while :; do wait; done
            """);
        await _stage.LineOfAsync("started.txt");

        var exit = await session.StopAsync(StopUrgency.Cancelled, Token);

        Assert.Equal((null, "SIGKILL", EndedBy.Lorch), (exit.ExitCode, exit.Signal, exit.EndedBy));
        Assert.Equal("asked", await _stage.LineOfAsync("asked.txt"));
        await _stage.GoneAsync(await PidAsync("child.txt"));
    }

    [Fact]
    public async Task Is_killed_at_once_when_nobody_wants_to_wait()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        _stage.Channel = new AgentChannel { Patience = _ => new StopLadder(TimeSpan.FromDays(1), TimeSpan.FromDays(1)) };
        var session = await _stage.StartShellAsync("trap '' TERM; echo started > started.txt; while :; do sleep 1000; done");
        await _stage.LineOfAsync("started.txt");

        var exit = await session.StopAsync(StopUrgency.Normal, new CancellationToken(canceled: true)).WaitAsync(Token);

        Assert.Equal("SIGKILL", exit.Signal);
    }

    [DiffersOnWindows]
    [Fact]
    public async Task Ends_though_nobody_reads_what_it_says()
    {
        var one = """{"type":"builder.progress","payload":{"text":"on and on and on and on and on and on and on and on"}}""";
        var events = string.Join(',', Enumerable.Repeat(one, 5000));
        var session = await _stage.StartMockAsync($$$$"""{"responses":{"implement":{"events":[{{{{events}}}}]}}}""");
        await session.SendAsync(AgentStage.Command(), Token);
        await _stage.ReadAsync<AgentSignal.Spoke>(session);

        var exit = await session.StopAsync(StopUrgency.Normal, Token);

        Assert.Equal((0, EndedBy.Lorch), (exit.ExitCode, exit.EndedBy));
    }

    private async Task<int> PidAsync(string file) => int.Parse(await _stage.LineOfAsync(file), CultureInfo.InvariantCulture);
}
