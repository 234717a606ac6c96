using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Workflows;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

public sealed class AcceptingATask
{
    private const string Reworded =
        """{"id":"T-1","goal":"say hello","inputs":["specs/**"],"expected_outputs":[{"path":"src/hello.txt"}]}""";
    private const string Dependent = """{"id":"T-2","goal":"sign it","depends_on":["T-1"]}""";

    [Fact]
    public async Task Is_a_run_of_its_own_without_agents_that_says_who_and_why()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Write("src/hello.txt", "by hand\n");

        var result = await workspace.AcceptAsync(reason: "written by hand");

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Empty(workspace.Agents.Received);
        var run = Assert.Single(workspace.RunIds);
        Assert.Equal(["system.run_started", "system.accepted", "system.run_completed", "system.recorded"], workspace.Events(run));
        var word = SystemJson.Read<Accepted>(((Event)workspace.Ledger(run)[1]).Payload!.Value);
        Assert.Equal(new Accepted { By = "Ann Ong", Reason = "written by hand" }, word);
        Assert.Contains($"T-1 {run} accepted by Ann Ong: written by hand", workspace.Said);
    }

    [Fact]
    public async Task Makes_work_by_hand_done_with_the_files_that_were_expected()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Write("src/hello.txt", "by hand\n");
        await workspace.AcceptAsync();

        var verdict = await workspace.JudgeAsync();
        var status = await workspace.Open().StatusAsync(CancellationToken.None);

        Assert.True(verdict.IsUpToDate);
        Assert.Equal(["accepted"], verdict.Although);
        Assert.Equal("Ann Ong", status.Tasks[0].Accepted!.By);
        Assert.Null(Assert.Single(workspace.LatestCompletion().Artifacts).Step);
        Assert.Equal(RunOutcome.UpToDate, (await workspace.RunAsync()).Outcome);
        Assert.Equal(0, workspace.Agents.Started);
    }

    [Fact]
    public async Task Makes_it_stale_again_when_an_input_changes_and_not_when_the_work_is_edited()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Write("src/hello.txt", "by hand\n");
        await workspace.AcceptAsync();
        workspace.Write("src/hello.txt", "by hand, mended\n");

        var edited = await workspace.JudgeAsync();
        workspace.Write("specs/a.md", "# B\n");
        var changed = await workspace.JudgeAsync();

        Assert.Equal(["accepted", "edited since"], edited.Although);
        Assert.Equal(["specs/a.md changed"], changed.Reasons);
    }

    [Fact]
    public async Task Lets_the_work_that_is_an_input_as_well_be_edited()
    {
        using var workspace = new WorkspaceUnderTest(
            """{"id":"T-1","goal":"greet","inputs":["src/**"],"expected_outputs":[{"path":"src/hello.txt"}]}""");
        workspace.Write("src/hello.txt", "by hand\n");
        await workspace.AcceptAsync();
        workspace.Write("src/hello.txt", "by hand, mended\n");

        Assert.True((await workspace.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task Keeps_a_reworded_task_and_all_that_depend_on_it_done()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.OneTask, Dependent);
        await workspace.RunAsync("T-2");
        var before = workspace.LatestCompletion();
        workspace.Configure([Reworded, Dependent]);
        var stale = await workspace.JudgeAsync("T-1");

        await workspace.AcceptAsync(reason: "reworded");

        Assert.Equal(["its goal changed"], stale.Reasons);
        Assert.True(stale.IsStaleByWordsAlone);
        Assert.True((await workspace.JudgeAsync("T-2")).IsUpToDate);
        Assert.Equal(before.OutputsSha256, workspace.LatestCompletion().OutputsSha256);
        Assert.Equal(before.Artifacts, workspace.LatestCompletion().Artifacts);
    }

    [Fact]
    public async Task Keeps_those_that_depend_on_it_done_where_only_its_notes_are_gone()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.OneTask, Dependent);
        await workspace.RunAsync("T-2");
        workspace.Configure([Reworded, Dependent]);
        workspace.Delete("reviews/T-1.json");
        workspace.Delete("spec_notes/T-1.json");

        await workspace.AcceptAsync();

        Assert.True((await workspace.JudgeAsync("T-2")).IsUpToDate);
    }

    [Fact]
    public async Task Says_which_tasks_are_stale_by_other_outputs()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.OneTask, Dependent);
        await workspace.RunAsync("T-2");
        workspace.Write("src/hello.txt", "by hand\n");
        workspace.Configure([Reworded, Dependent]);

        await workspace.AcceptAsync();

        Assert.Contains("T-2, which depends on T-1, is stale: T-1 has other outputs than it was worked with", workspace.Said);
        Assert.Equal(["T-1, which it depends on, has other outputs"], (await workspace.JudgeAsync("T-2")).Reasons);
    }

    [Fact]
    public async Task Takes_over_what_the_same_words_were_completed_with_under_another_name()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        var before = workspace.LatestCompletion();
        workspace.Configure([WorkspaceUnderTest.OneTask.Replace("T-1", "T-9", StringComparison.Ordinal)]);
        var status = (await workspace.Open().StatusAsync(CancellationToken.None)).Tasks[0];

        await workspace.AcceptAsync("T-9");

        Assert.Equal((before.TaskId, before.RunId), (status.SameWords!.TaskId, status.SameWords.RunId));
        Assert.Equal("dotnet build -t:LorchAccept -p:Task=T-9", status.Accept);
        Assert.Contains($"T-9 takes over what T-1 was completed with by {before.RunId}", workspace.Said);
        Assert.Equal(before.OutputsSha256, workspace.LatestCompletion("T-9").OutputsSha256);
        Assert.Contains(workspace.LatestCompletion("T-9").Artifacts, artifact => artifact.Path.ToString() == "src/hello.txt");
        Assert.True((await workspace.JudgeAsync("T-9")).IsUpToDate);
    }

    [Fact]
    public async Task Offers_no_words_of_a_task_that_is_still_there()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Configure([WorkspaceUnderTest.OneTask, WorkspaceUnderTest.OneTask.Replace("T-1", "T-9", StringComparison.Ordinal)]);

        var status = await workspace.Open().StatusAsync(CancellationToken.None);

        Assert.All(status.Tasks, task => Assert.Null(task.SameWords));
    }

    [Fact]
    public async Task Leaves_a_specification_that_an_agent_wrote_what_it_is()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => command.Action is AgentAction.UpdateSpec
            ? [workspace.Agents.Say(command, EventName.SpecUpdated, artifacts: workspace.Agents.Produce("specs/a.md", "# A, as built\n"))]
            : workspace.Agents.Play(command);
        await workspace.RunAsync();
        workspace.Configure([WorkspaceUnderTest.OneTask.Replace("T-1", "T-9", StringComparison.Ordinal)]);
        await workspace.AcceptAsync("T-9");
        workspace.Write("specs/a.md", "# Something else\n");

        Assert.Equal(["specs/a.md changed"], (await workspace.JudgeAsync("T-9")).Reasons);
    }

    [Fact]
    public async Task Closes_the_open_run_whose_work_a_person_finished()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? [workspace.Agents.Fail(command, "no_quota", retriable: false)]
            : workspace.Agents.Play(command);
        await workspace.RunAsync();
        var open = workspace.RunIds[0];

        await workspace.AcceptAsync();

        Assert.Equal("system.run_aborted", workspace.Events(open)[^1]);
        Assert.Contains(workspace.Said, line => line.StartsWith($"T-1 {open} is closed", StringComparison.Ordinal));
        Assert.False((await workspace.JudgeAsync()).HasOpenRun);
        Assert.Equal(RunOutcome.UpToDate, (await workspace.ResumeAsync())!.Outcome);
        Assert.NotEmpty(workspace.Receipts());
    }

    [Fact]
    public async Task Has_nothing_to_say_of_a_task_that_is_done_as_it_was_worked()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();

        var result = await workspace.AcceptAsync();

        Assert.Equal(RunOutcome.UpToDate, result.Outcome);
        Assert.Single(workspace.RunIds);
        Assert.Contains($"T-1 is up to date by {workspace.RunIds[0]}; there is nothing to accept", workspace.Said);
    }

    [Fact]
    public async Task Takes_edits_of_finished_work_for_the_work()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Write("src/hello.txt", "mended\n");
        await workspace.AcceptAsync();

        Assert.Equal(["accepted"], (await workspace.JudgeAsync()).Although);
    }

    [Fact]
    public async Task Drops_the_findings_of_the_last_review_and_runs_no_check()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.AnswerReviewsWith(
            """{"findings":[{"file":"src/hello.txt","line":3,"severity":"warning","message":"Too short."}]}""");
        await workspace.RunAsync();
        workspace.Configure([Reworded.Replace("}]}", "}],\"verify\":[{\"cmd\":[\"false\"]}]}", StringComparison.Ordinal)]);

        await workspace.AcceptAsync();

        Assert.Empty((await workspace.JudgeAsync()).Diagnostics);
    }

    [Fact]
    public async Task Is_refused_while_an_expected_output_is_missing()
    {
        using var workspace = new WorkspaceUnderTest();

        var refused = await Assert.ThrowsAsync<LorchException>(() => workspace.AcceptAsync());

        Assert.Equal(DiagnosticCode.NotAcceptable, refused.Diagnostic.Code);
        Assert.Equal(
            "T-1 isn't accepted: src/hello.txt, which it is expected to make, isn't there. Write it, or take it out of "
                + "\"expected_outputs\".",
            refused.Diagnostic.Message);
        Assert.Empty(workspace.RunIds);
    }

    [Fact]
    public async Task Is_refused_while_a_task_that_it_depends_on_is_not_done()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.OneTask, Dependent);

        var refused = await Assert.ThrowsAsync<LorchException>(() => workspace.AcceptAsync("T-2"));

        Assert.Equal(
            "T-2 isn't accepted: T-1, which it depends on, isn't up to date. Accept that one first, or have it worked.",
            refused.Diagnostic.Message);
    }

    [Fact]
    public async Task Is_for_a_person_to_say_and_not_for_an_agent()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Write("src/hello.txt", "by hand\n");
        workspace.Environment["LORCH_AGENT_SESSION"] = "1";

        var refused = await Assert.ThrowsAsync<LorchException>(() => workspace.AcceptAsync());

        Assert.Equal(DiagnosticCode.AcceptedByAgent, refused.Diagnostic.Code);
        Assert.Empty(workspace.RunIds);
    }

    [Fact]
    public async Task Is_stale_where_the_accepted_work_is_not()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Write("src/hello.txt", "by hand\n");
        await workspace.AcceptAsync();
        workspace.Delete("src/hello.txt");

        Assert.Equal(["its artifact src/hello.txt is gone"], (await workspace.JudgeAsync()).Reasons);
    }

    [Fact]
    public async Task Names_itself_where_nothing_but_words_changed()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Configure([Reworded]);
        var reworded = (await workspace.Open().StatusAsync(CancellationToken.None)).Tasks[0];
        workspace.Write("specs/a.md", "# B\n");
        var other = (await workspace.Open().StatusAsync(CancellationToken.None)).Tasks[0];

        Assert.Equal("dotnet build -t:LorchAccept -p:Task=T-1", reworded.Accept);
        Assert.Null(other.Accept);
    }

    [Fact]
    public async Task Says_nothing_of_agents_that_changed_since()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Write("src/hello.txt", "by hand\n");
        await workspace.AcceptAsync();
        workspace.Configure([WorkspaceUnderTest.OneTask], builder: "build-it-better");

        Assert.Equal(["accepted"], (await workspace.JudgeAsync()).Although);
    }

    [Fact]
    public async Task Holds_for_files_that_are_regenerated_until_anything_differs()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.Regenerating);
        workspace.Write("src/hello.txt", "by hand\n");
        await workspace.AcceptAsync();
        var accepted = await workspace.JudgeAsync();
        workspace.Configure([WorkspaceUnderTest.Regenerating], builder: "build-it-better");

        Assert.True(accepted.IsUpToDate);
        Assert.Equal(["its builder changed"], (await workspace.JudgeAsync()).Reasons);
    }

    [Fact]
    public async Task That_was_cut_off_counts_for_nothing_and_no_agent_goes_on_with_it()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Write("src/hello.txt", "by hand\n");
        await workspace.AcceptAsync();
        var run = workspace.RunIds[0];
        var ledger = workspace.Layout.Ledger(run);
        await File.WriteAllLinesAsync(
            ledger,
            (await File.ReadAllLinesAsync(ledger, TestContext.Current.CancellationToken))[..2],
            TestContext.Current.CancellationToken);
        Directory.Delete(workspace.At("receipts/T-1"), recursive: true);

        var verdict = await workspace.JudgeAsync();
        var status = await workspace.Open().StatusAsync(CancellationToken.None);
        var refused = await Assert.ThrowsAsync<LorchException>(() => workspace.ResumeAsync());

        Assert.Equal(["it has never been completed"], verdict.Reasons);
        Assert.False(verdict.HasOpenRun);
        Assert.Equal("aborted", status.LastRun!.Status);
        Assert.Equal(DiagnosticCode.RunAborted, refused.Diagnostic.Code);
        Assert.Equal(0, workspace.Agents.Started);
    }

    [Fact]
    public async Task Is_no_word_in_a_run_that_works()
    {
        using var workspace = new WorkspaceUnderTest();
        var result = await workspace.RunAsync();
        var started = (Event)workspace.Ledger(result.RunId!.Value)[0];
        var word = started with { Name = EventName.Accepted, Payload = SystemJson.ToElement(new Accepted { By = "Ann Ong" }) };

        var refused = Assert.Throws<LorchException>(() => History.Empty.Apply(started).Apply(word));

        Assert.Equal(DiagnosticCode.LedgerDamaged, refused.Diagnostic.Code);
    }
}
