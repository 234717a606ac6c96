using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

public sealed class AskingWhy
{
    private const string Reworded =
        """{"id":"T-1","goal":"say hello","inputs":["specs/**"],"expected_outputs":[{"path":"src/hello.txt"}]}""";

    [Fact]
    public async Task Says_of_a_task_that_was_never_done_that_it_was_not()
    {
        using var workspace = new WorkspaceUnderTest();

        var why = await WhyAsync(workspace);

        Assert.Equal("never_done", why.State);
        Assert.Equal(["it has never been completed"], why.Reasons);
        Assert.Null(why.ComparedWith);
        Assert.Equal("dotnet build -t:LorchRun -p:Task=T-1", why.Next);
    }

    [Fact]
    public async Task Names_the_completion_that_a_task_is_done_by_and_counts_what_is_as_it_was()
    {
        using var workspace = new WorkspaceUnderTest();
        var run = await workspace.RunAsync();

        var why = await WhyAsync(workspace);

        Assert.Equal("up_to_date", why.State);
        Assert.Equal(run.RunId, why.ComparedWith!.RunId);
        Assert.Empty(why.Paths);
        Assert.Equal((1, 3), (why.UnchangedInputs, why.UnchangedOutputs));
        Assert.Null(why.Next);
    }

    [Fact]
    public async Task Goes_member_by_member_and_says_which_of_them_counts()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Configure(
            [
                """{"id":"T-1","goal":"say hello","inputs":["specs/*"],"expected_outputs":[{"path":"src/hello.txt"}],"verify":[{"cmd":["true"]}]}"""
            ],
            builder: "build-it-better");

        var why = await WhyAsync(workspace);

        Assert.Equal(
            [("goal", true), ("inputs", false), ("verify", false)],
            why.Members.Select(member => (member.Name, member.MakesStale)));
        Assert.Equal(("greet", "say hello"), (why.Members[0].Before!.Value.GetString(), why.Members[0].Now!.Value.GetString()));
        Assert.Null(why.Members[2].Before);
        Assert.Equal([(AgentType.Builder, false)], why.Agents.Select(agent => (agent.AgentType, agent.MakesStale)));
    }

    [Fact]
    public async Task Goes_path_by_path_and_says_that_a_person_changed_it()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Write("src/hello.txt", "mended\n");
        workspace.Write("specs/b.md", "# B\n");

        var why = await WhyAsync(workspace);

        Assert.Equal(
            [("specs/b.md", "input", "added", true), ("src/hello.txt", "output", "changed", false)],
            why.Paths.Select(path => (path.Path.ToString(), path.Role, path.Change, path.MakesStale)));
        Assert.All(why.Paths, path => Assert.Null(path.By));
    }

    [Fact]
    public async Task Names_the_task_that_changed_a_path()
    {
        using var workspace = new WorkspaceUnderTest(
            """{"id":"T-1","goal":"greet","inputs":["src/**"],"expected_outputs":[{"path":"src/hello.txt"}]}""",
            """{"id":"T-2","goal":"more"}""");
        await workspace.RunAsync();
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [workspace.Agents.Say(command, EventName.BuilderCompleted, artifacts: workspace.Agents.Produce("src/more.txt", "more\n"))]
            : workspace.Agents.Play(command);
        var other = await workspace.RunAsync("T-2");

        var why = await WhyAsync(workspace);

        var path = Assert.Single(why.Paths);
        Assert.Equal("up_to_date", why.State);
        Assert.Equal(new ChangedBy { TaskId = TaskId.Parse("T-2"), RunId = other.RunId!.Value }, path.By);
        Assert.False(path.MakesStale);
    }

    [Fact]
    public async Task Names_the_tasks_that_made_something_else_or_are_not_done()
    {
        const string dependent = """{"id":"T-2","goal":"sign it","depends_on":["T-1"]}""";
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.OneTask, dependent);
        await workspace.RunAsync("T-2");
        workspace.Configure([Reworded, dependent]);
        var open = Assert.Single((await WhyAsync(workspace, "T-2")).Dependencies);
        workspace.Write("src/hello.txt", "by hand\n");
        await workspace.AcceptAsync();
        var changed = Assert.Single((await WhyAsync(workspace, "T-2")).Dependencies);

        Assert.True(open.MakesStale);
        Assert.Null(open.Now);
        Assert.True(changed.MakesStale);
        Assert.NotNull(changed.Now);
        Assert.NotEqual(changed.Before, changed.Now);
    }

    [Fact]
    public async Task Compares_with_the_completion_whose_work_is_there()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [workspace.Agents.Say(
                command,
                EventName.BuilderCompleted,
                artifacts: workspace.Agents.Produce("src/hello.txt", workspace.Read("specs/a.md")))]
            : workspace.Agents.Play(command);
        var first = await workspace.RunAsync();
        workspace.Write("specs/a.md", "# B\n");
        await workspace.RunAsync();
        workspace.Write("src/hello.txt", "# A\n");
        workspace.Write("specs/a.md", "# C\n");

        Assert.Equal(first.RunId, (await WhyAsync(workspace)).ComparedWith!.RunId);
    }

    [Fact]
    public async Task Compares_a_renamed_task_with_what_the_same_words_were_completed_with()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Configure([WorkspaceUnderTest.OneTask.Replace("T-1", "T-9", StringComparison.Ordinal)]);

        var why = await WhyAsync(workspace, "T-9");

        Assert.Equal("never_done", why.State);
        Assert.Equal(TaskId.Parse("T-1"), why.ComparedWith!.TaskId);
        Assert.Empty(why.Members);
    }

    [Fact]
    public async Task Says_who_accepted_a_task()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Write("src/hello.txt", "by hand\n");
        await workspace.AcceptAsync();

        var why = await WhyAsync(workspace);

        Assert.Equal("Ann Ong", why.ComparedWith!.AcceptedBy);
        Assert.Empty(why.Agents);
    }

    [Fact]
    public async Task Needs_no_ledger_to_compare_files()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        Directory.Delete(workspace.Layout.EventsFolder, recursive: true);
        workspace.Write("specs/a.md", "# B\n");

        Assert.Equal("specs/a.md", Assert.Single((await WhyAsync(workspace)).Paths).Path.ToString());
    }

    private static async Task<TaskWhy> WhyAsync(WorkspaceUnderTest workspace, string task = "T-1") =>
        Assert.Single((await workspace.Open().WhyAsync([task], CancellationToken.None)).Tasks);
}
