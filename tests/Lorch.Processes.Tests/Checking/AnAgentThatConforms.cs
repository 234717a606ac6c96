using Lorch.Agent.Checking;
using Lorch.Processes.Tests.Docs;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Checking;

public sealed class AnAgentThatConforms
{
    [Theory]
    [InlineData("builder")]
    [InlineData("reviewer")]
    [InlineData("spec_maintainer")]
    public async Task May_be_the_mock(string type)
    {
        using var check = new CheckUnderTest();
        check.Write("script.json", """
            {"responses":{
              "implement":{"events":[{"type":"builder.progress"},{"type":"builder.completed","artifacts":[{"path":"src/lorch-check.txt","content":"checked\n"}],"removed":["src/old.txt"]}]},
              "implement_changes":{"events":[{"type":"builder.completed","artifacts":[{"path":"src/lorch-check.txt","content":"checked!\n"}]}]},
              "review":{"events":[{"type":"review.completed","status":"approved","artifacts":[{"path":"reviews/lorch-check.json","content":"{}"}]}]},
              "update_spec":{"events":[{"type":"spec.no_changes_needed"}]}}}
            """);

        await check.RunAsync("--type", type, "--", "lorch-agent", "mock", "--type", type, "--script", "script.json");

        Assert.Empty(check.Broken);
        Assert.Empty(check.Rules("advice"));
        Assert.Equal(type == "builder" ? [] : ["removed", "required-outputs"], check.Rules("not_seen").Except(["artifacts"]).Order());
        Assert.True(check.Conforms);
    }

    [Fact]
    public async Task May_be_one_that_was_written_elsewhere()
    {
        using var check = new CheckUnderTest();

        await check.RunShellAsync(
            """work() { write; beat $count $$; event artifact.produced "$file"; event builder.completed ",\"observed_version\":{\"snapshot_id\":\"$snapshot\"}"; }""");

        Assert.Empty(check.Broken);
        Assert.Equal(["removed"], check.Rules("not_seen"));
    }

    [Fact]
    public async Task May_be_the_one_of_the_documentation()
    {
        Assert.SkipUnless(TheAgentInPython.HasPython(), "There is no python3 in the PATH.");
        using var check = new CheckUnderTest();
        check.Write("agent.py", Document.Read("writing-an-agent.md").CodeIn("python"));

        await check.RunAsync("--", "python3", "agent.py");

        Assert.Empty(check.Broken);
    }

    [Fact]
    public async Task May_answer_with_an_error()
    {
        using var check = new CheckUnderTest();

        await check.RunShellAsync("""work() { event error ',"payload":{"code":"no_model","message":"there is no key"}'; }""");

        Assert.Empty(check.Broken);
        Assert.Contains("artifacts", check.Rules("not_seen"));
    }

    [Fact]
    public async Task May_end_with_another_exit_code()
    {
        using var check = new CheckUnderTest();

        await check.RunShellAsync("end() { exit 3; }");

        Assert.True(check.Conforms);
        Assert.Equal(["exit-code"], check.Rules("advice"));
    }

    [Fact]
    public async Task Is_asked_for_the_output_that_is_wanted()
    {
        using var check = new CheckUnderTest();

        await check.RunShellAsync(
            "write() { mkdir -p docs; echo checked > docs/a.md; }; file=",
            "--output",
            "docs/a.md",
            "--action",
            "implement_changes");

        Assert.Empty(check.Broken);
        Assert.Contains("required-outputs", check.Rules("kept"));
    }

    [Fact]
    public void Is_told_about_every_rule_once() =>
        Assert.Equal(ProtocolRule.All.Count, ProtocolRule.All.Select(rule => rule.Id).Distinct().Count());
}
