using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;
using static Lorch.Core.Tests.Runs.OpenRun;

namespace Lorch.Core.Tests.Runs;

/// <summary>What happens to a run that failed or was interrupted when its task is run again.</summary>
public sealed class ContinuingARun
{
    [Theory]
    [InlineData(AgentAction.Implement, "implement 0 1", "review 0 0", "update_spec 0 0")]
    [InlineData(AgentAction.Review, "review 0 1", "update_spec 0 0")]
    [InlineData(AgentAction.UpdateSpec, "update_spec 0 1")]
    public async Task Works_on_from_the_command_that_failed(AgentAction action, params string[] story)
    {
        using var workspace = await FailedAsync(action);

        var result = await PlayAsync(workspace);

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(story, workspace.Agents.Story);
        Assert.Equal(workspace.RunIds[0], result.RunId);
        Assert.Single(workspace.RunIds);
        Assert.Equal("failed", Payload(workspace, EventName.RunResumed).GetProperty("after").GetString());
        Assert.DoesNotContain("system.snapshot_drift", workspace.Events(workspace.RunIds[0]));
    }

    [Theory]
    [InlineData(AgentAction.Implement, "implement 0 0", "review 0 0", "update_spec 0 0")]
    [InlineData(AgentAction.Review, "review 0 0", "update_spec 0 0")]
    [InlineData(AgentAction.UpdateSpec, "update_spec 0 0")]
    public async Task Sends_the_same_attempt_again_after_an_interruption(AgentAction action, params string[] story)
    {
        using var workspace = await InterruptedAsync(action);

        var result = await PlayAsync(workspace);

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(story, workspace.Agents.Story);
        Assert.Single(workspace.RunIds);
        Assert.Equal("interrupted", Payload(workspace, EventName.RunResumed).GetProperty("after").GetString());
    }

    [Fact]
    public async Task Goes_on_after_changes_were_asked_for_too_often()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"max_iterations":1}""");
        workspace.Agents.Answer = command => workspace.Agents.Play(command, reviewAsks: 2);
        await workspace.RunAsync();
        workspace.Agents.Received.Clear();

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(["implement_changes 1 0", "review 2 0", "update_spec 0 0"], workspace.Agents.Story);
        Assert.Single(workspace.RunIds);
    }

    [Fact]
    public async Task Closes_an_open_run_of_a_task_that_is_up_to_date_again()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Write("specs/a.md", "# B\n");
        await FailAsync(workspace, AgentAction.Implement);
        workspace.Write("specs/a.md", "# A\n");

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.UpToDate, result.Outcome);
        Assert.Equal("system.run_aborted", workspace.Events(workspace.RunIds[1])[^1]);
        Assert.Contains(
            "up to date",
            Payload(workspace, EventName.RunAborted, run: 1).GetProperty("by").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_only_the_newest_of_two_open_runs()
    {
        using var workspace = await FailedAsync(AgentAction.Review);
        var older = workspace.Layout.Ledger(workspace.RunIds[0]);
        File.Move(older, workspace.At("aside"));
        workspace.Delete("state/index.json");
        await FailAsync(workspace, AgentAction.Review);
        File.Move(workspace.At("aside"), older);

        var result = await PlayAsync(workspace);

        Assert.Equal(2, workspace.RunIds.Count);
        Assert.Equal(workspace.RunIds[1], result.RunId);
        Assert.Contains("a newer run", Payload(workspace, EventName.RunAborted).GetProperty("by").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starts_a_fresh_run_that_reuses_nothing()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.Regenerating);
        await workspace.RunAsync();
        workspace.Delete("spec_notes/T-1.json");

        await PlayAsync(workspace, WorkMode.Fresh);

        Assert.Equal(["implement 0 0", "review 0 0", "update_spec 0 0"], workspace.Agents.Story);
        Assert.All(workspace.Agents.Received, command => Assert.Equal(4, command.Inputs.GetProperty("generation").GetInt32()));
        Assert.DoesNotContain("system.step_reused", workspace.Events(workspace.RunIds[1]));
    }

    [Fact]
    public async Task Leaves_a_task_alone_that_is_up_to_date_when_a_fresh_run_is_asked_for()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();

        Assert.Equal(RunOutcome.UpToDate, (await workspace.RunAsync(mode: WorkMode.Fresh)).Outcome);
    }

    [Theory]
    [InlineData(WorkMode.Fresh, "a fresh run was asked for")]
    [InlineData(WorkMode.Force, "LorchForce asks for a new run")]
    public async Task Closes_an_open_run_when_another_is_asked_for(WorkMode mode, string reason)
    {
        using var workspace = await FailedAsync(AgentAction.Review);

        await PlayAsync(workspace, mode);

        Assert.Equal(["implement 0 0", "review 0 0", "update_spec 0 0"], workspace.Agents.Story);
        Assert.Contains(reason, Payload(workspace, EventName.RunAborted).GetProperty("by").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public async Task Goes_on_with_a_forced_run_that_nothing_changed_for(bool isChanged, int runs)
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        await FailAsync(workspace, AgentAction.Review, WorkMode.Force);
        if (isChanged)
        {
            workspace.Write("specs/a.md", "# B\n");
        }

        var result = await PlayAsync(workspace, WorkMode.Force);

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(runs, workspace.RunIds.Count);
        Assert.Equal(isChanged ? "implement 0 0" : "review 0 1", workspace.Agents.Story.First());
    }
}
