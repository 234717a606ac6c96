using System.Globalization;
using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Agents;

public sealed class AgentAtWork : IAsyncDisposable
{
    private const string Builder = """
        {"responses":{"implement":{"events":[
          {"type":"builder.progress","payload":{"percent":50}},
          {"type":"builder.completed","payload":{"tests":{"status":"pass"}},"artifacts":[{"path":"src/deep/a.txt","content":"hello"}],"removed":["old/b.txt"]}]}}}
        """;

    private readonly AgentStage _stage = new();

    private CancellationToken Token => _stage.Token;

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [DiffersOnWindows]
    [Fact]
    public async Task Answers_a_command_with_events_and_files()
    {
        _stage.Workspace.Write("old/b.txt", "to be removed");
        var session = await _stage.StartMockAsync(Builder);
        await session.SendAsync(AgentStage.Command(), Token);

        var progress = (await _stage.ReadAsync<AgentSignal.Spoke>(session)).Event;
        var completed = (await _stage.ReadAsync<AgentSignal.Spoke>(session)).Event;

        Assert.Equal(EventName.BuilderProgress, progress.Name);
        Assert.Equal(EventName.BuilderCompleted, completed.Name);
        Assert.Equal(session.AgentId, completed.From.AgentId);
        Assert.Equal($"builder-{session.Pid}", session.AgentId);
        var artifact = Assert.Single(completed.Artifacts!);
        Assert.Equal("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", artifact.Sha256.ToString());
        Assert.Equal("hello", _stage.Workspace.Read("src/deep/a.txt"));
        Assert.Equal(["old/b.txt"], completed.Removed!.Select(path => path.ToString()));
        Assert.False(File.Exists(_stage.Workspace.At("old/b.txt")));
        Assert.Equal(["a.txt"], Directory.GetFileSystemEntries(_stage.Workspace.At("src/deep")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Tells_what_was_said_before_a_command_from_its_answer()
    {
        static string Line(int id, string name) =>
            $$"""{"kind":"event","message_id":"0198c0de-0000-7000-8000-00000000000{{id}}","correlation_id":"corr-T-1-implement-0","task_id":"T-1","from":{"agent_type":"builder"},"event":"{{name}}","occurred_at":"2026-01-31T09:05:00Z"}""";
        _stage.Workspace.Write(
            "said.txt",
            $"{Line(1, "error")}\n"
                + $"{Line(2, "builder.completed")}\n{{\"kind\":\"log\",\"level\":\"info\",\"message\":\"both\",\"timestamp\":\"2026-01-31T09:05:00Z\"}}\n");
        _stage.Workspace.Write("next.txt", Line(3, "builder.completed") + "\n");
        var session = await _stage.StartShellAsync("read first; cat said.txt; read second; cat next.txt; cat");
        await session.SendAsync(AgentStage.Command(), Token);
        var error = await _stage.ReadAsync<AgentSignal.Spoke>(session);

        // What is in the log was read after all that stands before it.
        await _stage.LineOfAsync(Path.GetRelativePath(_stage.Workspace.Root, _stage.Layout.AgentLog("builder", AgentStage.Run)));
        await session.SendAsync(AgentStage.Command(attempt: 1), Token);
        var late = await _stage.ReadAsync<AgentSignal.Spoke>(session);
        var answer = await _stage.ReadAsync<AgentSignal.Spoke>(session);

        Assert.Equal([false, true, false], new[] { error, late, answer }.Select(spoke => spoke.IsLate));
        Assert.EndsWith("3", answer.Event.MessageId.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_the_same_attempt_from_memory_and_works_a_higher_one()
    {
        var session = await _stage.StartMockAsync(Builder);
        var said = new List<Event>();
        foreach (var attempt in new[] { 0, 0, 1 })
        {
            await session.SendAsync(AgentStage.Command(attempt: attempt), Token);
            said.Add((await _stage.ReadAsync<AgentSignal.Spoke>(session)).Event);
            said.Add((await _stage.ReadAsync<AgentSignal.Spoke>(session)).Event);
        }

        Assert.Equal(said[..2].Select(spoken => spoken.MessageId), said[2..4].Select(spoken => spoken.MessageId));
        Assert.Equal(said[1].OccurredAt, said[3].OccurredAt);
        Assert.NotEqual(said[1].MessageId, said[5].MessageId);
    }

    [Fact]
    public async Task Takes_a_command_that_no_pipe_holds()
    {
        var session = await _stage.StartMockAsync(Builder);

        await session.SendAsync(AgentStage.Command(goal: new string('x', 250_000)), Token);

        await _stage.ReadAsync<AgentSignal.Spoke>(session);
    }

    [Fact]
    public async Task Works_in_the_workspace_with_its_arguments_as_they_are()
    {
        string[] arguments = ["", "a b", "$HOME", "*", "\"quoted\"", "it's", "-x"];
        await _stage.StartShellAsync("""printf '<%s>' "$@" > args.txt; pwd > cwd.txt; echo done > done.txt; cat""", arguments);
        await _stage.LineOfAsync("done.txt");

        Assert.Equal(string.Concat(arguments.Select(argument => $"<{argument}>")), _stage.Workspace.Read("args.txt"));
        Assert.Equal(_stage.Workspace.Root, _stage.Workspace.Read("cwd.txt").TrimEnd('\n'));
    }

    [Fact]
    public async Task Has_a_clean_environment_of_its_own()
    {
        _stage.Environment["MSBuildSDKsPath"] = "/sdk";
        _stage.Environment["KEPT"] = "yes";
        await _stage.StartShellAsync("env > env.txt; echo done > done.txt; cat");
        await _stage.LineOfAsync("done.txt");

        var environment = _stage.Workspace.Read("env.txt").Split('\n');
        Assert.Contains("KEPT=yes", environment);
        Assert.Contains("MSBUILDDISABLENODEREUSE=1", environment);
        Assert.Contains($"LORCH_RUN_ID={AgentStage.Run}", environment);
        Assert.Contains("LORCH_AGENT_TYPE=builder", environment);
        Assert.DoesNotContain(environment, line => line.StartsWith("MSBuildSDKsPath", StringComparison.Ordinal));
        Assert.DoesNotContain(environment, line => line.StartsWith("DOTNET_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Has_its_log_messages_and_its_standard_error_kept_without_secrets()
    {
        var session = await _stage.StartShellAsync("""
            echo '{"kind":"log","level":"warn","message":"the key is hunter2","timestamp":"2026-01-31T09:05:00.000Z"}'
            echo 'hunter2 on stderr' >&2
            """);
        var exit = await _stage.ReadEndAsync(session);

        var log = System.Text.Encoding.UTF8.GetString(TemporaryWorkspace.ReadShared(_stage.Layout.AgentLog("builder", AgentStage.Run)))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(2, log.Count);
        Assert.Contains("\"message\":\"*** on stderr\",\"fields\":{\"stream\":\"stderr\"}", log[0], StringComparison.Ordinal);
        Assert.Contains("\"level\":\"warn\",\"message\":\"the key is ***\"", log[1], StringComparison.Ordinal);

        var foreign = await ForeignSchema.ReadAsync("log");
        Assert.All(log, line => Assert.Empty(SchemaCheck.Validate("log", line)));
        Assert.All(log, line => Assert.Empty(foreign.Validate(line)));
        Assert.Equal(["*** on stderr"], exit.StderrTail);
    }

    [Fact]
    public async Task Is_not_stopped_by_what_it_writes_to_standard_error()
    {
        var session = await _stage.StartShellAsync("head -c 3000000 /dev/zero >&2; echo >&2; echo last >&2");

        var exit = await _stage.ReadEndAsync(session);

        Assert.Equal(0, exit.ExitCode);
        Assert.Equal(2, exit.StderrTail.Count);
        Assert.Equal("last", exit.StderrTail[^1]);
    }

    [Fact]
    public async Task Is_heard_when_it_talks_nonsense()
    {
        var session = await _stage.StartMockAsync(
            """{"responses":{"implement":{"raw":"no json, hunter2\n","events":[{"type":"builder.completed"}]}}}""");
        await session.SendAsync(AgentStage.Command(), Token);

        var line = (await _stage.ReadAsync<AgentSignal.Misspoke>(session)).Line;
        var completed = (await _stage.ReadAsync<AgentSignal.Spoke>(session)).Event;

        Assert.Equal("no json, ***", line.Line);
        Assert.Equal(EventName.BuilderCompleted, completed.Name);
    }

    [Fact]
    public async Task Cannot_send_commands()
    {
        _stage.Workspace.Write("command.json", System.Text.Encoding.UTF8.GetString(MessageJson.GetLine(AgentStage.Command())));
        var session = await _stage.StartShellAsync("cat command.json; cat");

        var line = (await _stage.ReadAsync<AgentSignal.Misspoke>(session)).Line;

        Assert.Equal("$.kind", line.Path);
    }

    [Fact]
    public async Task Is_cut_off_when_it_floods()
    {
        var session = await _stage.StartShellAsync("head -c 70000000 /dev/zero; exit 3");

        await _stage.ReadAsync<AgentSignal.Flooded>(session);

        Assert.Equal(3, (await _stage.ReadAsync<AgentSignal.Ended>(session)).Exit.ExitCode);
    }

    [DiffersOnWindows]
    [Fact]
    public async Task Is_heard_at_once_though_many_others_have_nothing_to_say()
    {
        const int Others = 12;
        for (var i = 0; i < Others; i++)
        {
            await _stage.StartMockAsync(Builder, 10, "--no-heartbeat");
        }

        var session = await _stage.StartMockAsync(Builder);
        await session.SendAsync(AgentStage.Command(), Token);

        await _stage.ReadAsync<AgentSignal.Spoke>(session).WaitAsync(AgentStage.SoonOnABusyMachine, Token);
    }

    [Fact]
    public async Task Is_noticed_when_it_hangs()
    {
        var session = await _stage.StartMockAsync("""{"responses":{"implement":{"hang":true}}}""", heartbeatSeconds: 0.1);
        await session.SendAsync(AgentStage.Command(), Token);

        var silence = (await _stage.ReadAsync<AgentSignal.FellSilent>(session)).Silence;

        Assert.InRange(silence, TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(30));
        var exit = await session.StopAsync(StopUrgency.Normal, Token);
        Assert.Equal((0, EndedBy.Lorch), (exit.ExitCode, exit.EndedBy));
    }

    [Fact]
    public async Task Waits_while_nobody_reads_and_loses_nothing()
    {
        const int Count = 3000;
        var one = JsonSerializer.Serialize(new { type = "builder.progress", payload = new { text = new string('x', 100) } });
        var events = string.Join(',', Enumerable.Repeat(one, Count));
        var session = await _stage.StartMockAsync(
            $$$$"""{"responses":{"implement":{"events":[{{{{events}}}}],"exit_code":5}}}""",
            10,
            "--no-heartbeat");
        await session.SendAsync(AgentStage.Command(), Token);

        for (var i = 0; i < Count; i++)
        {
            await _stage.ReadAsync<AgentSignal.Spoke>(session);
        }

        Assert.Equal(5, (await _stage.ReadAsync<AgentSignal.Ended>(session)).Exit.ExitCode);
    }

    [Fact]
    public async Task Cannot_be_started_when_it_is_not_there()
    {
        var exception = await Assert.ThrowsAsync<LorchException>(() => _stage.StartAsync(["no-such-agent"], TimeSpan.FromSeconds(1)));

        Assert.Equal(DiagnosticCode.AgentNotStarted, exception.Diagnostic.Code);
        Assert.Empty(Directory.GetFileSystemEntries(_stage.Workspace.Root));
    }

    [Fact]
    public async Task Says_what_is_wrong_with_its_arguments()
    {
        var session = await _stage.StartAsync(
            ["lorch-agent", "mock", "--type", "builder", "--script", "gone.json"],
            TimeSpan.FromSeconds(1));

        var exit = await _stage.ReadEndAsync(session);

        Assert.Equal(2, exit.ExitCode);
        Assert.Contains("gone.json", Assert.Single(exit.StderrTail), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_named_by_its_own_process_id()
    {
        var session = await _stage.StartShellAsync("echo $$ > pid.txt; cat");

        Assert.Equal(session.Pid.ToString(CultureInfo.InvariantCulture), await _stage.LineOfAsync("pid.txt"));
    }
}
