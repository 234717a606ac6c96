using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// A person edits a file at any moment of a run, that is after any line of its ledger, and may take the edit back once a step was judged.
/// Whatever comes of it: a task is never up to date with work that saw something else, and no answer that was paid is asked for again
/// because of it.
/// </summary>
public sealed class EditsWhileARunWorks
{
    private const string Input = "specs/a.md";
    private const string Output = "src/hello.txt";
    private const string WithTools =
        """
        {"version":"1.0","agents":{"builder":{"use":"exec:build-it"},"reviewer":{"use":"exec:review-it"},"spec_maintainer":{"use":"exec:maintain-it"}},
         "tasks":[{"id":"T-1","goal":"greet","inputs":["specs/**"],"expected_outputs":[{"path":"src/hello.txt"}]}]}
        """;

    /// <summary>What each answer was made from, by the command.</summary>
    private readonly Dictionary<MessageId, string> _seen = [];

    [LongSet]
    [Theory]
    [InlineData(Input)]
    [InlineData(Output)]
    [InlineData("specs/new.md")]
    public async Task A_file_that_the_work_rests_on_leaves_no_record_that_answers_for_what_nobody_saw(string path)
    {
        var story = await StoryAsync();
        foreach (var at in LinesOf(story))
        {
            foreach (var back in Enumerable.Range(at + 1, story.Count - at)
                .Where(line => story[line - 1] == "system.step_recorded")
                .Append(int.MaxValue)
                .Append(0))
            {
                using var workspace = Workspace(path == Output ? WorkspaceUnderTest.Regenerating : WorkspaceUnderTest.OneTask);
                var before = Held(workspace, path);
                Edit(workspace, path, at, edited: "edited\n", back);
                var first = await workspace.RunAsync();
                Assert.True(first.Outcome is RunOutcome.Completed, $"edited after line {at}: {first.Outcome}");
                if (back > story.Count)
                {
                    Restore(workspace, path, before);
                }

                if ((await workspace.JudgeAsync()).IsUpToDate)
                {
                    AssertAllSawWhatIsThere(workspace, $"{path} edited after line {at} and taken back after {back}");
                }

                workspace.Files = new Core.Storage.DurableFiles();
                await workspace.RunAsync();
                AssertAllSawWhatIsThere(workspace, $"{path} edited after line {at}, taken back after {back}, worked again");
                Assert.Equal(RunOutcome.UpToDate, (await workspace.RunAsync()).Outcome);
            }
        }
    }

    [LongSet]
    [Fact]
    public async Task What_a_run_made_may_be_edited_before_it_ends()
    {
        var story = await StoryAsync();
        foreach (var at in LinesOf(
            story).Where(line => line > story.IndexOf("system.step_recorded", story.LastIndexOf("builder.completed"))))
        {
            using var workspace = Workspace();
            workspace.Files = At(at, () => workspace.Write(Output, "edited\n"));
            var first = await workspace.RunAsync();
            var asked = workspace.Agents.Received.Count;

            var second = await workspace.RunAsync();

            Assert.Equal((RunOutcome.Completed, RunOutcome.UpToDate), (first.Outcome, second.Outcome));
            Assert.DoesNotContain(first.Diagnostics, found => found.Code == DiagnosticCode.InputChangedDuringRun);
            Assert.Equal(asked, workspace.Agents.Received.Count);
            Assert.Equal("edited\n", workspace.Read(Output));
        }
    }

    [Fact]
    public async Task An_input_that_was_edited_and_taken_back_is_told_and_said_to_be_the_reason()
    {
        using var workspace = Workspace();
        var story = await StoryAsync();
        Edit(workspace, Input, story.IndexOf("implement") + 1, "edited\n", back: story.IndexOf("review"));

        var first = await workspace.RunAsync();

        var warning = Assert.Single(first.Diagnostics, found => found.Code == DiagnosticCode.InputChangedDuringRun);
        Assert.Equal((DiagnosticSeverity.Warning, Input), (warning.Severity, warning.File));
        Assert.False(File.Exists(workspace.At("receipts/T-1/completion.json")));
        Assert.Equal($"{Input} changed during {first.RunId}", (await workspace.JudgeAsync()).Reasons[0]);
        Assert.True((await workspace.Open().VerifyAsync(CancellationToken.None)).IsContent);
    }

    [Fact]
    public async Task A_run_that_was_left_after_an_input_was_edited_and_taken_back_is_not_gone_on_with()
    {
        using var workspace = Workspace();
        var story = await StoryAsync();
        Edit(workspace, Input, story.IndexOf("implement") + 1, "edited\n", back: story.IndexOf("review"));
        var answer = workspace.Agents.Answer;
        workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? [workspace.Agents.Fail(command, "ill", retriable: false)]
            : answer(command);
        var left = await workspace.RunAsync();
        workspace.Agents.Answer = answer;

        var result = await workspace.RunAsync();

        Assert.NotEqual(left.RunId, result.RunId);
        AssertAllSawWhatIsThere(workspace, "worked anew");
    }

    [LongSet]
    [Theory]
    [InlineData("a task is added")]
    [InlineData("a task with inputs of its own is added")]
    [InlineData("the goal is another")]
    [InlineData("a time-out is another")]
    [InlineData("an agent is another")]
    [InlineData("another folder is tracked")]
    [InlineData("nothing is tracked any more")]
    [InlineData("attempts are fewer")]
    [InlineData("it is half saved")]
    [InlineData("it is deleted")]
    public async Task What_lorch_json_says_counts_as_it_was_read_and_takes_effect_in_the_next_build(string edit)
    {
        var story = await StoryAsync();
        foreach (var at in LinesOf(story))
        {
            using var workspace = Workspace();
            var before = workspace.Read("lorch.json");
            workspace.Files = At(at, () => Change(workspace, edit));

            var first = await workspace.RunAsync();

            // What comes after the last look is an edit between two builds.
            var isTold = first.Diagnostics.Any(
                found => found is { Code: DiagnosticCode.ConfigurationEdited, Severity: DiagnosticSeverity.Warning });
            Assert.True(isTold, $"{edit} after line {at}");
            await AssertNothingIsAskedAgainAsync(workspace, first, () => workspace.Write("lorch.json", before));
        }
    }

    [LongSet]
    [Theory]
    [InlineData("prompts/review.md", "old {{goal}}", "new {{goal}}")]
    [InlineData("prompts/review.md", null, "new {{goal}}")]
    [InlineData("prompts/review.md", "old {{goal}}", null)]
    [InlineData("prompts/implement.md", "old {{goal}}", "{{no such place}}")]
    public async Task A_prompt_counts_as_it_was_read_and_takes_effect_in_the_next_build(string path, string? old, string? edited)
    {
        var story = await StoryAsync();
        foreach (var at in LinesOf(story))
        {
            using var workspace = Workspace();
            workspace.Write("lorch.json", WithTools);
            Restore(workspace, path, old);
            workspace.Files = At(at, () => Restore(workspace, path, edited));

            var first = await workspace.RunAsync();

            Assert.Contains(
                first.Diagnostics,
                found => found.Code == DiagnosticCode.ConfigurationEdited && found.File == workspace.At(path));
            await AssertNothingIsAskedAgainAsync(workspace, first, () => Restore(workspace, path, old));
        }
    }

    [LongSet]
    [Theory]
    [InlineData("")]
    [InlineData("src/gen/\nspecs/\n")]
    [InlineData("src/gen/\n!src/gen/g.txt\n*.md\n")]
    public async Task What_git_ignores_counts_as_it_was_read(string edited)
    {
        var story = await StoryAsync();
        foreach (var at in LinesOf(story))
        {
            using var workspace = Workspace();
            workspace.Configure([WorkspaceUnderTest.OneTask.Replace("\"specs/**\"", "\"specs/**\",\"src/**\"", StringComparison.Ordinal)]);
            Directory.CreateDirectory(workspace.At(".git"));
            workspace.Write(".gitignore", "src/gen/\n");
            workspace.Write("src/gen/g.txt", "generated");
            workspace.Files = At(at, () => workspace.Write(".gitignore", edited));

            var first = await workspace.RunAsync();

            Assert.DoesNotContain(first.Diagnostics, found => found.Code == DiagnosticCode.InputChangedDuringRun);
            await AssertNothingIsAskedAgainAsync(workspace, first, () => workspace.Write(".gitignore", "src/gen/\n"));
        }
    }

    [Fact]
    public async Task What_is_edited_while_the_turn_is_waited_for_is_read_again()
    {
        using var workspace = Workspace();
        var opened = workspace.Open();
        workspace.Configure([WorkspaceUnderTest.OneTask.Replace("greet", "part", StringComparison.Ordinal)]);

        await opened.RunAsync(new RunRequest { TaskId = TaskId.Parse("T-1") }, workspace, CancellationToken.None);

        Assert.Equal("part", workspace.Agents.Received[0].Inputs.GetProperty("goal").GetString());
        Assert.True((await workspace.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task A_task_that_is_gone_when_its_turn_comes_is_no_task()
    {
        using var workspace = Workspace();
        var opened = workspace.Open();
        workspace.Configure([WorkspaceUnderTest.OneTask.Replace("T-1", "T-2", StringComparison.Ordinal)]);

        var refused = await Assert.ThrowsAsync<LorchException>(
            () => opened.RunAsync(new RunRequest { TaskId = TaskId.Parse("T-1") }, workspace, CancellationToken.None));

        Assert.Equal(DiagnosticCode.UnknownTask, refused.Diagnostic.Code);
    }

    [LongSet]
    [Fact]
    public async Task The_state_may_be_emptied_at_any_moment_and_no_answer_is_lost()
    {
        var story = await StoryAsync();
        foreach (var at in LinesOf(story))
        {
            using var workspace = Workspace();
            workspace.Files = At(at, () => Directory.Delete(workspace.At("state"), recursive: true));

            var first = await workspace.RunAsync();

            Assert.True(
                first.Outcome is RunOutcome.Completed || first.Diagnostics.Any(found => found.Severity is DiagnosticSeverity.Error),
                $"emptied after line {at}");
            await AssertNothingIsAskedAgainAsync(workspace, first, () => { }, RunOutcome.Completed, RunOutcome.UpToDate);
        }
    }

    private static InterveningFiles At(int at, Action act) => new(line =>
    {
        if (line == at)
        {
            act();
        }
    });

    private static async Task AssertNothingIsAskedAgainAsync(
        WorkspaceUnderTest workspace,
        RunResult first,
        Action restore,
        params RunOutcome[] expected)
    {
        if (expected.Length == 0)
        {
            Assert.Equal(RunOutcome.Completed, first.Outcome);
        }

        restore();
        workspace.Files = new Core.Storage.DurableFiles();
        var second = await workspace.RunAsync();
        Assert.Contains(second.Outcome, expected.Length == 0 ? [RunOutcome.UpToDate] : expected);
        Assert.Equal(workspace.Agents.Story.Distinct(), workspace.Agents.Story);
    }

    private static string? Held(WorkspaceUnderTest workspace, string path) => File.Exists(workspace.At(path)) ? workspace.Read(path) : null;

    private static void Restore(WorkspaceUnderTest workspace, string path, string? content)
    {
        if (content is not null)
        {
            workspace.Write(path, content);
        }
        else if (File.Exists(workspace.At(path)))
        {
            workspace.Delete(path);
        }
    }

    /// <summary>Edits a file after a line, and takes it back after a later one, once; 0 for never.</summary>
    private static void Edit(WorkspaceUnderTest workspace, string path, int at, string edited, int back)
    {
        string? before = null;
        workspace.Files = new InterveningFiles(line =>
        {
            if (line == at)
            {
                before = Held(workspace, path);
                workspace.Write(path, edited);
            }
            else if (line == back)
            {
                Restore(workspace, path, before);
            }
        });
    }

    private static string Second(string inputs) =>
        $$"""
        "tasks": [{"id":"T-2","goal":"part","inputs":["{{inputs}}"],"expected_outputs":[{"path":"src/two.txt"}]},
        """;

    private static void Change(WorkspaceUnderTest workspace, string edit)
    {
        var text = workspace.Read("lorch.json");
        string Other(string old, string replacement) => text.Replace(old, replacement, StringComparison.Ordinal);
        switch (edit)
        {
            case "it is deleted":
                workspace.Delete("lorch.json");
                break;
            default:
                workspace.Write("lorch.json", edit switch
                {
                    "a task is added" => Other("\"tasks\": [", Second("specs/**")),
                    "a task with inputs of its own is added" => Other("\"tasks\": [", Second("*.json")),
                    "the goal is another" => Other("greet", "part"),
                    "a time-out is another" => Other("\"build-it\"]", "\"build-it\"], \"timeouts_s\": {\"implement\": 1}"),
                    "an agent is another" => Other("review-it", "look-at-it"),
                    "another folder is tracked" => Other("\"snapshot\": {}", "\"snapshot\": {\"include\": [\"**\"]}"),
                    "nothing is tracked any more" => Other("\"snapshot\": {}", "\"snapshot\": {\"exclude\": [\"**\"]}"),
                    "attempts are fewer" => Other("\"policy\": {}", "\"policy\": {\"retry\": {\"max_attempts\": 1}}"),
                    _ => text[..(text.Length / 2)],
                });
                break;
        }
    }

    /// <summary>
    /// The lines after which something is edited: each in the long set, otherwise each third, so that every kind of line has its turn in
    /// one of the edits.
    /// </summary>
    private static IEnumerable<int> LinesOf(List<string> story) =>
        Enumerable.Range(1, story.Count).Where(line => LongTests.AreAsked || line % 4 == 1);

    /// <summary>The lines of a run that nobody disturbs.</summary>
    private async Task<List<string>> StoryAsync()
    {
        using var workspace = Workspace();
        var result = await workspace.RunAsync();
        return [.. workspace.Events(result.RunId!.Value).TakeWhile(line => line != "system.run_completed")];
    }

    private WorkspaceUnderTest Workspace(string task = WorkspaceUnderTest.OneTask)
    {
        var workspace = new WorkspaceUnderTest(task);
        workspace.Agents.Answer = command => Answer(workspace, command);
        return workspace;
    }

    /// <summary>Agents that answer from what they see at the moment.</summary>
    private IEnumerable<AgentSignal> Answer(WorkspaceUnderTest workspace, Command command)
    {
        var iteration = command.Inputs.GetProperty("iteration").GetInt32();
        var answer = command.Action switch
        {
            AgentAction.Review when iteration == 0 =>
                workspace.Agents.Say(command, EventName.ReviewCompleted, "changes_requested", """{"summary":"say it better"}"""),
            AgentAction.Review => workspace.Agents.Say(command, EventName.ReviewCompleted, "approved"),
            AgentAction.UpdateSpec => workspace.Agents.Say(command, EventName.SpecNoChangesNeeded),
            _ => workspace.Agents.Say(
                command,
                EventName.BuilderCompleted,
                artifacts: workspace.Agents.Produce(Output, $"{command.Action} of {Held(workspace, Input)}")),
        };
        _seen[command.MessageId] = Sight(workspace);
        yield return answer;
    }

    private static string Sight(WorkspaceUnderTest workspace) =>
        string.Join('|', Held(workspace, Input), Held(workspace, "specs/new.md"), Held(workspace, Output));

    /// <summary>
    /// The last step that was asked of each agent saw what is there now: the builder made it so, the others looked at it.
    /// </summary>
    private void AssertAllSawWhatIsThere(WorkspaceUnderTest workspace, string when)
    {
        var completion = workspace.LatestCompletion();
        var steps = RunRecord.Replay(workspace.Layout, completion.RunId, CancellationToken.None)!.History.Steps;
        var receipts = workspace.Receipts();
        foreach (var step in steps.GroupBy(step => step.Action.Agent).Select(group => group.Last()))
        {
            var receipt = receipts.First(receipt => receipt.Step == step.Step);
            Assert.True(
                _seen[receipt.CommandMessageId] == Sight(workspace),
                $"{when}: {step.Action} saw {_seen[receipt.CommandMessageId]} and not {Sight(workspace)}");
        }
    }
}
