using Lorch.Agent.Mock;
using Lorch.Agent.Talking;
using Lorch.Core.Protocol;

namespace Lorch.Processes.Tests.Mock;

public sealed class MockOptionsTests
{
    [Fact]
    public void Has_defaults()
    {
        var options = MockOptions.Parse(["--type", "spec_maintainer", "--script", "s.json"]);

        Assert.Equal(
            new MockOptions { Type = AgentType.SpecMaintainer, ScriptPath = "s.json", HeartbeatInterval = TimeSpan.FromSeconds(10) },
            options);
    }

    [Fact]
    public void Can_all_be_given()
    {
        var options = MockOptions.Parse(["--id", "b1", "--heartbeat-interval", "0.5", "--script", "s.json", "--type", "builder"]);

        Assert.Equal(("b1", TimeSpan.FromSeconds(0.5)), (options.Id, options.HeartbeatInterval));
        Assert.Null(MockOptions.Parse(["--type", "builder", "--script", "s", "--no-heartbeat"]).HeartbeatInterval);
    }

    [Theory]
    [InlineData("--tpe builder", "no option '--tpe'. Did you mean '--type'?")]
    [InlineData("--type", "--type needs a value")]
    [InlineData("--type builder", "--script is missing")]
    [InlineData("--script s", "--type is missing")]
    [InlineData("--type bilder --script s", "'bilder' is no agent type; expected one of builder, reviewer")]
    [InlineData("--type system --script s", "'system' is no agent type")]
    [InlineData("--type builder --type builder", "--type is given twice")]
    [InlineData("--type builder --script s --heartbeat-interval 0", "expected seconds")]
    [InlineData("--type builder --script s --heartbeat-interval ten", "is 'ten'")]
    public void Are_refused_with_what_was_expected(string arguments, string problem) =>
        Assert.Contains(
            problem,
            Assert.Throws<UsageException>(() => MockOptions.Parse(arguments.Split(' '))).Message,
            StringComparison.Ordinal);
}
