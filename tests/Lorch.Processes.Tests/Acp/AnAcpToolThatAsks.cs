using Lorch.Testing;

namespace Lorch.Processes.Tests.Acp;

/// <summary>What a tool asks for is served inside the workspace alone, and every decision is recorded.</summary>
public sealed class AnAcpToolThatAsks : IAsyncDisposable
{
    private readonly AcpStage _stage = new();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task Writes_and_reads_files_of_the_workspace()
    {
        var content = """
            "path":"ROOT/src/hello.txt","content":"one\ntwo\nthree\n"
            """;

        var answers = await _stage.ServeAsync(
            ("fs/write_text_file", content),
            ("fs/read_text_file", """
                "path":"ROOT/src/hello.txt"
                """),
            ("fs/read_text_file", """
                "path":"ROOT/src/hello.txt","line":2,"limit":1
                """));

        Assert.Equal("{}", answers[0].GetProperty("result").GetRawText());
        Assert.Equal("one\ntwo\nthree\n", answers[1].GetProperty("result").GetProperty("content").GetString());
        Assert.Equal("two\n", answers[2].GetProperty("result").GetProperty("content").GetString());
        Assert.Equal("one\ntwo\nthree\n", _stage.Workspace.Read("src/hello.txt"));
    }

    [Theory]
    [InlineData("OUTSIDE/passwd", "is outside of the workspace")]
    [InlineData("ROOT/../secret", "is outside of the workspace")]
    [InlineData("ROOT/src/../../secret", "is outside of the workspace")]
    [InlineData("src/hello.txt", "is no absolute path")]
    [InlineData("ROOTelse/file", "is outside of the workspace")]
    [InlineData("ROOT/out/passwd", "is, or is reached over, the link 'out'")]
    [InlineData("ROOT/scratch/link", "is, or is reached over, the link 'scratch/link'")]
    [InlineData("ROOT/state/run.json", "belongs to Lorch")]
    [InlineData("ROOT/State/run.json", "belongs to Lorch")]
    [InlineData("ROOT/events/x.ndjson", "belongs to Lorch")]
    [InlineData("ROOT/src/folder", "is a directory, not a regular file")]
    public async Task Reads_and_writes_nothing_else(string path, string reason)
    {
        _stage.Workspace.Write("src/folder/a.txt", "a");
        _stage.Workspace.Write("scratch/a.txt", "a");
        if (reason.Contains("link", StringComparison.Ordinal))
        {
            UnderWine.SkipLinks();
            File.CreateSymbolicLink(_stage.Workspace.At("out"), "/etc");
            File.CreateSymbolicLink(_stage.Workspace.At("scratch/link"), "/etc/passwd");
        }

        var answers = await _stage.ServeAsync(
            ("fs/read_text_file", $"\"path\":\"{path}\""),
            ("fs/write_text_file", $"\"path\":\"{path}\",\"content\":\"mine\""));

        Assert.All(
            answers,
            answer => Assert.Contains(reason, answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal));
        Assert.Equal(2, _stage.Records.Count(text => text.Contains(reason, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("ROOT/lorch.json")]
    [InlineData("ROOT/.git/hooks/post-commit")]
    [InlineData("ROOT/specs/a.md")]
    public async Task Writes_only_what_its_agent_may_change(string path)
    {
        _stage.Workspace.Write("specs/a.md", "# A\n");

        var answers = await _stage.ServeAsync(("fs/write_text_file", $"\"path\":\"{path}\",\"content\":\"mine\""));

        Assert.Equal(-32003, answers[0].GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal("# A\n", _stage.Workspace.Read("specs/a.md"));
    }

    [Fact]
    public async Task Hears_of_a_file_that_is_not_there_in_the_words_of_the_protocol()
    {
        var answers = await _stage.ServeAsync(("fs/read_text_file", "\"path\":\"ROOT/src/none.txt\""));

        Assert.Equal(-32002, answers[0].GetProperty("error").GetProperty("code").GetInt32());
        Assert.StartsWith(
            "Resource not found",
            answers[0].GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""
        "kind":"edit","locations":[{"path":"ROOT/src/a.txt"}]
        """, "yes")]
    [InlineData("""
        "kind":"edit","locations":[{"path":"/etc/passwd"}]
        """, "no")]
    [InlineData("""
        "kind":"edit","content":[{"type":"diff","path":"ROOT/specs/a.md","newText":"x"}]
        """, "no")]
    [InlineData("""
        "kind":"edit"
        """, "no")]
    [InlineData("""
        "kind":"read","rawInput":{"file_path":"~/.ssh/id_rsa"}
        """, "no")]
    [InlineData("""
        "kind":"read","rawInput":{"file_path":"src/a.txt"}
        """, "yes")]
    [InlineData("""
        "kind":"delete","locations":[{"path":"ROOT/receipts/T-1/step-1.json"}]
        """, "no")]
    [InlineData("""
        "kind":"execute","rawInput":{"command":"make"}
        """, "yes")]
    [InlineData("""
        "title":"make","rawInput":{"command":"make"}
        """, "yes")]
    [InlineData("""
        "kind":"execute","rawInput":{"command":"make","cwd":"/etc"}
        """, "no")]
    [InlineData("""
        "kind":"read","locations":[{"path":"OUTSIDE/passwd"}]
        """, "no")]
    [InlineData("""
        "kind":"fetch","rawInput":{"url":"https://example.com"}
        """, "no")]
    [InlineData("""
        "title":"Something"
        """, "no")]
    [DiffersOnWindows]
    public async Task Is_allowed_what_stays_inside(string call, string expected)
    {
        Assert.Equal(expected, await _stage.PermitAsync(call));
        Assert.StartsWith(expected == "yes" ? "Allowed" : "Refused", Assert.Single(_stage.Records), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"outside\": \"allow\"", """
        "kind":"edit","locations":[{"path":"/etc/passwd"}]
        """, "yes")]
    [InlineData("\"commands\": \"refuse\"", """
        "kind":"execute","rawInput":{"command":"make"}
        """, "no")]
    [InlineData("\"network\": \"allow\"", """
        "kind":"fetch"
        """, "yes")]
    [InlineData("\"inside\": \"refuse\"", """
        "kind":"read","locations":[{"path":"ROOT/src/a.txt"}]
        """, "no")]
    public async Task Is_allowed_what_lorch_json_says(string permissions, string call, string expected)
    {
        _stage.Permissions = permissions;

        Assert.Equal(expected, await _stage.PermitAsync(call));
    }

    [Fact]
    public async Task Is_known_by_what_it_said_of_the_call_before()
    {
        await _stage.With(new AcpStandIn().GreetsAndOpens().Hears()
            .Updates(
                """{"sessionUpdate":"tool_call","toolCallId":"c1","title":"Edit","kind":"edit","locations":[{"path":"/etc/passwd"}]}""")
            .AsksToDo("\"title\":\"Edit\"").Writes("done").Ends()).AskAsync();

        Assert.Contains("\"optionId\":\"no\"", _stage.Heard()[3].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_commands_in_the_workspace()
    {
        var answers = await _stage.ServeAsync(
            (
                "terminal/create",
                AcpStage.Shell("pwd; echo $GREETING; echo oops >&2; exit 3") + ",\"env\":[{\"name\":\"GREETING\",\"value\":\"hello\"}]"),
            ("terminal/wait_for_exit", """
                "terminalId":"terminal-1"
                """),
            ("terminal/output", """
                "terminalId":"terminal-1"
                """),
            ("terminal/release", """
                "terminalId":"terminal-1"
                """),
            ("terminal/output", """
                "terminalId":"terminal-1"
                """));

        Assert.Equal(3, answers[1].GetProperty("result").GetProperty("exitCode").GetInt32());
        var output = answers[2].GetProperty("result");
        Assert.Equal(3, output.GetProperty("exitStatus").GetProperty("exitCode").GetInt32());
        Assert.Contains($"{_stage.Root}\nhello\n", output.GetProperty("output").GetString(), StringComparison.Ordinal);
        Assert.Contains("oops", output.GetProperty("output").GetString(), StringComparison.Ordinal);
        Assert.Equal(-32002, answers[4].GetProperty("error").GetProperty("code").GetInt32());
        Assert.Contains(_stage.Records, text => text.StartsWith($"Runs for the tool: {Sh.Words()[0]}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keeps_the_end_of_what_a_command_prints()
    {
        var answers = await _stage.ServeAsync(
            ("terminal/create", """
                "command":"echo 0123456789","outputByteLimit":5
                """),
            ("terminal/wait_for_exit", """
                "terminalId":"terminal-1"
                """),
            ("terminal/output", """
                "terminalId":"terminal-1"
                """));

        Assert.Equal(
            OperatingSystem.IsWindows() ? "789\r\n" : "6789\n",
            answers[2].GetProperty("result").GetProperty("output").GetString());
        Assert.True(answers[2].GetProperty("result").GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task Leaves_no_command_behind()
    {
        var answers = await _stage.ServeAsync(
            ("terminal/create", AcpStage.Shell("sleep 1000 & sleep 1000")),
            ("terminal/output", """
                "terminalId":"terminal-1"
                """));

        Assert.False(answers[1].GetProperty("result").TryGetProperty("exitStatus", out _));
        await _stage.DisposeToolAsync();
        Assert.Empty(await _stage.ProcessesThatStayAsync());
    }

    [Theory]
    [InlineData("""
        "command":"sh","cwd":"/etc"
        """)]
    [InlineData("""
        "command":"sh","cwd":"ROOT/state"
        """)]
    public async Task Runs_no_command_elsewhere(string command)
    {
        var answers = await _stage.ServeAsync(("terminal/create", command));

        Assert.Equal(-32003, answers[0].GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Gets_no_answer_to_what_the_protocol_does_not_have()
    {
        var answers = await _stage.ServeAsync(("fs/delete_everything", "\"path\":\"/\""));

        Assert.Equal(-32601, answers[0].GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Signs_in_with_its_key()
    {
        var answer = await _stage.With(new AcpStandIn()
            .Greets(more: ""","authMethods":[{"id":"oauth","name":"Browser"},{"id":"some-api-key","name":"Key"}]""")
            .Hears().Refuses(-32000, "Authentication required")
            .Hears().Answers("{}")
            .Opens().Hears().Writes("done").Ends()).AskAsync();

        Assert.Equal("done", answer.Text);
        Assert.Equal("some-api-key", _stage.Heard()[2].GetProperty("params").GetProperty("methodId").GetString());
    }
}
