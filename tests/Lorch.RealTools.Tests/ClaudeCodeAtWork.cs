namespace Lorch.RealTools.Tests;

/// <summary>Claude Code, the real one, plays all three roles of a task by its preset; only the model behind it is a stub.</summary>
public sealed class ClaudeCodeAtWork(RealTools tools) : IAsyncDisposable
{
    private const string ClaudeCode = """
        "use": "claude-code", "env": { "ANTHROPIC_BASE_URL": "ROLE", "ANTHROPIC_API_KEY": "dummy" }
        """;

    private readonly RealProject _project = new();

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Fact]
    public async Task Completes_a_task_in_two_turns_of_review_and_is_up_to_date_afterwards()
    {
        tools.SkipUnlessThere();
        _project.Use(ClaudeCode);

        await _project.BuildAsync(succeeds: true, "-t:LorchRun");
        var again = await _project.BuildAsync(succeeds: true, "-t:LorchRun");

        Assert.Equal(
            [
                "implement", "builder.completed", "review", "review.completed changes_requested",
                "implement_changes", "builder.completed", "review", "review.completed changes_requested",
                "implement_changes", "builder.completed", "review", "review.completed approved",
                "update_spec", "spec.updated",
            ],
            _project.Story);
        Assert.Equal("hello, whole world\n", _project.Read("src/hello.txt"));
        Assert.Equal("It greets the whole world.\n", _project.Read("docs/hello.md"));
        Assert.Contains("up to date", again, StringComparison.Ordinal);
        Assert.Equal(3, _project.Stub.Prompts("builder"));
        var usage = _project.Ledger.First(
            message => message.TryGetProperty("event", out var name) && name.GetString() == "builder.completed")
            .GetProperty("payload")
            .GetProperty("usage");
        Assert.Equal(200, usage.GetProperty("input_tokens").GetInt64());
        Assert.True(usage.GetProperty("cost_usd").GetDecimal() > 0);
    }

    [Fact]
    public async Task Is_resumed_after_the_build_was_killed_in_the_middle_of_a_review()
    {
        tools.SkipUnlessThere();
        _project.Use(ClaudeCode);
        var reached = new TaskCompletionSource();
        var killed = new TaskCompletionSource();
        _project.Answer = async (role, question) =>
        {
            if (role == "reviewer" && _project.Stub.Prompts("reviewer") == 2 && reached.TrySetResult())
            {
                await killed.Task;
            }

            return _project.Play(role, question);
        };

        await _project.KillAsync(reached.Task, "-t:LorchRun");
        killed.SetResult();
        await _project.BuildAsync(succeeds: true, "-t:LorchResume");

        Assert.Equal(
            [
                "implement", "builder.completed", "review", "review.completed changes_requested",
                "implement_changes", "builder.completed", "review", "review", "review.completed changes_requested",
                "implement_changes", "builder.completed", "review", "review.completed approved",
                "update_spec", "spec.updated",
            ],
            _project.Story);
        Assert.Equal(3, _project.Stub.Prompts("builder"));
        Assert.Contains("up to date", await _project.BuildAsync(succeeds: true, "-t:LorchRun"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waits_as_long_as_the_service_says()
    {
        tools.SkipUnlessThere();
        _project.Use(ClaudeCode);
        var refusals = 0;
        _project.Answer = (role, question) => Task.FromResult(Interlocked.Increment(ref refusals) == 1
            ? new Reply.Refusal(429, "rate_limit_error", "Too many requests.") { RetryAfterSeconds = 1 }
            : _project.Play(role, question));

        await _project.BuildAsync(succeeds: true, "-t:LorchRun");

        Assert.Equal(["implement", "builder.completed"], _project.Story.Take(2));
    }

    [Theory]
    [InlineData(401, "authentication_error", "invalid x-api-key", "not_signed_in")]
    [InlineData(400, "invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum", "context_too_long")]
    [InlineData(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API.", "usage_limit")]
    public async Task Fails_with_a_code_where_the_service_refuses(int status, string kind, string message, string code)
    {
        tools.SkipUnlessThere();
        _project.Use(ClaudeCode);
        _project.Answer = (_, _) => Task.FromResult<Reply>(new Reply.Refusal(status, kind, message));

        var output = await _project.BuildAsync(succeeds: false, "-t:LorchRun");

        Assert.Equal(["implement", "error"], _project.Story);
        Assert.Equal(
            code,
            _project.Ledger.Last(line => line.TryGetProperty("event", out var name) && name.GetString() == "error")
                .GetProperty("payload")
                .GetProperty("code")
                .GetString());
        Assert.Contains("LORCH3", output, StringComparison.Ordinal);
    }
}
