using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>Who works a task's run: those that it names, and no reviewer and no spec maintainer where there is none.</summary>
public sealed class AgentsOfARun
{
    private const string All = """ "builder": {"cmd": ["b"]}, "reviewer": {"cmd": ["r"]}, "spec_maintainer": {"cmd": ["s"]} """;
    private const string Verified = ",\"verify\":[{\"cmd\":[\"make\"]}]";

    [Theory]
    [InlineData(""" "builder": {"cmd": ["b"]} """, "implement 0 0")]
    [InlineData(""" "builder": {"cmd": ["b"]}, "reviewer": {"cmd": ["r"]} """, "implement 0 0, review 0 0")]
    [InlineData(""" "builder": {"cmd": ["b"]}, "spec_maintainer": {"cmd": ["s"]} """, "implement 0 0, update_spec 0 0")]
    [InlineData(All, "implement 0 0, review 0 0, update_spec 0 0")]
    public async Task Are_asked_as_far_as_they_are_there(string agents, string story)
    {
        using var workspace = new WorkspaceUnderTest();
        Configure(workspace, agents, Verified);

        Assert.Equal(RunOutcome.Completed, (await workspace.RunAsync()).Outcome);

        Assert.Equal(story, string.Join(", ", workspace.Agents.Story));
        Assert.Equal(RunOutcome.UpToDate, (await workspace.RunAsync()).Outcome);
    }

    [Fact]
    public async Task Are_those_that_the_task_names()
    {
        using var workspace = new WorkspaceUnderTest();
        Configure(workspace, All, ",\"agents\":{\"builder\":\"fast\"}");

        Assert.Equal(RunOutcome.Completed, (await workspace.RunAsync()).Outcome);

        Assert.Equal(["f fast", "r ", "s "], workspace.Agents.StartedWith.Select(agent => $"{agent.Command[0]} {agent.Name}"));
    }

    [Fact]
    public async Task Are_checked_before_anything_is_begun_and_others_are_not()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.CheckAgent = agent => agent.Command[0] is "f"
            ? new Diagnostic { Code = DiagnosticCode.AgentNotStarted, Message = "no f" }
            : null;
        Configure(workspace, All, "");
        Assert.Equal(RunOutcome.Completed, (await workspace.RunAsync()).Outcome);

        Configure(workspace, All, ",\"agents\":{\"builder\":\"fast\"},\"parameters\":{\"a\":1}");
        var refused = (await Assert.ThrowsAsync<LorchException>(() => workspace.RunAsync())).Diagnostic;

        Assert.Equal((DiagnosticCode.AgentNotStarted, workspace.At("lorch.json"), 5), (refused.Code, refused.File, refused.Line));
        Assert.Equal(3, workspace.Agents.Received.Count);
    }

    [Theory]
    [InlineData(All, ",\"agents\":{\"builder\":\"fast\"}", "by an earlier builder")]
    [InlineData(""" "builder": {"cmd": ["b"]} """, ",\"unchecked\":true", "reviewer gone")]
    public async Task Are_others_than_before_and_the_task_stays_done(string agents, string members, string word)
    {
        using var workspace = new WorkspaceUnderTest();
        Configure(workspace, All, "");
        await workspace.RunAsync();

        Configure(workspace, agents, members);
        var verdict = await workspace.JudgeAsync();

        Assert.True(verdict.IsUpToDate);
        Assert.Contains(
            word,
            (await workspace.Open().StatusAsync(CancellationToken.None)).Tasks[0].Although!.Select(although => although.Word));
    }

    [Fact]
    public async Task Came_after_the_task_was_done_and_it_stays_done()
    {
        using var workspace = new WorkspaceUnderTest();
        Configure(workspace, """ "builder": {"cmd": ["b"]} """, ",\"unchecked\":true");
        await workspace.RunAsync();

        Configure(workspace, All, "");

        var task = (await workspace.Open().StatusAsync(CancellationToken.None)).Tasks[0];
        Assert.Equal("up_to_date", task.State);
        Assert.Contains("without a reviewer", task.Although!.Select(although => although.Word));
    }

    [Theory]
    [InlineData(All, ",\"agents\":{\"builder\":\"fast\"}", "its builder changed")]
    [InlineData(""" "builder": {"cmd": ["b"]}, "spec_maintainer": {"cmd": ["s"]} """, Verified, "its reviewer is gone")]
    public async Task Make_files_stale_that_are_regenerated(string agents, string members, string reason)
    {
        using var workspace = new WorkspaceUnderTest();
        Configure(workspace, All, ",\"regenerate\":true");
        await workspace.RunAsync();
        Assert.True((await workspace.JudgeAsync()).IsUpToDate);

        Configure(workspace, agents, $"{members},\"regenerate\":true");
        var task = (await workspace.Open().StatusAsync(CancellationToken.None)).Tasks[0];

        Assert.Equal("stale", task.State);
        Assert.Contains(reason, task.Reasons);
        Assert.Equal(RunOutcome.Completed, (await workspace.RunAsync()).Outcome);
        Assert.True((await workspace.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task Prove_steps_that_another_agent_of_the_same_settings_need_not_repeat()
    {
        using var workspace = new WorkspaceUnderTest();
        Configure(workspace, All, "");
        workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? [workspace.Agents.Fail(command, "busy", retriable: false)]
            : workspace.Agents.Play(command);
        await workspace.RunAsync();
        workspace.Agents.Answer = command => workspace.Agents.Play(command);

        Configure(
            workspace,
            All.Replace("\"b\"", "\"f\"", StringComparison.Ordinal),
            ",\"agents\":{\"builder\":\"usual\",\"reviewer\":\"fast\"}");
        Assert.Equal(RunOutcome.Completed, (await workspace.RunAsync()).Outcome);

        Assert.Equal(["implement 0 0", "review 0 0", "review 0 0", "update_spec 0 0"], workspace.Agents.Story);
    }

    [Fact]
    public async Task Left_and_the_run_goes_on_without_them()
    {
        using var workspace = new WorkspaceUnderTest();
        Configure(workspace, All, Verified);
        workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? [workspace.Agents.Fail(command, "busy", retriable: false)]
            : workspace.Agents.Play(command);
        await workspace.RunAsync();

        Configure(workspace, """ "builder": {"cmd": ["b"]} """, Verified);
        Assert.Equal(RunOutcome.Completed, (await workspace.RunAsync()).Outcome);

        Assert.Equal(["implement 0 0", "review 0 0"], workspace.Agents.Story);
        Assert.Single(workspace.RunIds);
    }

    [Fact]
    public async Task Of_a_dependency_are_its_own()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [workspace.Agents.Say(
                command,
                EventName.BuilderCompleted,
                artifacts: workspace.Agents.Produce($"src/{command.TaskId}.txt", "x"))]
            : workspace.Agents.Play(command);
        WriteConfiguration(
            workspace,
            All,
            """{"id":"T-1","goal":"g","inputs":["specs/**"],"regenerate":true,"agents":{"builder":"fast"}}, {"id":"T-2","goal":"g","depends_on":["T-1"],"agents":{"reviewer":"fast"}}""");

        Assert.Equal(RunOutcome.Completed, (await workspace.RunAsync("T-2")).Outcome);

        Assert.Equal(["f", "r", "s", "b", "f", "s"], workspace.Agents.StartedWith.Select(agent => agent.Command[0]));
        Assert.Equal(RunOutcome.UpToDate, (await workspace.RunAsync("T-2")).Outcome);
    }

    private static void Configure(WorkspaceUnderTest workspace, string agents, string members) =>
        WriteConfiguration(workspace, agents, $$"""{"id":"T-1","goal":"greet","inputs":["specs/**"]{{members}}}""");

    private static void WriteConfiguration(WorkspaceUnderTest workspace, string agents, string tasks) => workspace.Write("lorch.json", $$"""
        {
          "version": "1.0",
          "policy": { "retry": { "max_attempts": 1 } },
          "agents": { {{agents}} },
          "named_agents": { "fast": { "cmd": ["f"] }, "usual": { "cmd": ["b"] } },
          "tasks": [ {{tasks}} ]
        }
        """);
}
