using Lorch.Core.Tools;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Tools;

/// <summary>
/// What a tool means by its end: its own result first, then how its process ended; a process that lives on, or somebody who holds its
/// pipes, costs nothing.
/// </summary>
public sealed class EndsOfATool : IDisposable
{
    private const string Done = """{"type":"result","subtype":"success","is_error":false,"result":"Done."}""";

    private readonly ExecStage _stage = new();
    private readonly Holder _holder = new();

    /// <summary>Gets a preset and what such a tool prints when it is done, as lines of shell.</summary>
    public static TheoryData<string, string> Results { get; } = new()
    {
        { "claude-code", $"echo '{Done}'" },
        {
            "codex",
            """echo '{"type":"item.completed","item":{"type":"agent_message","text":"Done."}}'; echo '{"type":"turn.completed","usage":{}}'"""
        },
        { "gemini", """echo '{"type":"message","role":"assistant","content":"Done."}'; echo '{"type":"result","status":"success"}'""" },
        { "copilot", """echo '{"type":"assistant.message","data":{"content":"Done."}}'; echo '{"type":"result","exitCode":0}'""" },
        { "opencode", """echo '{"type":"text","part":{"text":"Done."}}'; echo '{"type":"step_finish","part":{"reason":"stop"}}'""" },
    };

    public void Dispose()
    {
        _holder.Dispose();
        _stage.Dispose();
    }

    [Theory]
    [MemberData(nameof(Results))]
    public async Task Are_accepted_where_the_result_is_there_and_the_process_lives_on(string preset, string prints)
    {
        var answer = await _stage.AskAsync(preset, $"{prints}; exec sleep 60");

        Assert.Null(answer.Problem);
        Assert.Equal("Done.", answer.Text);
        Assert.Contains("after its result was there", Assert.Single(_stage.Records), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Results))]
    public async Task Are_accepted_where_the_result_is_there_and_the_exit_code_says_otherwise(string preset, string prints)
    {
        var answer = await _stage.AskAsync(preset, $"{prints}; echo 'telemetry failed' >&2; exit 1");

        Assert.Null(answer.Problem);
        Assert.Equal("Done.", answer.Text);
        Assert.Contains("exit code 1", Assert.Single(_stage.Records), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kill -KILL $$")]
    [InlineData("trap '' TERM; while :; do sleep 60; done")]
    [InlineData("sleep 60 & sleep 60")]
    [InlineData("exec sleep 60 > /dev/null 2>&1")]
    public async Task Are_accepted_however_the_process_has_to_be_ended(string shell)
    {
        var answer = await _stage.AskAsync("claude-code", $"echo '{Done}'; {shell}");

        Assert.Null(answer.Problem);
        Assert.Equal("Done.", answer.Text);
    }

    [Theory]
    [InlineData("""echo '{"say":"Done."}'""")]
    [InlineData("""echo 'Loaded it.'; printf '{\n  "say": "Done."\n}\n'""")]
    public async Task Are_accepted_of_a_tool_that_prints_one_value_and_lives_on(string prints)
    {
        var answer = await _stage.AskAsync("text", $"{prints}; exec sleep 60", """{"output":"json","rules":[{"answer":"say"}]}""");

        Assert.Null(answer.Problem);
        Assert.Equal("Done.", answer.Text);
    }

    [Theory]
    [InlineData("json", """printf '{"say":"Done.","tokens":7}'""", "exec sleep 60")]
    [InlineData("json", """printf 'Loaded it.\n{\n  "say": "Done.",\n  "tokens": 7\n}'""", "exec sleep 60")]
    [InlineData("stream-json", """printf '{"say":"Done.","tokens":7,"end":true}'""", "exec sleep 60")]
    [InlineData("stream-json", """echo '{"tokens":3}'; printf '{"say":"Done.","tokens":4,"end":true}'""", "exec sleep 60")]
    [InlineData("stream-json", """printf '{"say":"Done.",'; sleep 0.2; printf '"tokens":7,"end":true}'""", "exec sleep 60")]
    [InlineData("json", """printf '{"say":"Done.","tokens":7}'""", "sleep 0.2; echo")]
    [InlineData("stream-json", """printf '{"say":"Done.","tokens":7,"end":true}'""", "sleep 0.2; echo; exec sleep 60")]
    [InlineData("stream-json", """printf '{"say":"Done.","tokens":7,"end":true}'""", "sleep 0.2; printf '\\r\\n'")]
    [InlineData("json", """printf '{"say":"Done.","tokens":7}'""", "sleep 0.2")]
    [InlineData("stream-json", """printf '{"say":"Done.","tokens":7,"end":true}'""", "sleep 0.2")]
    [InlineData("stream-json", """printf '{"say":"Done.","tokens":7,"end":true}'""", "exec sleep 60 > /dev/null 2>&1")]
    public async Task Are_accepted_once_where_the_result_ends_no_line(string form, string prints, string shell)
    {
        _stage.Timeout = TimeSpan.FromSeconds(8);
        var rule = """{"answer":"say","input_tokens":["tokens"]},{"when":{"end":"true"},"end":"done"}""";

        var answer = await _stage.AskAsync("text", $"{prints}; {shell}", $$"""{"output":"{{form}}","rules":[{{rule}}]}""");

        Assert.Null(answer.Problem);
        Assert.Equal("Done.", answer.Text);
        Assert.Equal(7, answer.Usage.InputTokens);
    }

    [Theory]
    [InlineData("text", "echo Done.")]
    [InlineData("text", "printf Done.")]
    [InlineData("json", """echo '[1] {"say":"Done."}'""")]
    [InlineData("stream-json", """printf '{"say":"Done."}'""")]
    public async Task Are_accepted_of_a_tool_that_closes_its_output_and_lives_on(string form, string prints)
    {
        Sh.SkipWhereItsOutputStaysOpen();
        _stage.Timeout = TimeSpan.FromSeconds(4);
        _stage.Prompt = new string('x', 1_000_000);

        var answer = await _stage.AskAsync(
            "text",
            $"{prints}; exec sleep 60 > /dev/null 2>&1",
            $$"""{"output":"{{form}}","rules":[{"answer":"say"}]}""");

        Assert.Null(answer.Problem);
        Assert.Equal("Done.", answer.Text);
        Assert.Contains("after its result was there", Assert.Single(_stage.Records), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo Done.; exec 2>&-; sleep 0.8; echo Really done.", "Done.\nReally done.")]
    [InlineData("echo Done.; exec >&-; sleep 0.8; kill -KILL $$", null)]
    [InlineData("echo Done.; exec >&- 2>&-; exit 1", null)]
    [InlineData("exec > /dev/null 2>&1; sleep 0.8; exit 1", null)]
    public async Task Are_waited_for_where_more_may_be_said_or_nothing_was(string shell, string? text)
    {
        // A tenth of a second is a second here, and the grace is five.
        var answer = await _stage.AskAsync("text", shell);

        Assert.Equal(text is null, answer.Problem is not null);
        Assert.Equal(text ?? "", answer.Text);
        Assert.Empty(_stage.Records);
    }

    [Fact]
    public async Task Come_before_the_deadline()
    {
        _stage.Timeout = TimeSpan.FromSeconds(2);

        var answer = await _stage.AskAsync("claude-code", $"echo '{Done}'; exec sleep 60");

        Assert.Equal("Done.", answer.Text);
    }

    [Fact]
    public async Task Are_waited_for_where_the_tool_goes_on_working()
    {
        // A tenth of a second is a second here, and the grace is five.
        var more = """echo '{"type":"assistant","message":{"content":[{"type":"text","text":"There is more."}]}}'""";

        var answer = await _stage.AskAsync(
            "claude-code",
            $"echo '{Done}'; {more}; sleep 0.8; echo '{Done.Replace("Done.", "Really done.", StringComparison.Ordinal)}'");

        Assert.Equal("Really done.", answer.Text);
        Assert.Empty(_stage.Records);
    }

    [Theory]
    [InlineData("")]
    [InlineData("> /dev/null")]
    [InlineData("2> /dev/null")]
    public async Task Do_not_wait_for_a_daemon_that_holds_a_pipe(string redirection)
    {
        var answer = await _stage.AskAsync("text", $"{_holder.StartWith(redirection)} echo Done.");

        Assert.Null(answer.Problem);
        Assert.Equal("Done.", answer.Text);
        Assert.True(_holder.Holds);
    }

    [Fact]
    public async Task Do_not_wait_for_a_daemon_that_goes_on_printing()
    {
        var answer = await _stage.AskAsync("text", "echo Done.; (env -i setsid sh -c 'while echo noise; do sleep 0.05; done' &)");

        Assert.StartsWith("Done.", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Do_not_wait_for_a_daemon_that_holds_what_the_tool_did_not_read()
    {
        _stage.Prompt = new string('x', 1_000_000);

        var answer = await _stage.AskAsync("text", $"{_holder.StartWith("> /dev/null 2>&1")} echo Done.");

        Assert.Equal("Done.", answer.Text);
        Assert.True(_holder.Holds);
    }

    [Theory]
    [InlineData("exit 0", null)]
    [InlineData("echo 'two tests fail'; exit 1", "two tests fail")]
    public async Task Do_not_wait_for_a_daemon_of_a_test(string shell, string? failure)
    {
        // The pipes are held for longer than the test may take.
        var said = await _stage.VerifyAsync($"{_holder.Start} {shell}", TimeSpan.FromSeconds(60));

        Assert.Equal(failure is null, said is null);
        Assert.Contains(failure ?? "", said ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("didn't end within", said ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "claude-code", """{"type":"result","subtype":"error_max_turns","is_error":false,"num_turns":31,"errors":[]}""", 0, "tool_crashed",
        "error_max_turns")]
    [InlineData(
        "claude-code",
        """{"type":"result","subtype":"error_max_turns","is_error":true,"errors":["Reached maximum number of turns (30)"]}""", 1,
        "tool_crashed", "Reached maximum number of turns (30)")]
    [InlineData(
        "claude-code", """{"type":"result","subtype":"error_during_execution","is_error":false}""", 0, "tool_crashed",
        "error_during_execution")]
    [InlineData(
        "claude-code", """{"type":"result","subtype":"error_max_budget_usd","is_error":true}""", 1, "usage_limit", "error_max_budget_usd")]
    [InlineData(
        "claude-code", """{"type":"result","subtype":"success","is_error":false,"result":"half","stop_reason":"max_tokens"}""", 0,
        "context_too_long", "max_tokens")]
    [InlineData(
        "claude-code", """{"type":"result","subtype":"success","is_error":false,"result":"no","stop_reason":"refusal"}""", 0, "refused",
        "refusal")]
    [InlineData(
        "claude-code", """{"type":"result","subtype":"success","is_error":false,"result":"half","terminal_reason":"max_turns"}""", 0,
        "tool_crashed", "max_turns")]
    [InlineData("claude-code", """{"type":"result","is_error":true}""", 0, "tool_crashed", "is_error")]
    [InlineData(
        "claude-code", """{"type":"assistant","message":{"content":[{"type":"text","text":"I begin."}]}}""", 0, "empty_answer",
        "without its result; it said: I begin.")]
    [InlineData(
        "claude-code", """{"type":"assistant","message":{"content":[{"type":"text","text":"I give up."}]}}""", 1, "tool_crashed",
        "it said: I give up.")]
    [InlineData("claude-code", """{"type":"novelty","words":"out of order"}""", 1, "tool_crashed", "out of order")]
    [InlineData("codex", """{"type":"turn.failed","error":{"message":"stream disconnected"}}""", 0, "tool_crashed", "stream disconnected")]
    [InlineData("codex", """{"type":"turn.failed"}""", 0, "tool_crashed", "turn.failed")]
    [InlineData("codex", """{"type":"error","message":"no such model"}""", 1, "tool_crashed", "no such model")]
    [InlineData("codex", """{"type":"turn.started"}""", 0, "empty_answer", "without its result")]
    [InlineData(
        "gemini",
        """{"type":"error","severity":"error","message":"Maximum session turns exceeded"}|{"type":"result","status":"success"}""", 0,
        "tool_crashed", "Maximum session turns exceeded")]
    [InlineData(
        "gemini",
        """{"type":"error","severity":"warning","message":"Loop detected, stopping execution"}|{"type":"result","status":"success"}""", 0,
        "tool_crashed", "Loop detected")]
    [InlineData(
        "gemini", """{"type":"result","status":"error","error":{"type":"FatalTurnLimitedError","message":"Reached max session turns"}}""",
        53, "tool_crashed", "Reached max session turns")]
    [InlineData("gemini", """{"type":"result","status":"cancelled"}""", 0, "tool_crashed", "cancelled")]
    [InlineData(
        "copilot",
        """{"type":"assistant.message","data":{"content":"I begin."}}|{"type":"abort","data":{"reason":"user initiated"}}|{"type":"result","exitCode":0}""",
        0, "tool_crashed", "user initiated")]
    [InlineData(
        "copilot", """{"type":"assistant.message","data":{"content":"I begin."}}|{"type":"result","exitCode":1}""", 0, "tool_crashed",
        "I begin.")]
    [InlineData(
        "opencode", """{"type":"text","part":{"text":"I begin."}}|{"type":"step_finish","part":{"reason":"length"}}""", 0, "tool_crashed",
        "length")]
    [InlineData("opencode", """{"type":"error","error":{"name":"UnknownError"}}""", 0, "tool_crashed", "UnknownError")]
    [InlineData("opencode", """{"type":"error","error":"out of order"}""", 0, "tool_crashed", "out of order")]
    public async Task Are_not_taken_for_done_where_the_tool_says_otherwise(
        string preset,
        string lines,
        int exitCode,
        string code,
        string words)
    {
        var answer = await _stage.AskAsync(preset, string.Concat(lines.Split('|').Select(line => $"echo '{line}'; ")) + $"exit {exitCode}");

        Assert.Equal(code, answer.Problem?.Code);
        Assert.Contains(words, answer.Problem!.Message, StringComparison.Ordinal);
        Assert.Equal("", answer.Text);
    }

    [Fact]
    public async Task Are_not_waited_for_after_a_failure_either()
    {
        var answer = await _stage.AskAsync(
            "claude-code",
            """echo '{"type":"result","subtype":"error_max_turns","is_error":true}'; exec sleep 60""");

        Assert.Equal("tool_crashed", answer.Problem?.Code);
        Assert.Contains("didn't end by itself", answer.Problem!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "echo 'I made it honour HTTP 429 (too many requests): it will retry after 1 s.'; exit 1", "tool_crashed",
        "it will retry after 1 s", null)]
    [InlineData("echo 'rate limit, retry after 1 s'; echo 'cannot read x' >&2; exit 1", "tool_crashed", "cannot read x", null)]
    [InlineData("echo 'rate limit reached, try again in 3 days' >&2; exit 1", "rate_limited", "3 days", 3)]
    [InlineData("exit 3", "tool_crashed", "it said nothing", null)]
    [InlineData("echo 'half a word'; kill -SEGV $$", "tool_crashed", "half a word", null)]
    public async Task Are_explained_by_what_the_tool_said(string shell, string code, string words, int? days)
    {
        var answer = await _stage.AskAsync("text", shell);

        Assert.Equal(code, answer.Problem?.Code);
        Assert.Contains(words, answer.Problem!.Message, StringComparison.Ordinal);
        Assert.Equal(days, (int?)(answer.Problem.NotBefore - TimeProvider.System.GetUtcNow())?.TotalDays is { } whole ? whole + 1 : null);
    }

    [Fact]
    public async Task Keep_the_last_words_of_a_tool_that_gives_no_answer()
    {
        var answer = await _stage.AskAsync("text", "echo 'no model is set' >&2");

        Assert.Null(answer.Problem);
        Assert.Equal("", answer.Text);
        Assert.Contains("no model is set", answer.LastWords, StringComparison.Ordinal);
    }

    [Fact]
    public void Are_known_of_every_preset_that_prints_json() => Assert.All(
        ToolUse.Presets.Select(name => ToolPresets.Get(ToolUse.TryParse(name)!, null))
            .Where(preset => preset.Output is not ToolOutputForm.Text),
        preset => Assert.Equal(
            [ToolEnd.Done, ToolEnd.Failed],
            preset.Rules!.Select(rule => rule.End).OfType<ToolEnd>().Distinct().Order()));
}
