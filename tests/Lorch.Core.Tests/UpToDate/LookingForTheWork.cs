using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Tests.Runs;
using Lorch.Testing;

namespace Lorch.Core.Tests.UpToDate;

/// <summary>Whether the disk holds what a task made, found by random histories.</summary>
public sealed class LookingForTheWork
{
    [Fact]
    public async Task Takes_another_file_of_the_same_work_for_no_renamed_one()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Build(("T-1", "src/hello.txt=1 src/twin.txt=1"));
        await workspace.RunAsync();
        workspace.Delete("src/hello.txt");

        Assert.Equal(["its artifact src/hello.txt is gone"], (await workspace.JudgeAsync()).Reasons);
    }

    [Fact]
    public async Task Takes_for_newest_what_was_written_last_though_its_run_began_first()
    {
        using var workspace = new WorkspaceUnderTest("""{"id":"T-1","goal":"g"}""", """{"id":"T-2","goal":"g","inputs":["specs/**"]}""");
        workspace.Build(("T-1", "specs/b.md=1"), ("T-2", "specs/b.md=2"));
        var answer = workspace.Agents.Answer;
        workspace.Agents.Answer = command => command.TaskId.ToString() == "T-1" && command.Action is AgentAction.Implement
            ? [workspace.Agents.Fail(command, "ill", retriable: false)]
            : answer(command);
        await workspace.RunAsync("T-1");
        await workspace.RunAsync("T-2");
        workspace.Agents.Answer = answer;

        Assert.Equal(RunOutcome.Completed, (await workspace.RunAsync("T-1")).Outcome);

        Assert.Equal(2, workspace.RunIds.Count);
        Assert.Empty((await workspace.JudgeAsync("T-2")).Reasons);
    }

    [Fact]
    public async Task Finds_none_on_a_tree_that_is_older_than_what_another_task_wrote_first()
    {
        using var workspace = new WorkspaceUnderTest("""{"id":"T-1","goal":"g"}""", """{"id":"T-2","goal":"g"}""");
        workspace.Write("src/shared", "0");
        workspace.Build(("T-1", "src/shared=1"), ("T-2", "src/shared=2"));
        await workspace.RunAsync("T-1");
        await workspace.RunAsync("T-2");
        workspace.Write("src/shared", "0");

        Assert.False((await workspace.JudgeAsync("T-1")).IsUpToDate);
        Assert.False((await workspace.JudgeAsync("T-2")).IsUpToDate);
    }
}
