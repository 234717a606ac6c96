using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;

namespace Lorch.Processes.Tests.Tools;

/// <summary>Agents that a task chooses by name, and agents that aren't there.</summary>
public sealed class AgentsWithNames : IDisposable
{
    private readonly ToolRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Work_with_their_own_tool_and_settings_and_know_their_name()
    {
        _run.Tool(
            "fast",
            """echo "$LORCH_AGENT_TYPE $LORCH_AGENT_NAME $*" >> "$NOTES/asked"; mkdir -p lib; echo hello > lib/hello.txt; echo done""");
        _run.Tool("careful", """echo "$LORCH_AGENT_TYPE $LORCH_AGENT_NAME $*" >> "$NOTES/asked"; """ + ToolRun.Approved);
        _run.Tool("maintainer", """echo "$LORCH_AGENT_TYPE $LORCH_AGENT_NAME $*" >> "$NOTES/asked"; """ + ToolRun.NothingNeeded);
        _run.Named =
            """ "fast": { "use": "exec:fast", "args": ["-x"], "produces": ["lib/**", "src/**"] }, "careful": { "use": "exec:careful", "args": ["-y"] } """;
        _run.TaskMembers = """, "agents": { "builder": "fast", "reviewer": "careful" } """;
        _run.TaskStart = """{ "id": "T-1", "inputs": ["specs/**"]""";

        var result = await _run.WorkAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal("builder fast -x\nreviewer careful -y\nspec_maintainer  \n", _run.Note("asked"));
        Assert.True((await _run.JudgeAsync()).IsUpToDate);
        var page = await _run.PageAsync(result);
        Assert.Contains("<span>builder fast</span>", page, StringComparison.Ordinal);
        Assert.Contains("<span>reviewer careful</span>", page, StringComparison.Ordinal);
        Assert.Contains("<span>spec maintainer</span>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_looked_at_as_far_as_a_task_has_them()
    {
        _run.Named = """ "fast": { "use": "exec:builder" }, "unused": { "use": "exec:no-such-tool" } """;
        _run.TaskMembers = """, "agents": { "builder": "fast" } """;

        var found = await _run.CheckAgentsAsync();

        Assert.Equal(
            ["builder ", "builder fast", "reviewer ", "spec_maintainer "],
            found.Select(agent => $"{agent.AgentType.WireName} {agent.Name}"));
        Assert.All(found, agent => Assert.Null(agent.Problem));
        Assert.Equal(["", "fast", "", ""], (await _run.StatusAsync()).Tools!.Select(tool => tool.Name ?? ""));
    }

    [Fact]
    public async Task That_are_missing_are_never_started_and_the_tests_alone_decide()
    {
        (_run.Reviewer, _run.Maintainer) = ("", "");
        _run.Tool("check", "grep -q world src/hello.txt");
        _run.TaskMembers = """, "verify": [{ "cmd": ["check"] }] """;
        _run.Policy = "\"on_failing_tests\": \"changes\"";
        _run.Tool("builder", """
            mkdir -p src; if test -f src/hello.txt; then echo 'hello, world' > src/hello.txt; else echo hello > src/hello.txt; fi; echo done
            """);

        var result = await _run.WorkAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(["implement", "builder.completed", "implement_changes", "builder.completed"], _run.Story(result));
        Assert.Single(_run.Ledger(result).OfType<Event>(), said => said.Name is EventName.AgentStarted);
        Assert.True((await _run.JudgeAsync()).IsUpToDate);
    }
}
