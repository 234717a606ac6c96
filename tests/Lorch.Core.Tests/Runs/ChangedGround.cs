using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;
using static Lorch.Core.Tests.Runs.OpenRun;

namespace Lorch.Core.Tests.Runs;

/// <summary>What becomes of an open run when files, its task or its agents changed since it was left.</summary>
public sealed class ChangedGround
{
    private const string Removing = """{"id":"T-2","goal":"g","inputs":["docs/**"]}""";

    [Theory]
    [InlineData("goal", "the task's goal changed")]
    [InlineData("input", "specs/a.md changed since")]
    [InlineData("removed input", "specs/a.md changed since")]
    [InlineData("product", "src/hello.txt changed since")]
    [InlineData("note", "reviews/T-1.json changed since")]
    [InlineData("manifest", "is gone")]
    public async Task Gives_up_a_run_whose_ground_changed_and_says_why(string what, string reason)
    {
        using var workspace = await FailedAsync(AgentAction.UpdateSpec);
        Change(workspace, what);

        var result = await PlayAsync(workspace);

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(2, workspace.RunIds.Count);
        var aborted = Payload(workspace, EventName.RunAborted);
        Assert.Equal("superseded", aborted.GetProperty("reason").GetString());
        Assert.Contains(reason, aborted.GetProperty("by").GetString(), StringComparison.Ordinal);
        Assert.Contains(
            workspace.Said,
            text => text.Contains($"{workspace.RunIds[0]} is closed", StringComparison.Ordinal)
                && text.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Goes_on_with_another_agent_and_keeps_what_the_earlier_one_proved()
    {
        using var workspace = await FailedAsync(AgentAction.UpdateSpec);
        workspace.Configure([WorkspaceUnderTest.OneTask], builder: "build-it-better");

        await PlayAsync(workspace);

        Assert.Single(workspace.RunIds);
        Assert.Equal(["update_spec 0 1"], workspace.Agents.Story);
    }

    [Fact]
    public async Task Gives_up_a_failed_run_whose_checks_changed_for_they_may_be_its_mend()
    {
        using var workspace = await FailedAsync(AgentAction.UpdateSpec);
        workspace.Configure(
            [WorkspaceUnderTest.OneTask.Replace("\"goal\"", "\"verify\":[{\"cmd\":[\"true\"]}],\"goal\"", StringComparison.Ordinal)]);

        await PlayAsync(workspace);

        Assert.Equal(2, workspace.RunIds.Count);
    }

    [Fact]
    public async Task Goes_on_with_an_interrupted_run_whose_checks_changed()
    {
        using var workspace = await InterruptedAsync(AgentAction.UpdateSpec);
        workspace.Configure(
            [WorkspaceUnderTest.OneTask.Replace("\"goal\"", "\"verify\":[{\"cmd\":[\"true\"]}],\"goal\"", StringComparison.Ordinal)]);

        await PlayAsync(workspace);

        Assert.Single(workspace.RunIds);
        Assert.Equal(["verify changed since"], (await workspace.JudgeAsync()).Although);
    }

    [Fact]
    public async Task Gives_up_a_run_that_regenerates_files_when_an_agent_changed()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.Regenerating);
        await FailAsync(workspace, AgentAction.UpdateSpec);
        workspace.Configure([WorkspaceUnderTest.Regenerating], builder: "build-it-better");

        await PlayAsync(workspace);

        Assert.Equal(2, workspace.RunIds.Count);
    }

    [Fact]
    public async Task Goes_on_with_another_agent_that_has_proven_nothing_yet()
    {
        using var workspace = await FailedAsync(AgentAction.Implement);
        workspace.Configure([WorkspaceUnderTest.OneTask], builder: "build-it-better");

        await PlayAsync(workspace);

        Assert.Single(workspace.RunIds);
        Assert.Equal(["implement 0 0", "review 0 0", "update_spec 0 0"], workspace.Agents.Story);
    }

    [Fact]
    public async Task Is_not_stopped_by_what_a_dead_builder_left_half_written()
    {
        using var workspace = await InterruptedAsync(AgentAction.Implement);
        workspace.Write("src/half.txt", "hal");

        await PlayAsync(workspace);

        Assert.Single(workspace.RunIds);
        AssertDrift(workspace, inFlight: ["src/half.txt"]);
    }

    [Theory]
    [InlineData("""["lib/**"]""", "lib/half.txt", true)]
    [InlineData("""["lib/**"]""", "src/half.txt", false)]
    public async Task Knows_where_the_builder_of_the_task_may_have_written(string produces, string path, bool isInFlight)
    {
        var task = $$"""{"id":"T-1","goal":"greet","inputs":["specs/**","lib/**","src/**"],"produces":{{produces}}}""";
        using var workspace = await InterruptedAsync(AgentAction.Implement, task);
        workspace.Write(path, "hal");

        await PlayAsync(workspace);

        Assert.Equal(isInFlight ? 1 : 2, workspace.RunIds.Count);
    }

    [Fact]
    public async Task Is_given_up_when_an_input_changed_while_a_builder_was_at_work()
    {
        using var workspace = await InterruptedAsync(AgentAction.Implement);
        workspace.Write("specs/a.md", "# B\n");

        await PlayAsync(workspace);

        Assert.Equal(2, workspace.RunIds.Count);
    }

    [Fact]
    public async Task Goes_on_when_only_something_else_changed_and_records_it()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Write("docs/removed.md", "a");
        workspace.Write("docs/changed.md", "a");
        await FailAsync(workspace, AgentAction.Review);
        workspace.Write("docs/added.md", "b");
        workspace.Write("docs/changed.md", "b");
        workspace.Delete("docs/removed.md");

        var result = await PlayAsync(workspace);

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Single(workspace.RunIds);
        AssertDrift(workspace, added: ["docs/added.md"], removed: ["docs/removed.md"], changed: ["docs/changed.md"]);
    }

    [Theory]
    [InlineData("src/other=1")]
    [InlineData("-src/old")]
    public async Task Takes_what_another_task_did_meanwhile_for_no_drift(string files)
    {
        using var workspace = new WorkspaceUnderTest("""{"id":"T-1","goal":"g"}""", Removing);
        workspace.Write("docs/a.md", "a");
        workspace.Write("src/old", "old");
        await FailAsync(workspace, AgentAction.Review);
        workspace.Build(("T-2", files));
        await workspace.RunAsync("T-2");

        await PlayAsync(workspace);

        Assert.Equal(2, workspace.RunIds.Count);
        Assert.DoesNotContain("system.snapshot_drift", workspace.Events(workspace.RunIds[0]));
        Assert.Contains("system.run_completed", workspace.Events(workspace.RunIds[0]));
    }

    private static void Change(WorkspaceUnderTest workspace, string what)
    {
        switch (what)
        {
            case "goal":
                workspace.Configure([WorkspaceUnderTest.OneTask.Replace("greet", "greet all", StringComparison.Ordinal)]);
                break;
            case "manifest":
                Directory.Delete(workspace.At("snapshots"), recursive: true);
                break;
            case "removed input":
                workspace.Delete("specs/a.md");
                break;
            default:
                workspace.Write(what switch { "input" => "specs/a.md", "product" => "src/hello.txt", _ => "reviews/T-1.json" }, "changed");
                break;
        }
    }

    private static void AssertDrift(
        WorkspaceUnderTest workspace,
        string[]? added = null,
        string[]? removed = null,
        string[]? changed = null,
        string[]? inFlight = null)
    {
        var drift = SystemJson.Read<SnapshotDrift>(Payload(workspace, EventName.SnapshotDrift));

        Assert.Equal(added ?? [], drift.Added.Select(path => path.ToString()));
        Assert.Equal(removed ?? [], drift.Removed.Select(path => path.ToString()));
        Assert.Equal(changed ?? [], drift.Changed.Select(path => path.ToString()));
        Assert.Equal(inFlight ?? [], drift.InFlight.Select(path => path.ToString()));
    }
}
