using Lorch.Core.Protocol;
using Lorch.Testing;

namespace Lorch.Core.Tests.Workflows;

/// <summary>The decisions, row by row. A ledger's lines stand one below the other.</summary>
public sealed class WhatComesNext
{
    private const string Failing = """{"tests":{"status":"fail"}}""";
    private const string Allowed = """{"tests":{"status":"fail","allowed_failures":true}}""";
    private const string Passing = """{"tests":{"status":"pass"}}""";
    private const string Reviewed = "implement -> completed|review -> approved";
    private const string Asked = "implement -> completed|review -> changes_requested";

    [Theory]
    [InlineData("", "implement 0 0")]
    [InlineData("implement -> completed", "review 0 0")]
    [InlineData("implement ~> completed", "review 0 0")]
    [InlineData($"{Asked}|implement_changes -> completed", "review 1 0")]
    [InlineData($"implement -> completed {Passing}", "review 0 0")]
    [InlineData(Reviewed, "update_spec 0 0")]
    [InlineData(Asked, "implement_changes 0 0")]
    [InlineData($"{Reviewed}|update_spec -> updated", "complete")]
    [InlineData($"{Reviewed}|update_spec -> nothing", "complete")]
    [InlineData($"{Reviewed}|update_spec -> changes_requested", "implement_changes 0 0")]
    [InlineData($"{Reviewed}|update_spec -> changes_requested|implement_changes -> completed", "review 1 0")]
    [InlineData($"{Reviewed}|update_spec -> changes_requested|implement_changes -> completed|review -> approved", "update_spec 1 0")]
    [InlineData("implement -> completed|review", "review 0 0")]
    public void Follows_from_what_is_proven_last(string lines, string decision) => Assert.Equal(decision, Read(lines).Decision);

    [Theory]
    [InlineData(FailingTestsRule.Fail, Failing, "review 0 0")]
    [InlineData(FailingTestsRule.Fail, Allowed, "review 0 0")]
    [InlineData(FailingTestsRule.Changes, Failing, "implement_changes 0 0")]
    [InlineData(FailingTestsRule.Changes, Allowed, "review 0 0")]
    [InlineData(FailingTestsRule.Changes, Passing, "review 0 0")]
    [InlineData(FailingTestsRule.Changes, """{"tests":{"status":"fail","allowed_failures":"yes"}}""", "implement_changes 0 0")]
    public void Depends_on_the_tests_only_if_the_rule_says_so(FailingTestsRule rule, string payload, string decision) => Assert.Equal(
        decision,
        new LedgerUnderTest(LedgerUnderTest.Start with { OnFailingTests = rule }).Read($"implement -> completed {payload}").Decision);

    [Theory]
    [InlineData(FailingTestsRule.Fail, EventName.BuilderCompleted, Failing, false)]
    [InlineData(FailingTestsRule.Fail, EventName.BuilderCompleted, Allowed, true)]
    [InlineData(FailingTestsRule.Fail, EventName.BuilderCompleted, Passing, true)]
    [InlineData(FailingTestsRule.Fail, EventName.BuilderCompleted, "{}", true)]
    [InlineData(FailingTestsRule.Changes, EventName.BuilderCompleted, Failing, true)]
    [InlineData(FailingTestsRule.Fail, EventName.ReviewCompleted, Failing, true)]
    [InlineData(FailingTestsRule.Fail, EventName.Error, "{}", false)]
    [InlineData(FailingTestsRule.Changes, EventName.Error, "{}", false)]
    public void Is_moved_by_outcomes_that_are_no_failures(FailingTestsRule rule, EventName name, string payload, bool movesOn) =>
        Assert.Equal(
            movesOn,
            Core.Workflows.Workflow.MovesOn(new Outcome { Event = name, Payload = System.Text.Json.JsonElement.Parse(payload) }, rule));

    [Theory]
    [InlineData("""{"summary":"more"}""", "src/a=1", """{"summary":"more"}""", "fail no_progress")]
    [InlineData("""{"a":1,"b":2}""", "src/a=1", """{"b":2,"a":1}""", "fail no_progress")]
    [InlineData("", "src/a=1", "", "fail no_progress")]
    [InlineData("""{"summary":"more"}""", "src/a=2", """{"summary":"more"}""", "implement_changes 1 0")]
    [InlineData("""{"summary":"more"}""", "src/a=1 src/b=1", """{"summary":"more"}""", "implement_changes 1 0")]
    [InlineData("""{"summary":"more"}""", "src/a=1 -src/c", """{"summary":"more"}""", "implement_changes 1 0")]
    [InlineData("""{"summary":"more"}""", "", """{"summary":"more"}""", "implement_changes 1 0")]
    [InlineData("""{"summary":"more"}""", "src/a=1", """{"summary":"still more"}""", "implement_changes 1 0")]
    [InlineData("reviews/T-1.json=1", "src/a=1", "reviews/T-1.json=2", "implement_changes 1 0")]
    public void Is_no_further_round_where_the_last_changed_nothing(string asked, string built, string askedAgain, string decision) =>
        Assert.Equal(
            decision,
            LedgerText.Read(
                "implement -> completed src/a=1",
                $"review -> changes_requested {asked}",
                $"implement_changes -> completed {built}",
                $"review -> changes_requested {askedAgain}").Decision);

    [Fact]
    public void Is_no_further_round_where_the_spec_maintainer_asks_in_vain()
    {
        string[] round = ["review -> approved reviews/T-1.json=", "update_spec -> changes_requested {}"];

        Assert.Equal(
            "fail no_progress",
            LedgerText.Read(
                "implement -> completed src/a=1", round[0]
                    + "1", round[1], "implement_changes -> completed src/a=1", round[0] + "2", round[1]).Decision);
    }

    [Fact]
    public void Is_one_more_round_when_a_run_is_resumed_that_stood_still()
    {
        string[] asks = ["implement_changes -> completed src/a=1", "review -> changes_requested"];
        var ledger = LedgerText.Read("implement -> completed src/a=1", asks[1], asks[0], asks[1], "fails no_progress", "resumed");

        Assert.Equal("implement_changes 1 0", ledger.Decision);
        Assert.Equal("fail no_progress", ledger.Read(asks).Decision);
    }

    [Fact]
    public void Is_changes_again_while_the_builder_has_failing_tests()
    {
        var ledger = new LedgerUnderTest(LedgerUnderTest.Start with { OnFailingTests = FailingTestsRule.Changes, MaxIterations = 2 })
            .Read(
                $"implement -> completed {Failing}",
                $"implement_changes -> completed {Failing}",
                $"implement_changes -> completed {Failing}");

        Assert.Equal("fail max_iterations", ledger.Decision);
    }

    [Theory]
    [InlineData(0, Asked, "fail max_iterations")]
    [InlineData(0, Reviewed, "update_spec 0 0")]
    [InlineData(1, Asked, "implement_changes 0 0")]
    [InlineData(1, $"{Asked}|implement_changes -> completed", "review 1 0")]
    [InlineData(1, $"{Asked}|implement_changes -> completed|review -> changes_requested", "fail max_iterations")]
    [InlineData(1, $"{Asked}|implement_changes -> completed|review -> approved|update_spec -> changes_requested", "fail max_iterations")]
    [InlineData(1, $"{Asked}|implement_changes ~> completed|review ~> changes_requested", "fail max_iterations")]
    [InlineData(1, $"{Asked}|implement_changes -> completed|review -> changes_requested|interrupted", "fail max_iterations")]
    [InlineData(
        1, $"{Asked}|implement_changes -> completed|review -> changes_requested|fails max_iterations|resumed", "implement_changes 1 0")]
    public void Is_failure_when_changes_are_asked_for_too_often(int limit, string lines, string decision) =>
        Assert.Equal(decision, Read(lines, limit).Decision);

    [Fact]
    public void Bounds_the_iterations_anew_after_a_failed_run_was_resumed()
    {
        var ledger = Read($"{Asked}|implement_changes -> completed|review -> changes_requested|fails max_iterations|resumed", 1)
            .Read("implement_changes -> completed", "review -> changes_requested");

        Assert.Equal("fail max_iterations", ledger.Decision);
    }

    [Fact]
    public void Says_who_asked_last_when_changes_are_asked_for_too_often()
    {
        var ledger = new LedgerUnderTest(LedgerUnderTest.Start with { MaxIterations = 0 })
            .Read("implement -> completed", """review -> changes_requested {"summary":"too short"}""");

        var failure = Assert.IsType<Core.Workflows.Decision.Fail>(Core.Workflows.Workflow.Next(ledger.History));

        Assert.Contains("0 rounds", failure.Reason.Message, StringComparison.Ordinal);
        Assert.Contains("review: too short", failure.Reason.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("implement -> failed x", "implement 0 1")]
    [InlineData("implement -> failed x|implement -> failed y", "implement 0 2")]
    [InlineData("implement -> failed x|implement -> failed y|implement -> failed z", "fail z")]
    [InlineData("implement -> failed! x", "fail x")]
    [InlineData("implement -> failed x|implement -> completed|review -> failed x", "review 0 1")]
    [InlineData("implement -> failed x|implement", "implement 0 1")]
    [InlineData("implement -> failed x|implement|interrupted", "implement 0 1")]
    [InlineData("implement -> failed! x|interrupted", "fail x")]
    [InlineData("implement -> failed! x|fails x|resumed", "implement 0 1")]
    [InlineData("implement -> failed x|implement -> failed x|implement -> failed x|fails x|resumed", "implement 0 3")]
    [InlineData(
        "implement -> failed x|implement -> failed x|implement -> failed x|fails x|resumed|implement -> failed x|implement -> failed x",
        "implement 0 5")]
    [InlineData(
        "implement -> failed x|implement -> failed x|implement -> failed x|fails x|resumed|implement -> failed x|implement -> failed "
            + "x|implement -> failed z",
        "fail z")]
    [InlineData("implement -> failed! x|fails x|resumed|implement -> failed! z", "fail z")]
    public void Counts_attempts_on_and_bounds_them_anew_after_a_failed_run_was_resumed(string lines, string decision) =>
        Assert.Equal(decision, Read(lines).Decision);

    [Fact]
    public void Is_a_first_attempt_when_the_agent_was_changed_after_a_failure()
    {
        var ledger = LedgerText.Read("implement -> failed x", "fails x");
        var before = ledger.Next.Key;

        ledger.Read("resumed builder=v2");

        Assert.Equal("implement 0 0", ledger.Decision);
        Assert.NotEqual(before, ledger.Next.Key);
    }

    private static LedgerUnderTest Read(string lines, int maxIterations = 10) =>
        new LedgerUnderTest(LedgerUnderTest.Start with { MaxIterations = maxIterations })
            .Read(lines.Split('|', StringSplitOptions.RemoveEmptyEntries));
}
