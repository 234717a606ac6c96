using Lorch.Core;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Tools;

/// <summary>Each way in which a coding tool fails has a reason of its own, which says what to do.</summary>
public sealed class AToolThatFails : IDisposable
{
    private readonly ToolRun _run = new();

    public void Dispose() => _run.Dispose();

    [LongSet]
    [Theory]
    [InlineData("echo 'HTTP 401 Unauthorized' >&2; exit 1", DiagnosticCode.ToolNotSignedIn, "not_signed_in", false)]
    [InlineData("echo 'You have reached your usage limit' >&2; exit 1", DiagnosticCode.ToolLimitReached, "usage_limit", true)]
    [InlineData("echo 'Error 429: too many requests' >&2; exit 1", DiagnosticCode.ToolLimitReached, "rate_limited", true)]
    [InlineData("echo 'This exceeds the context window' >&2; exit 1", DiagnosticCode.ContextTooLong, "context_too_long", false)]
    [InlineData("echo 'This violates our content policy' >&2; exit 1", DiagnosticCode.ToolRefused, "refused", false)]
    [InlineData("echo \"error: unexpected argument '--json' found\" >&2; exit 2", DiagnosticCode.ToolTooOld, "tool_too_old", false)]
    [InlineData("echo 'Segmentation fault' >&2; kill -SEGV $$", DiagnosticCode.ToolCrashed, "tool_crashed", true)]
    [InlineData("echo 'please log in' >&2; kill -KILL $$", DiagnosticCode.ToolCrashed, "tool_crashed", true)]
    [InlineData("exit 7", DiagnosticCode.ToolCrashed, "tool_crashed", true)]
    [InlineData("cat > /dev/null", DiagnosticCode.EmptyAnswer, "empty_answer", true)]
    public async Task Says_why(string shell, string code, string reason, bool isRetriable)
    {
        LongTests.SkipUnlessAsked(reason is not ("usage_limit" or "tool_crashed"));
        Assert.SkipWhen(OperatingSystem.IsWindows() && shell.Contains("KILL", StringComparison.Ordinal), "Windows has no signals.");
        _run.Tool("builder", shell);

        var result = await _run.WorkAsync();

        Assert.Equal(code, ToolRun.ErrorOf(result).Code);
        var payload = _run.LastPayload(result);
        Assert.Equal(reason, payload.GetProperty("code").GetString());
        Assert.Equal(isRetriable, payload.GetProperty("retriable").GetBoolean());
    }

    [Fact]
    public async Task Is_missed_before_anything_is_started_and_paid_for()
    {
        _run.Reviewer = "\"use\": \"opencode\"";

        var refused = await Assert.ThrowsAsync<LorchException>(() => _run.WorkAsync());

        Assert.Equal(DiagnosticCode.ToolNotFound, refused.Diagnostic.Code);
        Assert.Contains("npm install -g opencode-ai", refused.Diagnostic.Message, StringComparison.Ordinal);
        Assert.False(_run.Exists("src/hello.txt"));
    }

    [LongSet]
    [Fact]
    public async Task Is_asked_again_after_the_time_that_it_says()
    {
        LongTests.SkipUnlessAsked();
        _run.Tool("builder", """
            if test -f "$NOTES/asked"; then mkdir -p src; echo hello > src/hello.txt; echo done; exit 0; fi
            touch "$NOTES/asked"; echo 'rate limit reached, try again in 20ms' >&2; exit 1
            """);
        _run.Policy = "\"retry\": { \"max_attempts\": 2 }";

        var result = await _run.WorkAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(["implement", "error", "implement", "builder.completed"], _run.Story(result).Take(4));
        Assert.True(_run.Answers(result)[0].Payload!.Value.TryGetProperty("not_before", out _));
    }

    [Fact]
    public async Task Is_not_waited_for_beyond_the_deadline()
    {
        _run.Tool("builder", "echo 'usage limit reached|2051222400' >&2; exit 1");
        _run.Policy = "\"retry\": { \"max_attempts\": 3 }";

        var result = await _run.WorkAsync();

        Assert.Equal(["implement", "error"], _run.Story(result));
        Assert.Contains("2035-01-01T00:00", ToolRun.ErrorOf(result).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_asked_once_more_for_a_verdict_that_can_not_be_read()
    {
        _run.Tool("reviewer", """
            cat > "$NOTES/asked"
            if test -f "$NOTES/before"; then printf '```json\n{"verdict":"approved","findings":[]}\n```\n'; exit 0; fi
            touch "$NOTES/before"; echo 'It is fine, I approve.'
            """);

        var result = await _run.WorkAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Contains("there is no fenced block of JSON in it", _run.Note("asked"), StringComparison.Ordinal);
        Assert.Contains("It is fine, I approve.", _run.Note("asked"), StringComparison.Ordinal);
    }

    [LongSet]
    [Theory]
    [InlineData("echo 'It is fine.'", "there is no fenced block of JSON in it")]
    [InlineData("printf '```json\\n{\"verdict\":\"fine\",\"findings\":[]}\\n```\\n'", "'fine' is not valid")]
    [InlineData("printf '```json\\n{\"verdict\":\"updated\",\"findings\":[]}\\n```\\n'", "expected is one of approved, changes_requested")]
    [InlineData("printf '```json\\n{\"verdict\":\"approved\",\"findings\":[],\"score\":10}\\n```\\n'", "score")]
    public async Task Has_its_attempt_failed_by_a_verdict_that_can_not_be_read_twice(string shell, string problem)
    {
        LongTests.SkipUnlessAsked(problem is not "score");
        _run.Tool("reviewer", shell);

        var result = await _run.WorkAsync();

        var error = ToolRun.ErrorOf(result);
        Assert.Equal(DiagnosticCode.VerdictUnreadable, error.Code);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_ended_with_all_that_it_started_when_its_time_is_up()
    {
        _run.Tool("builder", "sleep 600 & sleep 600");
        _run.Builder = "\"use\": \"exec:builder\", \"timeouts_s\": { \"implement\": 1 }";

        var result = await _run.WorkAsync();

        Assert.Equal(DiagnosticCode.DeadlineExceeded, ToolRun.ErrorOf(result).Code);
        Assert.Empty(await _run.ProcessesThatStayAsync());
    }
}
