using System.Text.Json;
using Lorch.Testing;

namespace Lorch.Build.Tests;

public sealed class GoingOnAfterAKill : IClassFixture<KilledBuild>
{
    private readonly KilledBuild _killed;

    public GoingOnAfterAKill(KilledBuild killed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It kills a process group and looks for processes in /proc.");
        _killed = killed;
    }

    [Fact]
    public void Agents_end_when_the_build_that_asked_them_is_no_more() => Assert.Empty(_killed.LeftBehind);

    [Fact]
    public void LorchStatus_says_that_the_run_is_interrupted_and_where() =>
        _killed.Status.Succeeded()
            .Says("T-1 interrupted at review, attempt 1, after 1 step")
            .Says(_killed.RunId)
            .Says("next: dotnet build -t:");

    [Fact]
    public void LorchStatus_writes_for_scripts_what_it_says_to_people()
    {
        _killed.StatusAsJson.Succeeded().Says("\"interrupted\"");

        Assert.Empty(SchemaCheck.Validate("status", _killed.StatusFile));
        var task = JsonElement.Parse(_killed.StatusFile).GetProperty("tasks")[0];
        Assert.Equal("interrupted", task.GetProperty("state").GetString());
        Assert.Equal(_killed.RunId, task.GetProperty("run").GetProperty("run_id").GetString());
    }

    [Fact]
    public void A_run_that_is_unknown_is_an_error_that_lists_the_runs() =>
        _killed.UnknownRun.Failed().Says("error LORCH2014").Says($"{_killed.RunId} (T-1, ");

    [Fact]
    public void An_edit_stops_the_resume_where_drift_is_to_fail_and_nothing_is_recorded()
    {
        Assert.Equal(1, _killed.Drifted.ExitCode);
        _killed.Drifted.Says("error LORCH2017").Says("specs/a.md");
        Assert.Equal(_killed.HistoryWhenKilled, _killed.HistoryAfterDrift);
    }

    [Fact]
    public void LorchResume_goes_on_in_the_same_ledger_whatever_the_environment_variable_RUN_says()
    {
        _killed.Resumed.Succeeded().DoesNotSay("warning");

        Assert.StartsWith(_killed.HistoryWhenKilled, _killed.HistoryWhenResumed, StringComparison.Ordinal);
        Assert.Equal(["implement", "review", "update_spec"], _killed.Actions);
    }

    [Fact]
    public void Only_the_step_that_was_cut_off_is_asked_for_again() =>
        Assert.Equal(["implement", "review", "review", "update_spec"], _killed.Asked);

    [Fact]
    public void LorchVerify_finds_nothing_wrong() =>
        _killed.Verified.Succeeded().Says("Nothing is damaged: checked 1 snapshots, 1 ledgers of ").Says(" 3 receipts");

    [Fact]
    public void A_run_that_was_given_up_can_not_be_resumed()
    {
        _killed.Aborted.Succeeded().Says($"T-1 {_killed.RunAborted} is aborted");

        _killed.AfterAbort.Failed().Says("error LORCH2015").Says(_killed.RunAborted);
    }
}
