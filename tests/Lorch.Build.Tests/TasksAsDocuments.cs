namespace Lorch.Build.Tests;

public sealed class TasksAsDocuments(ClonedRepository clone)
{
    [Fact]
    public async Task A_task_file_is_worked_skipped_seen_when_it_changes_and_left_alone_while_it_is_proposed()
    {
        using var project = new LorchProject(
            clone,
            """{ "id": "T-1", "goal": "One", "inputs": ["specs/a.md"], "expected_outputs": [{ "path": "src/1.txt" }] }""");
        project.Write("tasks/README.md", "# Tasks\n");
        project.Write("tasks/T-2.md", "---\ninputs: [specs/a.md]\ndepends_on: [T-1]\n---\nTwo\n");
        project.Write("tasks/T-3.md", "---\nstatus: proposed\n---\nThree\n");

        var first = await project.LorchRunAsync();
        var second = await project.LorchRunAsync();
        project.Write("tasks/T-2.md", "---\ninputs: [specs/a.md]\ndepends_on: [T-1]\n---\nTwo, but better\n");
        var third = await project.LorchRunAsync();
        var status = await project.BuildAsync("-t:LorchStatus");
        var proposed = await project.LorchRunAsync("-p:Task=T-3");

        first.Succeeded().Says("T-2 completed");
        second.Succeeded().Says("T-2 up to date");
        third.Succeeded().Says("T-1 up to date").Says("T-2 completed");
        status.Succeeded().Says("T-2 up to date").Says("T-3 proposed");
        proposed.Failed().Says("tasks/T-3.md(2,1): error LORCH1028");
        Assert.False(project.Records.Has("receipts/T-3/completion.json"));
    }
}
