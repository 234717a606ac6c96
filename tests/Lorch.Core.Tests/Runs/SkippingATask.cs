using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Core.UpToDate;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

public sealed class SkippingATask
{
    [Fact]
    public async Task Starts_no_agent_when_nothing_changed()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        var started = workspace.Agents.Started;

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.UpToDate, result.Outcome);
        Assert.Equal(started, workspace.Agents.Started);
        Assert.Single(workspace.RunIds);
    }

    [Fact]
    public async Task Says_again_what_its_last_review_found_without_a_ledger()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.AnswerReviewsWith(
            """{"findings":[{"file":"src/hello.txt","line":3,"severity":"warning","message":"Too short."}]}""");
        var worked = await workspace.RunAsync();
        Directory.Delete(workspace.Layout.EventsFolder, recursive: true);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.UpToDate, result.Outcome);
        Assert.Equal(worked.Findings, result.Findings);
        Assert.Equal(worked.Diagnostics, result.Diagnostics);
    }

    [Fact]
    public async Task Works_again_when_an_input_changed_and_goes_on_with_the_step_numbers()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Write("specs/a.md", "# B\n");

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Contains("T-1 because specs/a.md changed", workspace.Said);
        Assert.Equal([1, 2, 3, 4, 5, 6], workspace.Receipts().Select(receipt => receipt.Step));
    }

    [Fact]
    public async Task Settles_without_a_run_when_an_input_changed_since_the_verdict()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Write("specs/a.md", "# B\n");
        await workspace.RunAsync();
        workspace.Write("specs/a.md", "# A\n");
        var opened = workspace.Open();
        var verdicts = await opened.JudgeAsync(opened.Select([]), WorkMode.WhenStale, CancellationToken.None);
        workspace.Write("specs/a.md", "# C\n");

        await opened.SettleAsync(verdicts, workspace, CancellationToken.None);

        Assert.True(Assert.Single(verdicts).IsUpToDate);
        Assert.Equal(2, workspace.RunIds.Count);
        Assert.Equal(workspace.RunIds[^1], workspace.LatestCompletion().RunId);
    }

    [Fact]
    public async Task Is_answered_by_an_older_completion_when_an_input_changed_back()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Write("specs/a.md", "# B\n");
        await workspace.RunAsync();
        workspace.Write("specs/a.md", "# A\n");

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.UpToDate, result.Outcome);
        Assert.Equal(workspace.RunIds[0], result.RunId);
    }

    [Fact]
    public async Task Is_not_answered_by_an_older_completion_whose_artifacts_were_replaced_since()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [workspace.Agents.Say(
                command,
                EventName.BuilderCompleted,
                artifacts: workspace.Agents.Produce("src/hello.txt", workspace.Read("specs/a.md")))]
            : workspace.Agents.Play(command);
        await workspace.RunAsync();
        workspace.Write("specs/a.md", "# B\n");
        await workspace.RunAsync();
        workspace.Write("specs/a.md", "# A\n");

        var verdict = await workspace.JudgeAsync();

        Assert.Equal(["src/hello.txt holds none of its work"], verdict.Reasons);
    }

    [Theory]
    [InlineData(WorkspaceUnderTest.OneTask, "src/hello.txt")]
    [InlineData(WorkspaceUnderTest.Regenerating, "src/hello.txt")]
    [InlineData(WorkspaceUnderTest.OneTask, "reviews/T-1.json")]
    [InlineData(WorkspaceUnderTest.OneTask, "spec_notes/T-1.json")]
    [InlineData(WorkspaceUnderTest.Regenerating, "reviews/T-1.json")]
    public async Task Works_again_when_an_artifact_is_gone(string task, string artifact)
    {
        using var workspace = new WorkspaceUnderTest(task);
        await workspace.RunAsync();
        workspace.Delete(artifact);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Contains($"T-1 because its artifact {artifact} is gone", workspace.Said);
        Assert.True(File.Exists(workspace.At(artifact)));
    }

    [Theory]
    [InlineData(WorkspaceUnderTest.OneTask)]
    [InlineData(WorkspaceUnderTest.Regenerating)]
    public async Task Misses_no_note_that_git_ignores_and_no_clone_holds(string task)
    {
        using var workspace = new WorkspaceUnderTest(task);
        Directory.CreateDirectory(workspace.At(".git"));
        workspace.Write(".gitignore", "/reviews/\nspec_notes/*.json\n");
        await workspace.RunAsync();
        workspace.Delete("reviews/T-1.json");
        workspace.Delete("spec_notes/T-1.json");

        Assert.True((await workspace.JudgeAsync()).IsUpToDate);

        workspace.Write(".gitignore", "/reviews/\n");
        Assert.Equal(["its artifact spec_notes/T-1.json is gone"], (await workspace.JudgeAsync()).Reasons);
    }

    [Theory]
    [InlineData(WorkspaceUnderTest.OneTask)]
    [InlineData(WorkspaceUnderTest.Regenerating)]
    public async Task Reuses_the_steps_before_a_lost_note(string task)
    {
        using var workspace = new WorkspaceUnderTest(task);
        await workspace.RunAsync();
        workspace.Delete("spec_notes/T-1.json");
        workspace.Agents.Received.Clear();

        await workspace.RunAsync();

        Assert.Equal(["update_spec 0 0"], workspace.Agents.Story);
        Assert.Equal(2, workspace.Events(workspace.RunIds[1]).Count(name => name == "system.step_reused"));
    }

    [Fact]
    public async Task Reuses_a_looped_run_whose_first_turn_was_overwritten_by_its_second()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.Regenerating);
        workspace.Agents.Answer = command => workspace.Agents.Play(command, reviewAsks: 2);
        await workspace.RunAsync();
        workspace.Delete("spec_notes/T-1.json");
        workspace.Agents.Received.Clear();

        await workspace.RunAsync();

        Assert.Equal(["update_spec 0 0"], workspace.Agents.Story);
    }

    [Fact]
    public async Task Touching_a_file_changes_nothing()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        File.SetLastWriteTimeUtc(workspace.At("specs/a.md"), DateTime.UnixEpoch);

        Assert.True((await workspace.JudgeAsync()).IsUpToDate);
    }

    [Theory]
    [InlineData("specs/b.md", "specs/b.md was added")]
    [InlineData("src/other.txt", null)]
    public async Task Counts_only_what_its_globs_match(string added, string? reason)
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Write(added, "new");

        Assert.Equal(reason is null ? [] : [reason], (await workspace.JudgeAsync()).Reasons);
    }

    [Fact]
    public async Task Names_a_removed_input()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Write("specs/b.md", "b");
        await workspace.RunAsync();
        workspace.Delete("specs/b.md");

        Assert.Equal(["specs/b.md was removed"], (await workspace.JudgeAsync()).Reasons);
    }

    [Theory]
    [InlineData(
        """{"id":"T-1","goal":"greet all","inputs":["specs/**"],"expected_outputs":[{"path":"src/hello.txt"}]}""", "its goal changed")]
    [InlineData(
        """{"id":"T-1","goal":"greet","inputs":["specs/*"],"expected_outputs":[{"path":"src/hello.txt"}]}""", null, "inputs changed since")]
    [InlineData(
        """{"id":"T-1","goal":"greet","inputs":["specs/**"],"expected_outputs":[{"path":"src/hello.txt"}],"verify":[{"cmd":["true"]}]}""",
        null, "verify changed since")]
    [InlineData("""{"id":"T-1","goal":"greet","inputs":["specs/**"]}""", "its expected_outputs changed")]
    [InlineData(
        """{"id":"T-1","goal":"greet","inputs":["specs/**"],"expected_outputs":[{"path":"src/hello.txt"}],"parameters":{"tone":1}}""",
        "its parameters changed")]
    public async Task Names_the_part_of_the_definition_that_changed(string task, string? reason, string? although = null)
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Configure([task]);

        var verdict = await workspace.JudgeAsync();

        Assert.Equal(reason is null ? [] : [reason], verdict.Reasons);
        Assert.Equal(although is null ? [] : [although], verdict.Although);
    }

    [Fact]
    public async Task Names_the_agent_that_changed_where_files_are_regenerated()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.Regenerating);
        await workspace.RunAsync();
        workspace.Configure([WorkspaceUnderTest.Regenerating], builder: "build-it-better");

        Assert.Equal(["its builder changed"], (await workspace.JudgeAsync()).Reasons);
    }

    [Fact]
    public async Task Says_that_an_earlier_agent_worked_it_and_works_nothing()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Configure([WorkspaceUnderTest.OneTask], builder: "build-it-better");

        var status = await workspace.Open().StatusAsync(CancellationToken.None);

        Assert.Equal(["by an earlier builder"], (await workspace.JudgeAsync()).Although);
        Assert.Equal("by an earlier builder", Assert.Single(status.Tasks[0].Although!).Word);
    }

    [Fact]
    public void Says_that_several_agents_changed_in_one_word() => Assert.Equal(
        ["edited since", "by earlier agents"],
        DoneAlthough.WordsOf(
        [
            DoneAlthough.Edited(RelativePath.Parse("src/a.cs")),
            DoneAlthough.OtherAgent(AgentType.Builder, wasThere: true, isThere: true),
            DoneAlthough.OtherAgent(AgentType.Reviewer, wasThere: true, isThere: true),
        ]));

    [Fact]
    public async Task Policies_that_cannot_change_a_result_throw_no_work_away()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"max_iterations":3,"retry":{"max_attempts":7},"max_restarts":1}""");

        Assert.True((await workspace.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task Force_works_again_and_reuses_nothing()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Agents.Received.Clear();

        var result = await workspace.RunAsync(mode: WorkMode.Force);

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(3, workspace.Agents.Received.Count);
        Assert.All(workspace.Agents.Received, command => Assert.Equal(4, command.Inputs.GetProperty("generation").GetInt32()));
        Assert.True((await workspace.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task Restored_receipts_without_ledgers_and_state_skip_as_well()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        Directory.Delete(workspace.At("state"), recursive: true);
        Directory.Delete(workspace.At("events"), recursive: true);

        Assert.True((await workspace.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task A_deleted_completion_is_made_anew_from_the_receipts()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Delete("receipts/T-1/completion.json");
        Directory.Delete(workspace.At("receipts/T-1/completions"), recursive: true);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(3, workspace.Agents.Received.Count);
        Assert.Single(Directory.EnumerateFiles(workspace.At("receipts/T-1/completions")));
    }

    [Fact]
    public async Task An_edit_while_it_is_worked_is_warned_of_and_makes_it_stale()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command =>
        {
            workspace.Write("specs/a.md", "# edited meanwhile\n");
            return workspace.Agents.Play(command);
        };

        var result = await workspace.RunAsync();

        Assert.Equal(DiagnosticCode.InputChangedDuringRun, Assert.Single(result.Diagnostics).Code);
        Assert.Equal([$"specs/a.md changed during {result.RunId}"], (await workspace.JudgeAsync()).Reasons);
    }
}
