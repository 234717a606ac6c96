using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Testing;

namespace Lorch.Core.Tests.Workflows;

/// <summary>The steps of a reviewer or a spec maintainer that isn't there are left out.</summary>
public sealed class StepsOfMissingAgents
{
    private const string Failing = """{"tests":{"status":"fail"}}""";

    [Theory]
    [InlineData("", "builder", "implement 0 0")]
    [InlineData("implement -> completed", "builder", "complete")]
    [InlineData("implement -> completed", "builder reviewer", "review 0 0")]
    [InlineData("implement -> completed|review -> approved", "builder reviewer", "complete")]
    [InlineData("implement -> completed|review -> changes_requested", "builder reviewer", "implement_changes 0 0")]
    [InlineData("implement -> completed", "builder spec_maintainer", "update_spec 0 0")]
    [InlineData("implement -> completed|update_spec -> updated", "builder spec_maintainer", "complete")]
    [InlineData("implement -> completed|update_spec -> changes_requested", "builder spec_maintainer", "implement_changes 0 0")]
    [InlineData(
        "implement -> completed|update_spec -> changes_requested|implement_changes -> completed", "builder spec_maintainer",
        "update_spec 1 0")]
    public void Are_left_out(string lines, string agents, string decision) =>
        Assert.Equal(
            decision,
            new LedgerUnderTest(StartWith(agents)).Read(lines.Split('|', StringSplitOptions.RemoveEmptyEntries)).Decision);

    [Theory]
    [InlineData($"implement -> completed {Failing}", "implement_changes 0 0")]
    [InlineData($"implement -> completed {Failing}|implement_changes -> completed", "complete")]
    [InlineData($"implement -> completed src/a=1 {Failing}|implement_changes -> completed src/a=2 {Failing}", "implement_changes 1 0")]
    public void Failing_tests_are_mended_as_ever(string lines, string decision) => Assert.Equal(
        decision,
        new LedgerUnderTest(StartWith("builder") with { OnFailingTests = FailingTestsRule.Changes }).Read(lines.Split('|')).Decision);

    [Theory]
    [InlineData("implement -> completed", "builder", "complete")]
    [InlineData("implement -> completed", "builder spec_maintainer", "update_spec 0 0")]
    [InlineData("implement -> completed|review -> changes_requested", "builder", "implement_changes 0 0")]
    [InlineData("implement -> completed|review -> changes_requested|implement_changes -> completed", "builder", "complete")]
    [InlineData("implement -> completed|review -> approved", "builder", "complete")]
    [InlineData("implement -> completed|review", "builder", "complete")]
    public void Are_those_of_the_agents_that_a_run_was_last_resumed_with(string lines, string agents, string decision)
    {
        var ledger = new LedgerUnderTest().Read(lines.Split('|'));

        ledger.Resume(RunPause.Interrupted, StartWith(agents).Agents);

        Assert.Equal(decision, ledger.Decision);
    }

    [Fact]
    public void Come_back_with_their_agent()
    {
        var ledger = new LedgerUnderTest(StartWith("builder")).Read("implement -> completed");

        ledger.Resume(RunPause.Interrupted, LedgerUnderTest.Start.Agents);

        Assert.Equal("review 0 0", ledger.Decision);
    }

    [Fact]
    public void A_key_is_that_of_the_agent_which_is_asked()
    {
        var other = StartWith(
            "builder") with
        { Agents = new Dictionary<AgentType, Sha256Digest> { [AgentType.Builder] = LedgerUnderTest.DigestOf("fast") } };

        Assert.Equal(new LedgerUnderTest().Next.Key, new LedgerUnderTest(StartWith("builder")).Next.Key);
        Assert.NotEqual(new LedgerUnderTest().Next.Key, new LedgerUnderTest(other).Next.Key);
    }

    private static RunStarted StartWith(string agents) => LedgerUnderTest.Start with
    {
        Agents = LedgerUnderTest.Start.Agents.Where(agent => agents.Split(' ').Contains(agent.Key.WireName)).ToDictionary(),
    };
}
