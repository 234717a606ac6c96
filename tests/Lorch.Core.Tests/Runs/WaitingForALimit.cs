using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// An agent that is at a limit is asked again when the limit may have ended: not at once, not beyond the deadline, and never more often
/// than <c>max_attempts</c>.
/// </summary>
public sealed class WaitingForALimit
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly LeapingClock _clock = new(Begin);

    [Fact]
    public async Task Lasts_until_the_time_that_the_agent_tells()
    {
        using var workspace = Workspace(attempts: 2);
        workspace.Agents.Answer = command => command is { Action: AgentAction.Implement, Retry.Attempt: 0 }
            ? [Limit(workspace, command, Begin.AddMinutes(8))]
            : workspace.Agents.Play(command);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal([TimeSpan.FromMinutes(8)], _clock.Waits);
        Assert.Equal(["implement 0 0", "implement 0 1"], workspace.Agents.Story.Take(2));
        Assert.Equal(Begin.AddMinutes(8), Failures(workspace).Single().NotBefore);
    }

    [Theory]
    [InlineData("rate_limited")]
    [InlineData("usage_limit")]
    public async Task Lasts_some_seconds_where_the_agent_tells_none(string code)
    {
        using var workspace = Workspace(attempts: 4);
        workspace.Agents.Answer = command => [workspace.Agents.Fail(command, code)];

        var result = await workspace.RunAsync();

        Assert.Equal(DiagnosticCode.ToolLimitReached, Assert.Single(result.Diagnostics).Code);
        Assert.Equal(Enumerable.Repeat(TimeSpan.FromSeconds(5), 3), _clock.Waits);
        Assert.Equal(4, workspace.Agents.Received.Count);
    }

    [Theory]
    [InlineData("1999-01-01T00:00:00Z")]
    [InlineData("2026-01-01T00:00:01Z")]
    [InlineData("tomorrow")]
    public async Task Lasts_as_long_where_the_time_is_no_use(string time)
    {
        using var workspace = Workspace(attempts: 2);
        workspace.Agents.Answer = command => [Limit(workspace, command, time)];

        await workspace.RunAsync();

        Assert.Equal([TimeSpan.FromSeconds(5)], _clock.Waits);
        Assert.Equal(2, workspace.Agents.Received.Count);
    }

    [Fact]
    public async Task Is_no_use_beyond_the_deadline()
    {
        using var workspace = Workspace(attempts: 3);
        workspace.Agents.Answer = command => [Limit(workspace, command, Begin.AddDays(5))];

        var result = await workspace.RunAsync();

        var error = Assert.Single(result.Diagnostics);
        Assert.Equal(DiagnosticCode.ToolLimitReached, error.Code);
        Assert.Contains("2026-01-06T00:00:00.000Z", error.Message, StringComparison.Ordinal);
        Assert.Single(workspace.Agents.Received);
        Assert.False(Failures(workspace).Single().Retriable);
    }

    [Fact]
    public async Task Is_not_begun_where_the_budget_ends_before()
    {
        using var workspace = Workspace(attempts: 3, ""","budget":{"minutes":5}""");
        workspace.Agents.Answer = command => [Limit(workspace, command, Begin.AddMinutes(8))];

        var result = await workspace.RunAsync();

        Assert.Equal(DiagnosticCode.BudgetUsedUp, Assert.Single(result.Diagnostics).Code);
        Assert.Empty(_clock.Waits);
    }

    [Fact]
    public async Task Goes_on_in_a_build_that_resumes()
    {
        using var stop = new CancellationTokenSource();
        using var workspace = Workspace(attempts: 2);
        workspace.Agents.Answer = command => [Limit(workspace, command, Begin.AddMinutes(8))];
        _clock.Waiting = _ => stop.Cancel();
        Assert.Equal(RunOutcome.Interrupted, (await workspace.RunAsync(cancellationToken: stop.Token)).Outcome);
        _clock.Waiting = _clock.Leap;
        _clock.Waits.Clear();
        _clock.Advance(TimeSpan.FromMinutes(2));
        workspace.Agents.Answer = command => workspace.Agents.Play(command);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal([TimeSpan.FromMinutes(6)], _clock.Waits);
    }

    [Fact]
    public async Task Is_left_out_where_somebody_asks_again_after_the_run_failed()
    {
        using var workspace = Workspace(attempts: 3);
        workspace.Agents.Answer = command => [Limit(workspace, command, Begin.AddDays(5))];
        await workspace.RunAsync();
        workspace.Agents.Answer = command => workspace.Agents.Play(command);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Empty(_clock.Waits);
    }

    private static IEnumerable<AttemptFailed> Failures(WorkspaceUnderTest workspace) =>
        workspace.Ledger(workspace.RunIds[0]).OfType<Event>()
            .Where(said => said.Name is EventName.AttemptFailed)
            .Select(said => SystemJson.Read<AttemptFailed>(said.Payload!.Value));

    private static AgentSignal.Spoke Limit(WorkspaceUnderTest workspace, Command command, DateTimeOffset time) =>
        Limit(workspace, command, Rfc3339.Format(time));

    private static AgentSignal.Spoke Limit(WorkspaceUnderTest workspace, Command command, string time) => workspace.Agents.Say(
        command,
        EventName.Error,
        payload: $$"""{"code":"usage_limit","message":"You've hit your limit","retriable":true,"not_before":"{{time}}"}""");

    private WorkspaceUnderTest Workspace(int attempts, string policy = "")
    {
        var workspace = new WorkspaceUnderTest { Clock = _clock };
        workspace.Configure(
            [WorkspaceUnderTest.OneTask],
            $$$"""{"retry":{"max_attempts":{{{attempts}}},"backoff":{"initial_ms":10,"max_ms":10}}{{{policy}}}}""");
        return workspace;
    }

    /// <summary>A clock on which a wait that is shorter than a command's time comes to its end at once.</summary>
    private sealed class LeapingClock : FakeTimeProvider
    {
        private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMinutes(3);
        private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(9);

        public LeapingClock(DateTimeOffset begin)
            : base(begin) => Waiting = Leap;

        public List<TimeSpan> Waits { get; } = [];

        public Action<TimeSpan> Waiting { get; set; }

        public void Leap(TimeSpan wait) => ThreadPool.QueueUserWorkItem(_ => Advance(wait));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime > TimeSpan.Zero && dueTime <= LongestWait && dueTime != ShortestTimeout && dueTime != TimeSpan.FromMinutes(5))
            {
                Waits.Add(dueTime);
                Waiting(dueTime);
            }

            return timer;
        }
    }
}
