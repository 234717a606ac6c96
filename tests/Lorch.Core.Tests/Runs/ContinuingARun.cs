using System.Text.Json;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Runs;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>What happens to a run that failed or was interrupted when its task is run again.</summary>
public sealed class ContinuingARun
{
    private const string Removing = """{"id":"T-2","goal":"g","inputs":["docs/**"]}""";

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

    [Theory]
    [InlineData("goal", "the task's goal changed")]
    [InlineData("input", "specs/a.md changed since")]
    [InlineData("removed input", "specs/a.md changed since")]
    [InlineData("product", "src/hello.txt changed since")]
    [InlineData("note", "reviews/T-1.json changed since")]
    [InlineData("builder", "the builder changed")]
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
        Assert.Contains(workspace.Said, text => text.Contains($"{workspace.RunIds[0]} is closed", StringComparison.Ordinal) && text.Contains(reason, StringComparison.Ordinal));
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
        Assert.Contains("up to date", Payload(workspace, EventName.RunAborted, run: 1).GetProperty("by").GetString(), StringComparison.Ordinal);
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
        using var workspace = new WorkspaceUnderTest();
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
    [InlineData(WorkMode.Force, "worked again from its start")]
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

    private static async Task<WorkspaceUnderTest> FailedAsync(AgentAction action)
    {
        var workspace = new WorkspaceUnderTest();
        await FailAsync(workspace, action);
        return workspace;
    }

    /// <summary>Runs the task; the agent that is asked for an action gives up for good.</summary>
    private static async Task FailAsync(WorkspaceUnderTest workspace, AgentAction action, WorkMode mode = WorkMode.WhenStale)
    {
        workspace.Agents.Answer = command => command.Action == action
            ? [workspace.Agents.Fail(command, "no_quota", retriable: false)]
            : workspace.Agents.Play(command);
        Assert.Equal(RunOutcome.Failed, (await workspace.RunAsync(mode: mode)).Outcome);
    }

    /// <summary>Runs the task; somebody cancels while an action is worked.</summary>
    private static async Task<WorkspaceUnderTest> InterruptedAsync(AgentAction action, params string[] tasks)
    {
        var workspace = new WorkspaceUnderTest(tasks);
        using var cancellation = new CancellationTokenSource();
        workspace.Agents.Answer = command => command.Action == action ? Cancel() : workspace.Agents.Play(command);
        Assert.Equal(RunOutcome.Interrupted, (await workspace.RunAsync(cancellationToken: cancellation.Token)).Outcome);
        return workspace;

        IEnumerable<AgentSignal> Cancel()
        {
            cancellation.Cancel();
            return [];
        }
    }

    /// <summary>Runs the task with agents that do their work, and keeps only what they receive now.</summary>
    private static Task<RunResult> PlayAsync(WorkspaceUnderTest workspace, WorkMode mode = WorkMode.WhenStale)
    {
        workspace.Agents.Received.Clear();
        workspace.Agents.Answer = command => workspace.Agents.Play(command);
        return workspace.RunAsync(mode: mode);
    }

    private static void Change(WorkspaceUnderTest workspace, string what)
    {
        switch (what)
        {
            case "goal":
                workspace.Configure([WorkspaceUnderTest.OneTask.Replace("greet", "greet all", StringComparison.Ordinal)]);
                break;
            case "builder":
                workspace.Configure([WorkspaceUnderTest.OneTask], builder: "build-it-better");
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

    private static JsonElement Payload(WorkspaceUnderTest workspace, EventName name, int run = 0) =>
        workspace.Ledger(workspace.RunIds[run]).OfType<Event>().Last(message => message.Name == name).Payload!.Value;

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
