using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

public sealed class ResumingARun
{
    [Fact]
    public async Task Goes_on_where_it_was_interrupted()
    {
        using var workspace = new WorkspaceUnderTest();
        await InterruptAtAsync(workspace, AgentAction.Review);
        workspace.Agents.Received.Clear();
        workspace.Agents.Answer = command => workspace.Agents.Play(command);

        var result = await workspace.ResumeAsync();

        Assert.Equal(RunOutcome.Completed, result!.Outcome);
        Assert.Equal(["review 0 0", "update_spec 0 0"], workspace.Agents.Story);
        Assert.Single(workspace.RunIds);
        Assert.Contains("system.run_interrupted", workspace.Events(workspace.RunIds[0]));
    }

    [Fact]
    public async Task Says_that_a_complete_run_is_complete_and_succeeds()
    {
        using var workspace = new WorkspaceUnderTest();
        var run = await workspace.RunAsync();

        var result = await workspace.ResumeAsync(run.RunId);

        Assert.Equal(RunOutcome.UpToDate, result!.Outcome);
        Assert.Contains($"T-1 {run.RunId} is complete; there is nothing to resume", workspace.Said);
    }

    [Fact]
    public async Task Makes_the_latest_completion_the_one_that_answers_though_a_crash_came_before()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        var older = workspace.Read("receipts/T-1/completion.json");
        workspace.Write("specs/a.md", "more\n");
        await workspace.RunAsync();
        var newer = workspace.Read("receipts/T-1/completion.json");

        workspace.Write("receipts/T-1/completion.json", older);
        await workspace.ResumeAsync();
        var insteadOfOlder = workspace.Read("receipts/T-1/completion.json");
        workspace.Delete("receipts/T-1/completion.json");
        await workspace.ResumeAsync();
        var insteadOfNone = workspace.Read("receipts/T-1/completion.json");

        Assert.NotEqual(older, newer);
        Assert.Equal([newer, newer], [insteadOfOlder, insteadOfNone]);
    }

    [Fact]
    public async Task Writes_the_files_of_a_complete_run_that_a_crash_kept_from_the_disk()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        var (completion, state) = (workspace.Read("receipts/T-1/completion.json"), workspace.Read("state/run.json"));
        workspace.Delete("receipts/T-1/completion.json");
        Directory.Delete(workspace.At("receipts/T-1/completions"), recursive: true);
        Directory.Delete(workspace.At("state"), recursive: true);
        var ledger = workspace.Layout.Ledger(workspace.RunIds[0]);
        await File.WriteAllLinesAsync(ledger, (await File.ReadAllLinesAsync(ledger, CancellationToken.None))[..^1], CancellationToken.None);

        await workspace.ResumeAsync();

        Assert.Equal(completion, workspace.Read("receipts/T-1/completion.json"));
        Assert.Equal(WithoutEvents(state), WithoutEvents(workspace.Read("state/run.json")));
    }

    /// <summary>A run state without the id of the last event, which is another one when a line is written anew.</summary>
    private static string WithoutEvents(string state) =>
        string.Join('\n', state.Split('\n').Where(line => !line.Contains("\"last_event_id\"", StringComparison.Ordinal)));

    [Fact]
    public async Task Refuses_a_run_that_was_aborted()
    {
        using var workspace = new WorkspaceUnderTest();
        await InterruptAtAsync(workspace, AgentAction.Review);
        var aborted = await workspace.Open().AbortAsync(null, workspace, CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<LorchException>(() => workspace.ResumeAsync());

        Assert.Equal(workspace.RunIds[0], aborted);
        Assert.Equal(DiagnosticCode.RunAborted, refusal.Diagnostic.Code);
        Assert.Equal("system.run_aborted", workspace.Events(workspace.RunIds[0])[^1]);
    }

    [Fact]
    public async Task Lists_what_there_is_when_the_run_is_unknown()
    {
        using var workspace = new WorkspaceUnderTest();
        var run = await workspace.RunAsync();

        var refusal = await Assert.ThrowsAsync<LorchException>(() => workspace.ResumeAsync(RunId.Parse("run-20200101-000000-00000000")));

        Assert.Equal(DiagnosticCode.RunNotFound, refusal.Diagnostic.Code);
        Assert.Contains(run.RunId.ToString()!, refusal.Diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_so_when_there_is_no_run_at_all()
    {
        using var workspace = new WorkspaceUnderTest();

        Assert.Null(await workspace.ResumeAsync());
        Assert.Contains("there is no run to resume", workspace.Said);
    }

    [Fact]
    public async Task Never_goes_on_in_spite_of_another_definition()
    {
        using var workspace = new WorkspaceUnderTest();
        await InterruptAtAsync(workspace, AgentAction.Review);
        var before = workspace.Events(workspace.RunIds[0]);
        workspace.Configure(["""{"id":"T-1","goal":"greet all","inputs":["specs/**"],"expected_outputs":[{"path":"src/hello.txt"}]}"""]);

        var refusal = await Assert.ThrowsAsync<LorchException>(() => workspace.ResumeAsync());

        Assert.Equal(DiagnosticCode.DefinitionChanged, refusal.Diagnostic.Code);
        Assert.Contains("goal", refusal.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal(before, workspace.Events(workspace.RunIds[0]));
    }

    [Fact]
    public async Task Goes_on_in_spite_of_changed_inputs_with_a_warning()
    {
        using var workspace = new WorkspaceUnderTest();
        await InterruptAtAsync(workspace, AgentAction.Review);
        workspace.Agents.Answer = command => workspace.Agents.Play(command);
        workspace.Write("specs/a.md", "# changed\n");

        var result = await workspace.ResumeAsync();

        Assert.Equal(RunOutcome.Completed, result!.Outcome);
        Assert.Contains(
            result.Diagnostics,
            diagnostic => diagnostic is { Code: DiagnosticCode.WorkspaceDrifted, Severity: DiagnosticSeverity.Warning });
        Assert.Contains("system.snapshot_drift", workspace.Events(workspace.RunIds[0]));
        Assert.Equal([$"specs/a.md changed during {result.RunId}"], (await workspace.JudgeAsync()).Reasons);
    }

    [Fact]
    public async Task Changes_nothing_when_drift_is_to_be_an_error()
    {
        using var workspace = new WorkspaceUnderTest();
        await InterruptAtAsync(workspace, AgentAction.Review);
        var before = workspace.Events(workspace.RunIds[0]);
        workspace.Write("specs/a.md", "# changed\n");

        var refusal = await Assert.ThrowsAsync<LorchException>(() => workspace.ResumeAsync(failOnDrift: true));

        Assert.Equal((DiagnosticCode.WorkspaceDrifted, DiagnosticSeverity.Error), (refusal.Diagnostic.Code, refusal.Diagnostic.Severity));
        Assert.Contains("specs/a.md", refusal.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal(before, workspace.Events(workspace.RunIds[0]));
    }

    [Fact]
    public async Task A_half_written_file_of_a_dead_agent_stops_nothing()
    {
        using var workspace = new WorkspaceUnderTest();
        await InterruptAtAsync(workspace, AgentAction.Implement);
        workspace.Write("src/half.txt", "hal");
        workspace.Agents.Answer = command => workspace.Agents.Play(command);

        var result = await workspace.ResumeAsync(failOnDrift: true);

        Assert.Equal(RunOutcome.Completed, result!.Outcome);
        Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.Code == DiagnosticCode.WorkspaceDrifted);
    }

    [Fact]
    public async Task Lets_a_failed_run_try_again()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? [workspace.Agents.Fail(command, "down")]
            : workspace.Agents.Play(command);
        await workspace.RunAsync();
        workspace.Agents.Received.Clear();
        workspace.Agents.Answer = command => workspace.Agents.Play(command);

        var result = await workspace.ResumeAsync();

        Assert.Equal(RunOutcome.Completed, result!.Outcome);
        Assert.Equal(["review 0 3", "update_spec 0 0"], workspace.Agents.Story);
    }

    internal static async Task InterruptAtAsync(WorkspaceUnderTest workspace, AgentAction action)
    {
        using var interruption = new CancellationTokenSource();
        workspace.Agents.Answer = command =>
        {
            if (command.Action == action)
            {
                interruption.Cancel();
                return [];
            }

            return workspace.Agents.Play(command);
        };
        var result = await workspace.RunAsync(cancellationToken: interruption.Token);
        Assert.Equal(RunOutcome.Interrupted, result.Outcome);
    }
}
