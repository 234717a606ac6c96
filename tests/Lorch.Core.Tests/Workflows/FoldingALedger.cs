using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Workflows;
using Lorch.Testing;

namespace Lorch.Core.Tests.Workflows;

public sealed class FoldingALedger
{
    /// <summary>Gets ways to change an answer so that it doesn't count, with a part of the reason.</summary>
    public static TheoryData<string, string> Forgeries { get; } = new()
    {
        { "correlation", "has correlation" },
        { "task", "is of task" },
        { "agent", "was asked, not the reviewer" },
        { "action", "is no answer to 'implement'" },
        { "duplicate", "was there before" },
        { "status", "payload.tests.status" },
        { "system", "comes from Lorch alone" },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void Ignores_an_event_that_is_no_answer_to_the_command_in_flight(string forgery, string reason)
    {
        var ledger = LedgerText.Read("implement");
        var progress = ledger.Answer(EventName.ArtifactProduced) with { Removed = [RelativePath.Parse("src/old")] };
        ledger.Append(progress);
        var forged = Forge(ledger.Answer(EventName.BuilderCompleted), forgery, progress);

        var after = ledger.History.Apply(forged);

        Assert.Contains(reason, ledger.History.RefusalOf(forged), StringComparison.Ordinal);
        Assert.Same(ledger.History, after);
    }

    [Theory]
    [InlineData(EventName.StepRecorded)]
    [InlineData(EventName.StepReused)]
    [InlineData(EventName.AttemptFailed)]
    [InlineData(EventName.RunStarted)]
    [InlineData(EventName.RunResumed)]
    [InlineData(EventName.RunCompleted)]
    [InlineData(EventName.RunFailed)]
    [InlineData(EventName.RunAborted)]
    public void Ignores_system_events_from_agents(EventName name)
    {
        var ledger = LedgerText.Read("implement -> completed unjudged");

        Assert.Same(ledger.History, ledger.History.Apply(ledger.Answer(name)));
    }

    [Fact]
    public void Ignores_a_run_that_an_agent_starts()
    {
        var started = new LedgerUnderTest().Messages.OfType<Event>().Single();

        var history = History.Empty.Apply(started with { From = new AgentAddress { AgentType = AgentType.Builder } });

        Assert.Null(history.Status);
    }

    [Fact]
    public void Ignores_what_is_said_after_the_terminal_event()
    {
        var ledger = LedgerText.Read("implement -> completed a=1 unjudged");

        Assert.Same(
            ledger.History,
            ledger.History.Apply(ledger.Answer(EventName.ArtifactProduced) with { Artifacts = [LedgerUnderTest.Produced("b", "2")] }));
    }

    [Fact]
    public void Ignores_what_is_said_while_nobody_was_asked()
    {
        var ledger = LedgerText.Read("implement");
        var late = ledger.Answer(EventName.BuilderCompleted);
        ledger.FailAttempt("deadline_exceeded", retriable: true);

        Assert.Same(ledger.History, ledger.History.Apply(late));
    }

    [Theory]
    [InlineData("approved", true)]
    [InlineData("changes_requested", true)]
    [InlineData("Approved", false)]
    [InlineData(null, false)]
    public void Takes_a_review_only_with_a_status_it_knows(string? status, bool counts)
    {
        var ledger = LedgerText.Read("implement -> completed", "review");

        ledger.Append(ledger.Answer(EventName.ReviewCompleted, status));

        Assert.Equal(counts, ledger.History.IsUnjudged);
    }

    [Fact]
    public void Gathers_artifacts_and_removals_of_all_events_of_a_step_the_later_ones_winning()
    {
        var ledger = LedgerText.Read("implement");
        ledger.Append(ledger.Answer(EventName.ArtifactProduced) with
        {
            Artifacts = [LedgerUnderTest.Produced("a", "1"), LedgerUnderTest.Produced("b", "1")],
            Removed = [RelativePath.Parse("c")],
        });
        ledger.Append(ledger.Answer(EventName.BuilderProgress) with
        {
            Artifacts = [LedgerUnderTest.Produced("a", "22"), LedgerUnderTest.Produced("c", "1")],
            Removed = [RelativePath.Parse("b")],
        });
        ledger.Append(ledger.Answer(EventName.BuilderCompleted));
        ledger.Record();

        var step = Assert.Single(ledger.History.Steps);

        Assert.Equal([LedgerUnderTest.Produced("a", "22"), LedgerUnderTest.Produced("c", "1")], step.Artifacts);
        Assert.Equal([RelativePath.Parse("b")], step.Removed);
    }

    [Fact]
    public void Forgets_what_an_attempt_said_that_was_sent_again()
    {
        var ledger = LedgerText.Read("implement");
        ledger.Append(ledger.Answer(EventName.ArtifactProduced) with { Artifacts = [LedgerUnderTest.Produced("a", "1")] });
        ledger.Read("implement -> completed b=1");

        Assert.Equal(["b"], Assert.Single(ledger.History.Steps).Artifacts.Select(artifact => artifact.Path.ToString()));
    }

    [Fact]
    public void Knows_what_was_removed_and_not_made_again()
    {
        var ledger = LedgerText.Read("implement -> completed -a -b", "review -> changes_requested", "implement_changes -> completed a=1");

        Assert.Equal([RelativePath.Parse("b")], ledger.History.Removals());
    }

    [Fact]
    public void Stops_at_a_step_that_is_recorded_without_an_answer()
    {
        var ledger = LedgerText.Read("implement");

        AssertDamaged("no answer stands before", () => ledger.Record());
    }

    [Fact]
    public void Stops_at_a_step_that_is_recorded_behind_an_error()
    {
        var ledger = LedgerText.Read("implement -> error unjudged");

        AssertDamaged("no answer stands before", () => ledger.Record());
    }

    [Fact]
    public void Stops_at_a_step_that_is_recorded_under_another_key()
    {
        var ledger = LedgerText.Read("implement -> completed unjudged");
        var other = new StepRecorded
        {
            Step = 1,
            Receipt = new FileReference { Path = "r", Sha256 = LedgerUnderTest.DigestOf("r") },
            IdempotencyKey = LedgerUnderTest.Start.TaskKey,
            Action = AgentAction.Implement,
            Iteration = 0,
            Measured = [],
        };

        AssertDamaged("another key", () => ledger.Note(EventName.StepRecorded, other));
    }

    [Fact]
    public void Stops_at_an_attempt_that_failed_without_a_command()
    {
        var ledger = LedgerText.Read("implement -> failed x");
        var again = ledger.Messages[^1];

        AssertDamaged("no command stands before", () => ledger.Append(again));
    }

    [Theory]
    [InlineData("fails x", "implement")]
    [InlineData("aborted", "implement")]
    public void Stops_at_a_command_in_a_run_that_is_over(string ending, string action)
    {
        var ledger = LedgerText.Read(ending);

        AssertDamaged("a command stands in a run that is", () => ledger.Read(action));
    }

    [Fact]
    public void Stops_at_a_run_that_is_resumed_after_it_was_given_up()
    {
        var ledger = LedgerText.Read("aborted");

        AssertDamaged("resumed that is aborted", () => ledger.Read("resumed"));
    }

    [Fact]
    public void Stops_at_a_run_that_is_started_twice()
    {
        var ledger = LedgerText.Read();

        AssertDamaged("started twice", () => ledger.Append(ledger.Messages[0]));
    }

    [Fact]
    public void Stops_at_anything_of_Lorch_before_the_start()
    {
        var ledger = LedgerText.Read("fails x");

        AssertDamaged("stands before system.run_started", () => History.Empty.Apply(ledger.Messages[^1]));
    }

    [Fact]
    public void Stops_at_a_payload_it_cannot_read()
    {
        var ledger = LedgerText.Read("fails x");
        var failed = (Event)ledger.Messages[^1];

        AssertDamaged("payload of system.run_failed", () => ledger.Append(failed with { Payload = JsonElement.Parse("""{"code":"x"}""") }));
        AssertDamaged("payload of system.run_failed", () => ledger.Append(failed with { Payload = null }));
    }

    [Theory]
    [InlineData("", "Running")]
    [InlineData("fails x", "Failed")]
    [InlineData("fails x|resumed", "Running")]
    [InlineData("interrupted", "Running")]
    [InlineData("aborted", "Aborted")]
    public void Knows_where_the_run_stands(string lines, string phase) =>
        Assert.Equal(phase, LedgerText.Read(lines.Split('|', StringSplitOptions.RemoveEmptyEntries)).History.Status.ToString());

    private static Event Forge(Event answer, string forgery, Event before) => forgery switch
    {
        "correlation" => answer with { CorrelationId = CorrelationId.Parse("corr-T-1-implement-1") },
        "task" => answer with { TaskId = TaskId.Parse("T-2") },
        "agent" => answer with { From = new AgentAddress { AgentType = AgentType.Reviewer } },
        "action" => answer with { Name = EventName.ReviewCompleted, Status = "approved" },
        "duplicate" => answer with { MessageId = before.MessageId },
        "status" => answer with { Payload = JsonElement.Parse("""{"tests":{"status":"passed"}}""") },
        _ => answer with { Name = EventName.StepRecorded },
    };

    private static void AssertDamaged(string reason, Action fold)
    {
        var diagnostic = Assert.Throws<LorchException>(fold).Diagnostic;

        Assert.Equal(DiagnosticCode.LedgerDamaged, diagnostic.Code);
        Assert.Contains(reason, diagnostic.Message, StringComparison.Ordinal);
    }
}
