using System.Text;
using Lorch.Agent.Mock;
using Lorch.Agent.Talking;
using Lorch.Core.Protocol;
using Lorch.Processes.Tests.Agents;

namespace Lorch.Processes.Tests.Mock;

public sealed class MockScriptTests
{
    [Theory]
    [InlineData(0, 0, "first")]
    [InlineData(0, 5, "first")]
    [InlineData(1, 0, "second, try 0")]
    [InlineData(1, 1, "second, try 1")]
    [InlineData(1, 9, "second, try 1")]
    [InlineData(2, 0, "last")]
    [InlineData(9, 0, "last")]
    public void Is_looked_up_by_iteration_and_attempt(int iteration, int attempt, string raw)
    {
        var script = Parse(
            """{"responses":{"implement":[{"raw":"first"},[{"raw":"second, try 0"},{"raw":"second, try 1"}],{"raw":"last"}]}}""");

        Assert.Equal(raw, script.Find(AgentStage.Command(iteration, attempt))!.Raw);
    }

    [Fact]
    public void Has_no_response_to_what_it_does_not_name() =>
        Assert.Null(Parse("""{"responses":{"implement":{}}}""").Find(AgentStage.Command(action: AgentAction.Review)));

    [Fact]
    public void Holds_all_that_a_response_can_be()
    {
        var script = Parse("""
            {"responses":{"implement":{"delay_ms":5,"raw":"x","error":{"code":"version_mismatch","retriable":false},"events":[
              {"type":"builder.completed","status":"ok","payload":{"n":1},"removed":["a"],"artifacts":[
                {"path":"b","content":"text"},
                {"path":"c","sha256":"sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824","size":5}]}]}}}
            """);

        var response = script.Find(AgentStage.Command())!;
        Assert.Equal(TimeSpan.FromMilliseconds(5), response.Delay);
        Assert.Equal("version_mismatch", Assert.IsType<MockEnding.Fails>(response.Ending).Payload.GetProperty("code").GetString());
        var spoken = Assert.Single(response.Events);
        Assert.Equal((EventName.BuilderCompleted, "ok"), (spoken.Name, spoken.Status));
        Assert.IsType<MockArtifact.Written>(spoken.Artifacts![0]);
        Assert.Equal(5, Assert.IsType<MockArtifact.Claimed>(spoken.Artifacts[1]).Artifact.Size);
    }

    [Theory]
    [InlineData("""[]""", "at $: [] is not an object")]
    [InlineData("""{}""", "'responses' is missing")]
    [InlineData("""{"responses":{},"more":1}""", "at $.more: there is no such member")]
    [InlineData("""{"responses":{"implment":{}}}""", "'implment' is no action. Did you mean 'implement'?")]
    [InlineData("""{"responses":{"implement":[]}}""", "at $.responses.implement: the list is empty")]
    [InlineData("""{"responses":{"implement":[[]]}}""", "at $.responses.implement[0]: the list is empty")]
    [InlineData("""{"responses":{"implement":{"evnets":[]}}}""", "Did you mean 'events'?")]
    [InlineData("""{"responses":{"implement":{"delay_ms":-1}}}""", "at $.responses.implement.delay_ms: -1 is not a whole number")]
    [InlineData("""{"responses":{"implement":{"exit_code":256}}}""", "exit_code: 256")]
    [InlineData("""{"responses":{"implement":{"exit_code":1,"hang":true}}}""", "only one of error, exit_code and hang")]
    [InlineData("""{"responses":{"implement":{"hang":"yes"}}}""", "is not true or false")]
    [InlineData("""{"responses":{"implement":{"error":5}}}""", "5 is neither a message nor a payload")]
    [InlineData("""{"responses":{"implement":{"events":[{}]}}}""", "at $.responses.implement.events[0]: the member 'type' is missing")]
    [InlineData("""{"responses":{"implement":{"events":[{"type":"builder.complete"}]}}}""", "Did you mean 'builder.completed'?")]
    [InlineData("""{"responses":{"implement":{"events":[{"type":"log","removed":["../x"]}]}}}""", "removed[0]: '../x' is not a path")]
    [InlineData(
        """{"responses":{"implement":{"events":[{"type":"log","artifacts":[{"path":"a"}]}]}}}""",
        "expected either content, or sha256 and size")]
    [InlineData(
        """{"responses":{"implement":{"events":[{"type":"log","artifacts":[{"path":"a","content":"","size":1}]}]}}}""",
        "expected either content")]
    [InlineData(
        """{"responses":{"implement":{"events":[{"type":"log","artifacts":[{"path":"/a","content":""}]}]}}}""", "'/a' is not a path")]
    public void Is_refused_with_the_place_of_what_is_wrong(string script, string problem) =>
        Assert.Contains(problem, Assert.Throws<UsageException>(() => Parse(script)).Message, StringComparison.Ordinal);

    [Fact]
    public void Is_refused_when_a_member_stands_twice() =>
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => Parse("""{"responses":{},"responses":{}}"""));

    private static MockScript Parse(string script) => MockScriptFile.Parse(Encoding.UTF8.GetBytes(script));
}
