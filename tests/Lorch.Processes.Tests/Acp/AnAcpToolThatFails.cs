using Lorch.Agent.Working;

namespace Lorch.Processes.Tests.Acp;

/// <summary>
/// Whatever a tool that speaks the Agent Client Protocol does wrong, the run ends with a code and a sentence, and nothing hangs.
/// </summary>
public sealed class AnAcpToolThatFails : IAsyncDisposable
{
    private readonly AcpStage _stage = new();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory]
    [InlineData("refusal", "refused")]
    [InlineData("max_tokens", "context_too_long")]
    [InlineData("max_turn_requests", "tool_crashed")]
    [InlineData("cancelled", "tool_crashed")]
    [InlineData("whatever", "tool_crashed")]
    public async Task Ends_its_turn_without_an_answer(string stopReason, string code)
    {
        var problem = await FailAsync(new AcpStandIn().GreetsAndOpens().Hears().Writes("No.").Ends(stopReason));

        Assert.Equal(code, problem.Code);
    }

    [Theory]
    [InlineData(-32000, "Authentication required", "not_signed_in")]
    [InlineData(429, "Too many requests: rate limit reached, retry after 3600 seconds", "rate_limited")]
    [InlineData(-32603, "something else", "tool_crashed")]
    public async Task Answers_with_an_error(int number, string message, string code)
    {
        var problem = await FailAsync(new AcpStandIn().GreetsAndOpens().Hears().Refuses(number, message));

        Assert.Equal(code, problem.Code);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_nothing_at_all()
    {
        var problem = await FailAsync(new AcpStandIn().GreetsAndOpens().Hears().Ends());

        Assert.Equal("empty_answer", problem.Code);
    }

    [Fact]
    public async Task Dies_in_the_middle_of_a_turn()
    {
        var problem = await FailAsync(new AcpStandIn().GreetsAndOpens().Hears().Runs("echo 'out of memory' >&2; exit 7"));

        Assert.Equal("tool_crashed", problem.Code);
        Assert.Contains("exit code 7", problem.Message, StringComparison.Ordinal);
        Assert.Contains("out of memory", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dies_a_while_after_its_last_word()
    {
        var problem = await FailAsync(new AcpStandIn().GreetsAndOpens().Hears().Runs("exec 1>&-; sleep 0.1; exit 7"));

        Assert.Contains("exit code 7", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Speaks_another_version_of_the_protocol()
    {
        var problem = await FailAsync(new AcpStandIn().Hears().Answers("""{"protocolVersion":99}"""));

        Assert.Contains("version 99", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prints_what_is_no_message_between_its_messages()
    {
        var answer = await _stage.With(new AcpStandIn()
            .Says(
                "Welcome!").Says(
                    "{\"half\":").Says(
                        "[1]").Says("{}").Says("""{"jsonrpc":"2.0","id":77,"result":{}}""").Says("""{"jsonrpc":"2.0","id":1,"id":2}""")
            .GreetsAndOpens().Hears().Writes("done").Ends()).AskAsync();

        Assert.Equal("done", answer.Text);
        Assert.Equal(6, _stage.Lines.Count(line => line.StartsWith("A line of the tool was left out", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Prints_nothing_but_nonsense()
    {
        var problem = await FailAsync(new AcpStandIn().Runs("yes nonsense"));

        Assert.Contains("no JSON-RPC messages", problem.Message, StringComparison.Ordinal);
        Assert.Empty(await _stage.ProcessesThatStayAsync());
    }

    [Fact]
    public async Task Floods_the_agent_with_updates()
    {
        var update =
            """{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s1","update":{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"0123456789012345678901234567890123456789012345678901234567890123456789\n"}}}}""";

        var answer = await _stage.With(
            new AcpStandIn().GreetsAndOpens().Hears().Runs($"yes '{update}' | head -n 20000").Writes("done").Ends())
            .AskAsync();

        Assert.EndsWith("done", answer.Text, StringComparison.Ordinal);
        Assert.InRange(answer.Text.Length, 1, 1024 * 1024);
    }

    [Fact]
    public async Task Asks_for_more_at_once_than_is_served()
    {
        var asking = """{"jsonrpc":"2.0","id":7,"method":"fs/read_text_file","params":{"sessionId":"s1","path":"/etc/passwd"}}""";

        var answer = await _stage.With(
            new AcpStandIn().GreetsAndOpens().Hears().Runs($"yes '{asking}' | head -n 5000").Writes("done").Ends())
            .AskAsync();

        Assert.Equal("done", answer.Text);
        Assert.InRange(_stage.Records.Count, 1, 201);
    }

    [Fact]
    public async Task Does_not_say_hello()
    {
        _stage.Patience = TimeSpan.FromSeconds(0.2);

        var problem = await FailAsync(new AcpStandIn().Hears());

        Assert.Contains("didn't answer 'initialize'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Never_answers_and_does_not_want_to_end()
    {
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(_stage.Token);
        var asking = _stage.With(
            new AcpStandIn().GreetsAndOpens().Hears().Runs("trap '' TERM; echo > \"$NOTES/deaf\"; while :; do sleep 1000; done"))
            .AskAsync(impatient.Token);
        await _stage.NotedAsync("deaf");

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Empty(await _stage.ProcessesThatStayAsync());
    }

    [Fact]
    public async Task Is_told_when_nobody_waits_for_its_answer_any_more()
    {
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(_stage.Token);
        var asking = _stage.With(new AcpStandIn().GreetsAndOpens().Hears().Runs("echo > \"$NOTES/asked\"").Hears().Ends("cancelled"))
            .AskAsync(impatient.Token);
        await _stage.NotedAsync("asked");

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal("session/cancel", _stage.Heard()[3].GetProperty("method").GetString());
        Assert.Empty(await _stage.ProcessesThatStayAsync());
    }

    [Fact]
    public async Task Goes_on_with_its_session_after_a_crash()
    {
        await FailAsync(new AcpStandIn().Greets("""{"loadSession":true}""").Opens().Hears().Runs("exit 1"));

        var answer = await _stage.With(new AcpStandIn().Greets("""{"loadSession":true}""").Hears()
            .Writes("old words that are replayed").Answers("{}").Hears().Writes("done").Ends()).AskAsync();

        Assert.Equal("done", answer.Text);
        Assert.Equal(["initialize", "session/new", "session/prompt", "initialize", "session/load", "session/prompt"], _stage.Methods());
        Assert.Equal("s1", _stage.Heard()[4].GetProperty("params").GetProperty("sessionId").GetString());
    }

    [Fact]
    public async Task Begins_anew_when_it_does_not_find_its_session()
    {
        await FailAsync(new AcpStandIn().Greets("""{"loadSession":true}""").Opens().Hears().Runs("exit 1"));

        var answer = await _stage.With(new AcpStandIn().Greets("""{"loadSession":true}""").Hears().Refuses(-32603, "no such session")
            .Opens().Hears().Writes("done").Ends()).AskAsync();

        Assert.Equal("done", answer.Text);
        Assert.Equal(
            ["initialize", "session/new", "session/prompt", "initialize", "session/load", "session/new", "session/prompt"],
            _stage.Methods());
    }

    [Fact]
    public async Task Begins_anew_when_it_refused_before()
    {
        await FailAsync(new AcpStandIn().GreetsAndOpens().Hears().Ends("refusal").Opens("s2").Hears().Writes("done", "s2").Ends());

        var answer = await _stage.AskAsync();

        Assert.Equal("done", answer.Text);
        Assert.Equal(["initialize", "session/new", "session/prompt", "session/new", "session/prompt"], _stage.Methods());
    }

    private async Task<ToolProblem> FailAsync(AcpStandIn tool)
    {
        var answer = await _stage.With(tool).AskAsync();

        Assert.NotNull(answer.Problem);
        return answer.Problem;
    }
}
