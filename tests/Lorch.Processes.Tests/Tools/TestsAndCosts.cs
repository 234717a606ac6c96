using Lorch.Core;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;

namespace Lorch.Processes.Tests.Tools;

/// <summary>Tests decide whether what was built is right, and a budget whether there is more work.</summary>
public sealed class TestsAndCosts : IDisposable
{
    private readonly ToolRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Go_back_to_the_builder_with_what_failed()
    {
        _run.Tool("builder", """
            cat > "$NOTES/asked"; mkdir -p src
            if test -f src/hello.txt; then echo 'hello, world' > src/hello.txt; else echo hello > src/hello.txt; fi; echo done
            """);
        _run.Tool("check", "grep -q world src/hello.txt || { echo \"expected a world, with $PLANTED_API_KEY\"; exit 3; }");
        _run.Tool("fine", "true");
        _run.TaskMembers = """, "verify": [{ "cmd": ["fine"] }, { "cmd": ["check"], "timeout_s": 30 }] """;
        _run.Policy = "\"on_failing_tests\": \"changes\"";

        var result = await _run.WorkAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(
            ["implement", "implement_changes", "review", "update_spec"],
            _run.Ledger(result).OfType<Command>().Select(command => command.Action.WireName));
        var asked = _run.Note("asked");
        Assert.Contains("`check` failed with exit code 3", asked, StringComparison.Ordinal);
        Assert.Contains("expected a world", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-planted", asked, StringComparison.Ordinal);
        Assert.Equal(
            ["fail", "pass"],
            _run.Answers(result)
                .Where(answer => answer.Name is EventName.BuilderCompleted)
                .Select(answer => answer.Payload!.Value.GetProperty("tests").GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Fail_the_run_where_nothing_else_is_said()
    {
        _run.Tool("dawdle", "sleep 600");
        _run.TaskMembers = """, "verify": [{ "cmd": ["dawdle"], "timeout_s": 0.2 }] """;

        var result = await _run.WorkAsync();

        Assert.Equal(DiagnosticCode.TestsFailed, ToolRun.ErrorOf(result).Code);
        Assert.Contains("didn't end within 0.2 s", ToolRun.ErrorOf(result).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_a_run_before_its_next_command_and_let_it_go_on_when_there_is_more_to_spend()
    {
        _run.Builder = """
            "use": "exec:builder", "preset": { "output": "json", "rules": [{ "answer": "text", "input_tokens": ["in"], "output_tokens": ["out"], "cost_usd": "usd" }] }
            """;
        _run.Tool("builder", """mkdir -p src; echo hello > src/hello.txt; echo '{"text":"done","in":90,"out":20,"usd":0.25}'""");
        _run.Policy = "\"budget\": { \"tokens\": 100 }";

        var stopped = await _run.WorkAsync();
        var story = _run.Story(stopped);
        _run.Policy = "\"budget\": { \"tokens\": 200 }";
        var completed = await _run.WorkAsync();

        Assert.Equal(DiagnosticCode.BudgetUsedUp, ToolRun.ErrorOf(stopped).Code);
        Assert.Contains("110 tokens", ToolRun.ErrorOf(stopped).Message, StringComparison.Ordinal);
        Assert.Equal(["implement", "builder.completed"], story);
        Assert.Equal(RunOutcome.Completed, completed.Outcome);
        Assert.Equal(stopped.RunId, completed.RunId);
        Assert.Single(_run.Story(completed), word => word == "implement");
    }
}
