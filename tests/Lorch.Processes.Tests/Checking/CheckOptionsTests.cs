using Lorch.Agent.Checking;
using Lorch.Agent.Talking;
using Lorch.Core.Protocol;

namespace Lorch.Processes.Tests.Checking;

public sealed class CheckOptionsTests
{
    [Fact]
    public void Have_defaults()
    {
        var options = CheckOptions.Parse(["--", "agent", "--json", "--"]);

        Assert.Equal(AgentType.Builder, options.Type);
        Assert.Equal([AgentAction.Implement, AgentAction.ImplementChanges], options.Actions);
        Assert.Equal((TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(10)), (options.Timeout, options.HeartbeatInterval));
        Assert.Equal("src/lorch-check.txt", options.Output.ToString());
        Assert.Equal((false, false), (options.AsJson, options.KeepsWorkspace));
        Assert.Equal(["agent", "--json", "--"], options.Agent);
    }

    [Fact]
    public void Know_who_is_asked_for_an_action() =>
        Assert.Equal(AgentType.SpecMaintainer, CheckOptions.Parse(["--action", "update_spec", "--", "agent"]).Type);

    [Theory]
    [InlineData("", "the agent's command is missing")]
    [InlineData("python3 agent.py", "after two dashes")]
    [InlineData("--json --", "the agent's command is missing")]
    [InlineData("--tpe builder -- a", "check has no option '--tpe'. Did you mean '--type'?")]
    [InlineData("--type orchestration -- a", "nothing is asked of agents of the type 'orchestration'")]
    [InlineData("--type reviewer --action implement -- a", "'implement' is asked of the builder, not of the reviewer")]
    [InlineData("--action build -- a", "'build' is no action; expected one of implement, ")]
    [InlineData("--timeout 0 -- a", "--timeout is '0'; expected seconds")]
    [InlineData("--output /etc/passwd -- a", "--output is '/etc/passwd'; expected a path relative to the workspace root")]
    public void Are_refused_with_what_was_expected(string arguments, string problem) => Assert.Contains(
        problem,
        Assert.Throws<UsageException>(() => CheckOptions.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Message,
        StringComparison.Ordinal);
}
