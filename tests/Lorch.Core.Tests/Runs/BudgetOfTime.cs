using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary><c>policy.budget.minutes</c>: how long a run may be worked on, whatever lies between two builds.</summary>
public sealed class BudgetOfTime
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Ends_a_run_before_its_next_command()
    {
        using var workspace = Workspace();
        workspace.Agents.Answer = command => Take(TimeSpan.FromMinutes(6), workspace, command);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        var error = Assert.Single(result.Diagnostics, diagnostic => diagnostic.Severity is DiagnosticSeverity.Error);
        Assert.Equal(DiagnosticCode.BudgetUsedUp, error.Code);
        Assert.Contains("took 6 minutes; the limit is 5 (policy.budget.minutes)", error.Message, StringComparison.Ordinal);
        Assert.Equal(["implement 0 0"], workspace.Agents.Story);
    }

    [Fact]
    public async Task Goes_on_where_it_was_when_it_is_raised()
    {
        using var workspace = Workspace();
        workspace.Agents.Answer = command => Take(TimeSpan.FromMinutes(6), workspace, command);
        await workspace.RunAsync();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"budget":{"minutes":20}}""");

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(["implement 0 0", "review 0 0", "update_spec 0 0"], workspace.Agents.Story);
    }

    [Fact]
    public async Task Does_not_count_what_lies_between_two_builds()
    {
        using var workspace = Workspace();
        workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? [workspace.Agents.Fail(command, "not_signed_in", retriable: false)]
            : Take(TimeSpan.FromMinutes(1), workspace, command);
        await workspace.RunAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        workspace.Agents.Answer = command => Take(TimeSpan.FromMinutes(1), workspace, command);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Single(workspace.RunIds);
    }

    private WorkspaceUnderTest Workspace()
    {
        var workspace = new WorkspaceUnderTest { Clock = _clock };
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"budget":{"minutes":5}}""");
        return workspace;
    }

    private IEnumerable<AgentSignal> Take(TimeSpan time, WorkspaceUnderTest workspace, Command command)
    {
        _clock.Advance(time);
        return workspace.Agents.Play(command);
    }
}
