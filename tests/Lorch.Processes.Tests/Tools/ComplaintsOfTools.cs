using Lorch.Agent.Complaints;
using Lorch.Core.Tools;

namespace Lorch.Processes.Tests.Tools;

/// <summary>A complaint is named only where the words can mean nothing else: a wrong name keeps a run from being tried again.</summary>
public sealed class ComplaintsOfTools
{
    private static readonly ToolPreset Tool = ToolPresets.Get(ToolUse.TryParse("exec:tool")!, null);

    [Theory]
    [InlineData("HTTP 401 Unauthorized", "not_signed_in")]
    [InlineData("request failed: status code: 401", "not_signed_in")]
    [InlineData("Error: Invalid API key provided", "not_signed_in")]
    [InlineData("Please log in first", "not_signed_in")]
    [InlineData("Error 429", "rate_limited")]
    [InlineData("{\"type\":\"overloaded_error\"}", "rate_limited")]
    [InlineData("rate_limit_error: slow down", "rate_limited")]
    [InlineData("You exceeded your current quota", "usage_limit")]
    [InlineData("Your quota for today is exhausted", "usage_limit")]
    [InlineData("insufficient_quota", "usage_limit")]
    [InlineData("This violates our usage policies", "refused")]
    [InlineData("error: unexpected argument '--json' found", "tool_too_old")]
    [InlineData("You've hit your limit · resets 3pm", "usage_limit")]
    [InlineData("You've hit your weekly limit", "usage_limit")]
    [InlineData("5-hour limit reached ∙ resets 3pm", "usage_limit")]
    [InlineData("Reached maximum number of turns (30)", "tool_crashed")]
    [InlineData("the recursion limit was reached", "tool_crashed")]
    [InlineData("connect ECONNREFUSED 127.0.0.1:401: connection refused", "tool_crashed")]
    [InlineData("at parse (main.js:401:12)", "tool_crashed")]
    [InlineData("wrote 429 bytes, then the disk quota was not asked for", "tool_crashed")]
    [InlineData("thread safety is violated in worker 529", "tool_crashed")]
    [InlineData("cannot read 'authentication' of undefined", "tool_crashed")]
    [InlineData("loaded the API key from the environment", "tool_crashed")]
    [InlineData("git sign in hook returned 1", "tool_crashed")]
    [InlineData("overloaded_method_resolution failed", "tool_crashed")]
    public void Are_known_by_what_they_say_and_not_by_a_number_or_a_word(string complaint, string code)
    {
        var problem = ComplaintReader.Read(Tool, new ToolWords { Errors = complaint }, "ended with exit code 1", TimeProvider.System);

        Assert.Equal(code, problem.Code);
        Assert.Contains(complaint, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stand_at_the_end_of_what_a_tool_happened_to_print()
    {
        var printed = "the test for 'not logged in' passes\n"
            + string.Concat(Enumerable.Repeat("and another one\n", 20))
            + "panic: index out of range";

        Assert.Equal("tool_crashed", ComplaintReader.Read(Tool, new ToolWords { Errors = printed }, "ended", TimeProvider.System).Code);
        Assert.Equal("not_signed_in", ComplaintReader.Read(Tool, new ToolWords { Complaint = printed }, "ended", TimeProvider.System).Code);
    }

    [Fact]
    public void Are_no_complaints_in_what_a_tool_says_of_its_work()
    {
        var problem = ComplaintReader.Read(
            Tool,
            new ToolWords { Answer = "The client honours HTTP 429: it will retry after 1 s." },
            "ended",
            TimeProvider.System);

        Assert.Equal("tool_crashed", problem.Code);
        Assert.Null(problem.NotBefore);
        Assert.Contains("it will retry after 1 s", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Are_known_by_the_words_of_a_preset_wherever_the_tool_says_them()
    {
        var aider = ToolPresets.Get(ToolUse.TryParse("aider")!, null);

        Assert.Equal(
            "rate_limited",
            ComplaintReader.Read(aider, new ToolWords { Answer = "litellm.RateLimitError: slow down" }, "ended", TimeProvider.System).Code);
    }
}
