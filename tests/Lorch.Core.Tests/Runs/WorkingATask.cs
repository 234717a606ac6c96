using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Core.Tests.Runs;

public sealed class WorkingATask
{
    [Fact]
    public async Task Goes_through_the_whole_workflow_with_its_loops()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => workspace.Agents.Play(command, reviewAsks: 1, specAsks: 1);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(
            [
                "implement 0 0", "review 0 0", "implement_changes 0 0", "review 1 0", "update_spec 0 0",
                "implement_changes 1 0", "review 2 0", "update_spec 1 0",
            ],
            workspace.Agents.Story);
        Assert.Equal(
            ["reviews/T-1.json", "spec_notes/T-1.json", "src/hello.txt"],
            result.Artifacts.Select(artifact => artifact.Path.ToString()));
        Assert.Equal(Enumerable.Range(1, 8), workspace.Receipts().Select(receipt => receipt.Step));
    }

    [Fact]
    public async Task Writes_every_command_before_the_agent_sees_it()
    {
        using var workspace = new WorkspaceUnderTest();
        var inLedger = new List<bool>();
        workspace.Agents.Answer = command =>
        {
            inLedger.Add(workspace.Ledger(workspace.RunIds[0]).OfType<Command>().Any(line => line.MessageId == command.MessageId));
            return workspace.Agents.Play(command);
        };

        await workspace.RunAsync();

        Assert.Equal([true, true, true], inLedger);
    }

    [Fact]
    public async Task Proves_each_step_in_the_ledger()
    {
        using var workspace = new WorkspaceUnderTest();

        await workspace.RunAsync();

        Assert.Equal(
            [
                "system.run_started",
                "system.agent_started", "implement", "builder.completed", "system.step_recorded",
                "system.agent_started", "review", "review.completed", "system.step_recorded",
                "system.agent_started", "update_spec", "spec.updated", "system.step_recorded",
                "system.run_completed", "system.recorded",
            ],
            workspace.Events(workspace.RunIds[0]));
    }

    [Fact]
    public async Task Retries_an_error_under_the_same_key()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement && command.Retry.Attempt < 2
            ? [workspace.Agents.Fail(command, "busy")]
            : workspace.Agents.Play(command);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(["implement 0 0", "implement 0 1", "implement 0 2"], workspace.Agents.Story.Take(3));
        Assert.Single(workspace.Agents.Received.Take(3).Select(command => command.IdempotencyKey).Distinct());
        Assert.Equal(3, workspace.Agents.Received.Take(3).Select(command => command.MessageId).Distinct().Count());
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task Fails_when_attempts_are_used_up_or_make_no_sense(bool retriable, int attempts)
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => [workspace.Agents.Fail(command, "no_quota", retriable)];

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal(attempts, workspace.Agents.Received.Count);
        var error = Assert.Single(result.Diagnostics);
        Assert.Equal(DiagnosticCode.AgentReportedError, error.Code);
        Assert.Contains("no_quota", error.Message, StringComparison.Ordinal);
        Assert.Equal("system.run_failed", workspace.Events(workspace.RunIds[0])[^1]);
    }

    [Fact]
    public async Task Fails_with_the_last_findings_when_changes_are_asked_for_too_often()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"max_iterations":2}""");
        workspace.Agents.Answer = command => workspace.Agents.Play(command, reviewAsks: 100);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal(2, workspace.Agents.Received.Count(command => command.Action is AgentAction.ImplementChanges));
        Assert.Equal(
            [DiagnosticCode.ReviewFinding, DiagnosticCode.IterationsUsedUp],
            result.Diagnostics.Select(diagnostic => diagnostic.Code));
        Assert.Equal(("src/hello.txt", 1), (result.Diagnostics[0].File, result.Diagnostics[0].Line));
        Assert.Contains("too short (2)", result.Diagnostics[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_an_artifact_that_is_not_what_the_agent_says()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => command.Retry.Attempt == 0 && command.Action is AgentAction.Implement
            ? [workspace.Agents.Say(
                command,
                EventName.BuilderCompleted,
                artifacts: workspace.Agents.Produce("src/hello.txt", "hello\n") with { Size = 7 })]
            : workspace.Agents.Play(command);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(["implement 0 0", "implement 0 1"], workspace.Agents.Story.Take(2));
        Assert.Contains("system.artifact_rejected", workspace.Events(workspace.RunIds[0]));
    }

    [Fact]
    public async Task Measures_a_required_output_that_was_not_named()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command =>
        {
            var answer = workspace.Agents.Play(command).ToList();
            return command.Action is AgentAction.Implement ? [workspace.Agents.Say(command, EventName.BuilderCompleted)] : answer;
        };

        await workspace.RunAsync();

        Assert.Equal("src/hello.txt", Assert.Single(workspace.Receipts()[0].Artifacts).Path.ToString());
    }

    [Fact]
    public async Task Fails_a_step_whose_required_output_is_missing()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => [workspace.Agents.Say(command, EventName.BuilderCompleted)];

        var result = await workspace.RunAsync();

        Assert.Equal(DiagnosticCode.ArtifactRejected, Assert.Single(result.Diagnostics).Code);
        Assert.Contains("src/hello.txt", result.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.Empty(workspace.Receipts());
    }

    [Fact]
    public async Task Records_and_ignores_what_is_no_answer()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [
                workspace.Agents.Say(command, EventName.StepRecorded, payload: "{}"),
                workspace.Agents.Say(command, EventName.ReviewCompleted, "approved"),
                workspace.Agents.Say(command with { CorrelationId = CorrelationId.Parse("corr-T-1-review-0") }, EventName.BuilderCompleted),
                .. workspace.Agents.Play(command),
            ]
            : workspace.Agents.Play(command);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(3, workspace.Events(workspace.RunIds[0]).Count(name => name == "system.message_rejected"));
        Assert.Equal(3, workspace.Receipts().Count);
    }

    [Fact]
    public async Task Stops_when_the_builder_says_that_its_tests_fail()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command =>
            [workspace.Agents.Say(
                command,
                EventName.BuilderCompleted,
                payload: """{"tests":{"status":"fail"},"summary":"2 of 5 tests fail"}""",
                artifacts: workspace.Agents.Produce("src/hello.txt", "x"))];

        var result = await workspace.RunAsync();

        Assert.Equal(DiagnosticCode.TestsFailed, Assert.Single(result.Diagnostics).Code);
        Assert.Contains("2 of 5 tests fail", result.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.Single(workspace.Agents.Received);
        Assert.Empty(workspace.Receipts());
    }

    [Fact]
    public async Task Gives_failing_tests_back_to_the_builder_if_the_policy_says_so()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"on_failing_tests":"changes"}""");
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [workspace.Agents.Say(
                command,
                EventName.BuilderCompleted,
                payload: """{"tests":{"status":"fail"},"summary":"red"}""",
                artifacts: workspace.Agents.Produce("src/hello.txt", "x"))]
            : workspace.Agents.Play(command);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(["implement 0 0", "implement_changes 0 0", "review 0 0", "update_spec 0 0"], workspace.Agents.Story);
        Assert.Equal("red", workspace.Agents.Received[1].Inputs.GetProperty("cause").GetProperty("summary").GetString());
    }

    [Fact]
    public async Task Keeps_progress_that_comes_too_often_in_the_agents_log()
    {
        using var workspace = new WorkspaceUnderTest { Clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56)) };
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [
                .. Enumerable.Range(0, 5).Select(_ => workspace.Agents.Say(command, EventName.BuilderProgress)),
                .. workspace.Agents.Play(command)
            ]
            : workspace.Agents.Play(command);

        await workspace.RunAsync();

        Assert.Single(workspace.Events(workspace.RunIds[0]), "builder.progress");
        Assert.Equal(4, workspace.Agents.Kept.Count);
    }

    [Fact]
    public async Task Ignores_a_message_that_comes_twice()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command =>
        {
            var progress = workspace.Agents.Say(command, EventName.Log);
            return [progress, progress, .. workspace.Agents.Play(command)];
        };

        await workspace.RunAsync();

        Assert.Equal(3, workspace.Events(workspace.RunIds[0]).Count(name => name == "system.message_rejected"));
    }

    [Fact]
    public async Task Ignores_ten_thousand_messages_without_syncing_a_line_for_each()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command =>
        {
            var elsewhere = command with { TaskId = TaskId.Parse("T-9") };
            return [
                .. Enumerable.Range(0, 10_000).Select(_ => workspace.Agents.Say(elsewhere, EventName.BuilderCompleted)),
                .. workspace.Agents.Play(command)
            ];
        };

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(3 * 20, workspace.Events(workspace.RunIds[0]).Count(name => name == "system.message_rejected"));
        Assert.Equal(3 * 9_980, workspace.Agents.Kept.Count);
    }

    [Fact]
    public async Task Warns_of_a_glob_that_matches_nothing()
    {
        using var workspace = new WorkspaceUnderTest(
            """{"id":"T-1","goal":"greet","inputs":["specs/**","specs/typo.md"],"expected_outputs":[{"path":"src/hello.txt"}]}""");

        var warning = Assert.Single((await workspace.RunAsync()).Diagnostics);

        Assert.Equal((DiagnosticCode.GlobMatchesNothing, DiagnosticSeverity.Warning), (warning.Code, warning.Severity));
        Assert.Contains("specs/typo.md", warning.Message, StringComparison.Ordinal);
        Assert.EndsWith("lorch.json", warning.File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_a_torn_line_was_moved_aside()
    {
        using var workspace = new WorkspaceUnderTest();
        await ResumingARun.InterruptAtAsync(workspace, AgentAction.Review);
        workspace.Write($"events/{workspace.RunIds[0]}.ndjson", workspace.Read($"events/{workspace.RunIds[0]}.ndjson") + """{"kind":"ev""");
        workspace.Agents.Answer = command => workspace.Agents.Play(command);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(DiagnosticCode.LedgerTorn, Assert.Single(result.Diagnostics).Code);
        Assert.Equal("""{"kind":"ev""", workspace.Read($"events/{workspace.RunIds[0]}.torn"));
    }
}
