using Lorch.Testing;

namespace Lorch.Build.Tests;

public sealed class WorkingAgain(ClonedRepository clone)
{
    [Fact]
    public async Task Question_fails_while_anything_is_stale_and_changes_nothing()
    {
        using var project = new LorchProject(clone);

        var result = await project.LorchRunAsync("-question");

        result.Failed().Says("error LORCH4006: T-1 ");
        Assert.False(Directory.Exists(Path.Combine(project.Root, "state")));
        Assert.Empty(project.Records.Ledgers);
    }

    [LongSet]
    [Fact]
    public async Task Question_succeeds_when_everything_is_up_to_date_even_without_the_key_files()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        (await project.LorchRunAsync()).Succeeded();
        Directory.Delete(Path.Combine(project.Root, "state", "keys"), recursive: true);

        (await project.LorchRunAsync("-question")).Succeeded();

        Assert.False(Directory.Exists(Path.Combine(project.Root, "state", "keys")));
    }

    [LongSet]
    [Fact]
    public async Task An_edit_that_makes_more_finished_tasks_stale_than_may_be_is_worked_by_nobody_until_somebody_says_so()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        project.Configure("\"policy\": {", "\"policy\": { \"max_rework\": 0,");
        (await project.LorchRunAsync()).Succeeded();
        project.Write("specs/a.md", "B\n");

        (await project.LorchRunAsync()).Failed().Says("error LORCH2031: No task was run: ").Says("-p:LorchRework=all");
        Assert.Equal(2, project.Records.Ledgers.Count);

        (await project.LorchRunAsync("-p:Task=T-1")).Succeeded().Says("T-1 because specs/a.md changed");
        (await project.LorchRunAsync()).Failed().Says("error LORCH2031");
        (await project.LorchRunAsync("-p:LorchRework=all")).Succeeded().Says("T-2 because specs/a.md changed");
        (await project.LorchRunAsync()).Succeeded();
        Assert.Equal(4, project.Records.Ledgers.Count);
    }

    [LongSet]
    [Fact]
    public async Task The_clock_does_not_count()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        (await project.LorchRunAsync("-p:Task=T-1")).Succeeded();
        File.SetLastWriteTimeUtc(
            Path.Combine(project.Root, "receipts", "T-1", "completion.json"),
            new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        project.Write("specs/a.md", "B\n");

        (await project.LorchRunAsync("-p:Task=T-1")).Succeeded().Says("specs/a.md changed");

        Assert.Equal(2, project.Records.Ledgers.Count);
    }

    [LongSet]
    [Fact]
    public async Task Force_works_what_is_named_although_up_to_date_and_not_what_that_depends_on()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        (await project.LorchRunAsync()).Succeeded();

        (await project.LorchRunAsync("-p:Task=T-2", "-p:LorchForce=true")).Succeeded().Says("T-1 up to date (snap-");

        Assert.Equal([1, 2, 3], project.Records.Steps("T-1"));
        Assert.Equal([1, 2, 3, 4, 5, 6], project.Records.Steps("T-2"));
        Assert.Equal(
            3,
            project.Records.Events("system.step_recorded").Count(line => line.GetProperty("payload").GetProperty("step").GetInt32() > 3));
    }

    [LongSet]
    [Fact]
    public async Task Fresh_starts_a_new_run_where_a_failed_one_could_go_on()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        project.Write("scripts/reviewer.json", """{"responses":{"review":{"error":{"code":"no","message":"no","retriable":false}}}}""");
        (await project.LorchRunAsync("-p:Task=T-1")).Failed();
        project.Write("scripts/reviewer.json", """{"responses":{"review":{"events":[{"type":"review.completed","status":"approved"}]}}}""");

        (await project.LorchRunAsync("-p:Task=T-1", "-p:LorchFresh=true")).Succeeded();

        Assert.Equal(2, project.Records.Ledgers.Count);
        Assert.Equal([1, 2, 3, 4], project.Records.Steps("T-1"));
    }

    [Fact]
    public async Task The_last_run_is_the_one_that_was_worked_last_although_it_began_before_others()
    {
        using var project = new LorchProject(
            clone,
            LorchProject.TwoTasks.Replace(""", "depends_on": ["T-1"]""", "", StringComparison.Ordinal));
        project.Write("lorch.proj", $$"""
            <Project Sdk="Lorch.Build/{{ClonedRepository.Version}}">
              <Target Name="Show" AfterTargets="LorchRun">
                <Message Importance="high" Text="run [$(LorchTasksRun)] last $(LorchLastRunId)." />
              </Target>
            </Project>
            """);
        project.Reviewer("""{"error":{"code":"no","message":"no","retriable":false}}""");
        (await project.LorchRunAsync("-p:Task=T-2")).Failed();
        project.Reviewer(LorchProject.Approval);
        var older = Path.GetFileNameWithoutExtension(project.Records.Ledgers.Single());

        (await project.LorchRunAsync()).Succeeded().Says($"{older} continues after").Says($"run [T-1;T-2] last {older}.");
    }

    [Fact]
    public async Task A_plain_build_starts_no_agent()
    {
        using var project = new LorchProject(clone);

        (await project.BuildAsync()).Succeeded();

        Assert.Empty(project.Records.Ledgers);
    }

    [Fact]
    public async Task A_task_whose_dependency_failed_is_not_started_and_independent_ones_go_on()
    {
        using var project = new LorchProject(
            clone,
            LorchProject.TwoTasks.Replace("src/1.txt", "src/nobody-writes-this.txt", StringComparison.Ordinal)
                + """, { "id": "T-3", "goal": "Three", "inputs": ["specs/a.md"], "expected_outputs": [{ "path": "src/3.txt" }] }""");

        var result = await project.LorchRunAsync();

        result.Failed().Says("error LORCH4003: T-2 ");
        Assert.True(project.Records.Has("receipts/T-3/completion.json"));
        Assert.False(project.Records.Has("receipts/T-1/completion.json"));
        Assert.Empty(project.Records.Steps("T-2"));
    }
}
