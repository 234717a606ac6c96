using Lorch.Testing;

namespace Lorch.Build.Tests;

public sealed class ChoosingTasks(ClonedRepository clone)
{
    private const string Independent = """
        { "id": "T-1", "goal": "One", "inputs": ["specs/a.md"], "expected_outputs": [{ "path": "src/1.txt" }] },
        { "id": "T-2", "goal": "Two", "inputs": ["specs/a.md"], "expected_outputs": [{ "path": "src/2.txt" }] },
        { "id": "T-3", "goal": "Three", "inputs": ["specs/a.md"], "expected_outputs": [{ "path": "src/3.txt" }] }
        """;

    [LongSet]
    [Theory]
    [InlineData("-p:Task=T-3+T-1", "T-1 T-3", false)]
    [InlineData("-p:Task=T-1%3BT-2", "T-1 T-2", true)]
    [InlineData("-p:LorchTasks=T-2", "T-2", true)]
    [InlineData("-p:Irrelevant=x", "T-1 T-2 T-3", true)]
    public async Task Works_exactly_the_tasks_that_are_named_or_all(string argument, string expected, bool isRare)
    {
        LongTests.SkipUnlessAsked(isRare);
        using var project = new LorchProject(clone, Independent);

        (await project.LorchRunAsync(argument)).Succeeded();

        Assert.Equal(
            expected.Split(' '),
            new[] { "T-1", "T-2", "T-3" }.Where(task => project.Records.Has($"receipts/{task}/completion.json")));
    }

    // What is to be done with a task stands behind its id: `T-1+added.…+force`.
    [LongSet]
    [Fact]
    public async Task A_task_may_be_called_like_what_the_runner_adds_to_an_id()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone, Independent
            .Replace("T-1", "force", StringComparison.Ordinal)
            .Replace("T-2", "added.one", StringComparison.Ordinal));
        (await project.LorchRunAsync("-p:Task=force+added.one")).Succeeded();
        project.DeleteFolder("receipts/force/completions");
        project.Delete("receipts/force/completion.json");
        project.DeleteFolder("events");

        var again = await project.LorchRunAsync("-p:Task=force+added.one");

        // Had it been forced, no receipt would have answered.
        again.Succeeded().Says("force step 1 ").Says("reused from").Says("added.one up to date");
    }

    [Fact]
    public async Task An_environment_variable_named_TASK_or_RUN_chooses_nothing()
    {
        using var project = new LorchProject(clone);
        project.Dotnet.Environment["TASK"] = "T-9999";
        project.Dotnet.Environment["RUN"] = "run-1";

        (await project.LorchRunAsync()).Succeeded();

        Assert.True(project.Records.Has("receipts/T-2/completion.json"));
    }

    [Fact]
    public async Task An_unknown_task_is_an_error_that_names_the_nearest()
    {
        using var project = new LorchProject(clone);

        var result = await project.LorchRunAsync("-p:Task=T-11");

        result.Failed().Says("error LORCH1008").Says("T-1");
        Assert.Empty(project.Records.Ledgers);
    }

    [LongSet]
    [Fact]
    public async Task A_task_brings_along_what_it_depends_on()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);

        (await project.LorchRunAsync("-p:Task=T-2")).Succeeded();

        Assert.Equal(
            ["T-1", "T-2"],
            project.Records.Events("system.run_completed").Select(line => line.GetProperty("task_id").GetString()));
    }
}
