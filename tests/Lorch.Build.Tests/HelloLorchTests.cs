using System.Text.RegularExpressions;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>What the sample's story has to show, wherever the tasks come from.</summary>
public abstract partial class HelloLorchTests
{
    private static readonly string[] FiveActions = ["implement", "review", "implement_changes", "review", "update_spec"];

    private protected abstract HelloLorch Story { get; }

    private protected abstract string Sample { get; }

    [Fact]
    public void The_first_run_goes_through_implement_review_changes_review_and_specifications()
    {
        Story.First.Result.Succeeded();

        Assert.Equal(FiveActions, Story.First.Actions);
        Assert.Equal("completed", Story.First.RunStatus);
    }

    [Fact]
    public void The_first_run_works_with_three_processes() => Assert.Equal(3, Story.First.AgentsStarted);

    [Theory]
    [InlineData("src/hello.txt")]
    [InlineData("reviews/T-0042.json")]
    [InlineData("spec_notes/T-0042.json")]
    [InlineData("receipts/T-0042/step-1.json")]
    [InlineData("receipts/T-0042/completion.json")]
    [InlineData("state/run.json")]
    [InlineData("state/index.json")]
    [InlineData("state/keys/T-0042.key")]
    public void Leaves_behind(string path) => Assert.True(new Records(Sample).Has(path));

    [Fact]
    public void Leaves_a_log_of_each_agent_a_transcript_and_a_snapshot()
    {
        var records = new Records(Sample);

        Assert.All(
            ["builder", "reviewer", "spec_maintainer"],
            type => Assert.NotEmpty(Directory.GetFiles(Path.Combine(Sample, "logs", type))));
        Assert.NotEmpty(records.Transcripts);
        Assert.NotEmpty(records.Manifests);
    }

    [Fact]
    public void All_that_it_leaves_behind_is_of_a_known_format()
    {
        var files = new RecordedFiles(Sample);

        // The sample's agents have nothing to log, as long as nothing goes wrong.
        Assert.Empty(files.Unknown);
        Assert.Equal(
            [
                "command", "completion", "event", "lorch", "mock-script", "receipt", "report-data", "run-index", "run-state",
                "snapshot-manifest"
            ],
            files.Schemas.Except(["log"]));
    }

    [Fact]
    public void Every_file_and_every_line_fits_its_schema() => Assert.Empty(new RecordedFiles(Sample).Validate());

    [Fact]
    public async Task Every_file_and_every_line_fits_its_schema_for_a_validator_that_is_not_ours() =>
        Assert.Empty(await new RecordedFiles(Sample).ValidateForeignAsync());

    [Fact]
    public void Tells_a_person_the_run_the_snapshot_the_steps_the_artifacts_and_what_is_next()
    {
        var output = Story.First.Result.Output;

        Assert.Matches(RunId(), output);
        Assert.Matches(SnapshotId(), output);
        Assert.Matches(Step("implement", "builder"), output);
        Assert.Matches(Step("review", "reviewer"), output);
        Assert.Matches(Step("update_spec", "spec_maintainer"), output);
        Assert.Contains("src/hello.txt", output, StringComparison.Ordinal);
        Assert.Contains("next:", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finding_of_the_review_is_a_warning_at_its_file_and_line() =>
        Assert.Matches(@"hello\.txt\(1(,\d+)?\): warning LORCH4005: ", Story.First.Result.Output);

    [Fact]
    public void The_same_command_again_starts_no_agent_and_says_so()
    {
        Story.Again.Result.Succeeded();

        Assert.Equal(Story.First.History, Story.Again.History);
        Assert.Matches(@"T-0042 up to date \(snap-[0-9a-f]{12}\)", Story.Again.Result.Output);
    }

    [Fact]
    public void A_changed_input_is_worked_named_and_continues_the_step_numbers()
    {
        Story.Changed.Result.Succeeded().Says("specs/greeting.md changed");

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Story.Changed.Steps);
        Assert.Equal(FiveActions, Story.Changed.Actions.Skip(5));
        Assert.Equal(2, Story.Changed.Ledgers.Count);
    }

    [Fact]
    public void An_input_that_is_changed_back_starts_no_agent()
    {
        Story.ChangedBack.Result.Succeeded().Says("T-0042 up to date (snap-");

        Assert.Equal(Story.Changed.History, Story.ChangedBack.History);
    }

    [Fact]
    public void A_deleted_artifact_is_made_again_and_named()
    {
        Story.ArtifactDeleted.Result.Succeeded().Says("src/hello.txt is gone");

        Assert.True(Story.ArtifactDeleted.Ledgers.Count > Story.ChangedBack.Ledgers.Count);
        Assert.True(new Records(Sample).Has("src/hello.txt"));
    }

    [Fact]
    public void Ctrl_C_ends_the_agents_and_leaves_a_run_that_can_go_on()
    {
        Story.Interrupted.Result.Failed().Says("LORCH4004");

        Assert.Equal("running", Story.Interrupted.RunStatus);
        Assert.Empty(Story.Interrupted.Leftovers);
    }

    [Fact]
    public void The_same_command_goes_on_where_it_was_interrupted()
    {
        Story.Continued.Result.Succeeded();

        Assert.Equal(Story.Interrupted.Ledgers, Story.Continued.Ledgers);
        Assert.StartsWith(Story.Interrupted.History, Story.Continued.History, StringComparison.Ordinal);
        Assert.Equal(Story.ArtifactDeleted.Steps.Count + 5, Story.Continued.Steps.Count);
        Assert.Equal("completed", Story.Continued.RunStatus);
    }

    [Fact]
    public void No_process_outlives_its_command() => Assert.Empty(LeftoverProcesses.In(Sample));

    private static string Step(string action, string agent) => $@"step \d+ +{action} +{agent} +.*\d+\.\d s";

    [GeneratedRegex(@"run-\d{8}-\d{6}-[0-9a-f]{8}")]
    private static partial Regex RunId();

    [GeneratedRegex("snap-[0-9a-f]{12}")]
    private static partial Regex SnapshotId();
}
