using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

public sealed class WorkingDependentTasks
{
    private const string First = """{"id":"T-1","goal":"g","inputs":["specs/**"]}""";
    private const string Second = """{"id":"T-2","goal":"g","inputs":["docs/**"],"depends_on":["T-1"]}""";

    [Fact]
    public async Task Works_the_dependency_first()
    {
        using var workspace = Workspace("src/1=1");

        await workspace.RunAsync("T-2");

        Assert.Equal(
            ["T-1", "T-1", "T-1", "T-2", "T-2", "T-2"],
            workspace.Agents.Received.Select(command => command.TaskId.ToString()));
    }

    [Fact]
    public async Task Makes_a_task_stale_when_what_its_dependency_made_is_another()
    {
        using var workspace = Workspace("src/1=1");
        await workspace.RunAsync("T-2");
        workspace.Write("specs/a.md", "# B\n");
        workspace.Build(("T-1", "src/1=other"), ("T-2", "src/2=2"));
        await workspace.RunAsync("T-1");

        Assert.Equal(["T-1, which it depends on, has other outputs"], (await workspace.JudgeAsync("T-2")).Reasons);
    }

    [Fact]
    public async Task Leaves_a_task_up_to_date_when_its_dependency_was_worked_again_with_the_same_result()
    {
        using var workspace = Workspace("src/1=1");
        await workspace.RunAsync("T-2");
        workspace.Write("specs/a.md", "# B\n");
        await workspace.RunAsync("T-1");

        Assert.Equal(3, workspace.RunIds.Count);
        Assert.Empty((await workspace.JudgeAsync("T-2")).Reasons);
    }

    [Fact]
    public async Task Does_not_judge_a_task_whose_dependency_is_stale()
    {
        using var workspace = Workspace("src/1=1");
        await workspace.RunAsync("T-2");
        workspace.Write("specs/a.md", "# B\n");

        var verdict = await workspace.JudgeAsync("T-2");

        Assert.Equal(["T-1, which it depends on, isn't up to date"], verdict.Reasons);
        Assert.Contains("task_key unknown", verdict.KeyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starts_no_task_whose_dependency_failed()
    {
        using var workspace = Workspace("src/1=1");
        workspace.Agents.Answer = command => [workspace.Agents.Fail(command, "no_quota", retriable: false)];

        var result = await workspace.RunAsync("T-2");

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        var error = Assert.Single(result.Diagnostics);
        Assert.Equal(DiagnosticCode.DependencyFailed, error.Code);
        Assert.Contains("T-1, which it depends on, isn't up to date", error.Message, StringComparison.Ordinal);
        Assert.Single(workspace.RunIds);
        Assert.All(workspace.Agents.Received, command => Assert.Equal("T-1", command.TaskId.ToString()));
    }

    [Fact]
    public async Task Pins_the_outputs_of_the_dependency_into_the_definition()
    {
        using var workspace = Workspace("src/1=1");
        await workspace.RunAsync("T-2");

        var started = workspace.Ledger(workspace.RunIds[1]).OfType<Event>().First();

        var outputs = workspace.LatestCompletion("T-1").OutputsSha256;
        Assert.Equal(
            outputs.ToString(),
            started.Payload!.Value.GetProperty("definition").GetProperty("depends_on").GetProperty("T-1").GetString());
    }

    private static WorkspaceUnderTest Workspace(string firstMakes)
    {
        var workspace = new WorkspaceUnderTest(First, Second);
        workspace.Write("docs/a.md", "a");
        workspace.Build(("T-1", firstMakes), ("T-2", "src/2=2"));
        return workspace;
    }
}
