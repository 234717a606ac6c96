using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// Several builds, or parts of one, work tasks of a workspace at once, each run in its view. Their agents meet: none goes on before all
/// have begun.
/// </summary>
public sealed class WorkingTasksAtOnce : IDisposable
{
    private static readonly string[] Three = ["T-1", "T-2", "T-3"];
    private static readonly TimeSpan HangGuard = TimeSpan.FromMinutes(2);

    private readonly WorkspaceUnderTest _workspace = new() { LockTimeout = HangGuard };
    private Func<Command, CancellationToken, Task> _whileImplementing = (_, _) => Task.CompletedTask;

    public WorkingTasksAtOnce()
    {
        Configure(concurrency: 3);
        _workspace.AgentsAt = place => new AgentsThatMeet(this, place);
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Their_agents_work_at_the_same_time_and_all_of_it_lands()
    {
        var met = new Meeting(Three.Length);
        _whileImplementing = (_, _) => met.ArriveAsync();

        var results = await RunAllAsync(TestContext.Current.CancellationToken);

        Assert.All(results, result => Assert.Equal((RunOutcome.Completed, 0), (result.Outcome, result.Diagnostics.Count)));
        Assert.All(Three, task => Assert.Equal($"{task}\n", _workspace.Read($"src/{task}.txt")));
        Assert.All(await RunAllAsync(TestContext.Current.CancellationToken), result => Assert.Equal(RunOutcome.UpToDate, result.Outcome));
        Assert.Equal(3, _workspace.RunIds.Distinct().Count());
        Assert.Empty((await _workspace.Open().VerifyAsync(TestContext.Current.CancellationToken)).Diagnostics);
    }

    [Fact]
    public async Task What_another_run_records_meanwhile_is_no_meddling()
    {
        var (begun, done) = (new TaskCompletionSource(), new TaskCompletionSource());
        _whileImplementing = async (command, cancelled) =>
        {
            if (command.TaskId.ToString() is "T-1")
            {
                begun.SetResult();
                await done.Task.WaitAsync(HangGuard, cancelled);
            }
        };
        var first = Task.Run(() => _workspace.RunAsync("T-1"), TestContext.Current.CancellationToken);
        await begun.Task.WaitAsync(HangGuard, TestContext.Current.CancellationToken);

        Assert.Equal(RunOutcome.Completed, (await _workspace.RunAsync("T-2")).Outcome);
        await _workspace.AcceptAsync("T-3-by-hand");
        done.SetResult();
        var result = await first;

        Assert.Equal((RunOutcome.Completed, 0), (result.Outcome, result.Diagnostics.Count));
        Assert.True((await _workspace.JudgeAsync("T-1")).IsUpToDate);
        Assert.True((await _workspace.JudgeAsync("T-2")).IsUpToDate);
    }

    [Fact]
    public async Task No_more_of_them_than_the_policy_says()
    {
        Configure(concurrency: 2);
        var met = new Meeting(2);
        var (now, most) = (0, 0);
        _whileImplementing = async (_, _) =>
        {
            lock (met)
            {
                most = Math.Max(most, ++now);
            }

            await met.ArriveAsync();
            lock (met)
            {
                now--;
            }
        };

        var results = await RunAllAsync(TestContext.Current.CancellationToken);

        Assert.All(results, result => Assert.Equal(RunOutcome.Completed, result.Outcome));
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task One_build_at_a_time_works_a_task()
    {
        var (begun, done) = (new TaskCompletionSource(), new TaskCompletionSource());
        _whileImplementing = async (_, cancelled) =>
        {
            begun.SetResult();
            await done.Task.WaitAsync(HangGuard, cancelled);
        };
        var first = Task.Run(() => _workspace.RunAsync("T-1"), TestContext.Current.CancellationToken);
        await begun.Task.WaitAsync(HangGuard, TestContext.Current.CancellationToken);
        _workspace.LockTimeout = TimeSpan.Zero;

        var refusals = new List<LorchException>
        {
            await Assert.ThrowsAsync<LorchException>(() => _workspace.RunAsync("T-1")),
            await Assert.ThrowsAsync<LorchException>(() => _workspace.ResumeAsync()),
            await Assert.ThrowsAsync<LorchException>(() => _workspace.AcceptAsync("T-1")),
            await Assert.ThrowsAsync<LorchException>(() => _workspace.Open().AbortAsync(null, _workspace, CancellationToken.None)),
        };

        Assert.All(refusals, refusal => Assert.Equal(DiagnosticCode.WorkspaceLocked, refusal.Diagnostic.Code));
        Assert.All(refusals, refusal => Assert.Contains("T-1 is worked by process ", refusal.Message, StringComparison.Ordinal));
        var status = await _workspace.Open().StatusAsync(TestContext.Current.CancellationToken);
        Assert.Equal("running", status.Tasks[0].State);
        Assert.Equal(_workspace.RunIds[0], status.Lock!.RunId);
        done.SetResult();
        Assert.Equal(RunOutcome.Completed, (await first).Outcome);
    }

    [Fact]
    public async Task All_of_them_are_interrupted_and_go_on()
    {
        using var cancellation = new CancellationTokenSource();
        var met = new Meeting(Three.Length);
        _whileImplementing = async (_, cancelled) =>
        {
            await met.ArriveAsync();
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
        };

        var interrupted = await RunAllAsync(cancellation.Token);
        _whileImplementing = (_, _) => Task.CompletedTask;
        var results = await RunAllAsync(TestContext.Current.CancellationToken);

        Assert.All(interrupted, result => Assert.Equal(RunOutcome.Interrupted, result.Outcome));
        Assert.Equal(interrupted.Select(result => result.RunId), results.Select(result => result.RunId));
        Assert.All(results, result => Assert.Equal(RunOutcome.Completed, result.Outcome));
    }

    [Fact]
    public async Task A_task_that_is_worked_is_left_alone_when_verdicts_are_settled()
    {
        await _workspace.RunAsync("T-1");
        var (begun, done) = (new TaskCompletionSource(), new TaskCompletionSource());
        _whileImplementing = async (_, cancelled) =>
        {
            begun.SetResult();
            await done.Task.WaitAsync(HangGuard, cancelled);
        };
        var forced = Task.Run(() => _workspace.RunAsync("T-1", WorkMode.Force), TestContext.Current.CancellationToken);
        await begun.Task.WaitAsync(HangGuard, TestContext.Current.CancellationToken);

        var workspace = _workspace.Open();
        var verdicts = await workspace.JudgeAsync(workspace.Select(["T-1"]), WorkMode.WhenStale, TestContext.Current.CancellationToken);
        Assert.True(Assert.Single(verdicts).HasOpenRun);
        await workspace.SettleAsync(verdicts, _workspace, TestContext.Current.CancellationToken);
        done.SetResult();

        Assert.Equal((RunOutcome.Completed, _workspace.RunIds[^1]), ((await forced).Outcome, _workspace.LatestCompletion().RunId));
    }

    private void Configure(int concurrency) => _workspace.Configure(
        [.. Three.Append("T-3-by-hand").Select(task => $$"""{"id":"{{task}}","goal":"greet","inputs":["specs/**"]}""")],
        $$"""{"isolation":"view","concurrency":{{concurrency}}}""");

    private Task<RunResult[]> RunAllAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Three.Select(task => Task.Run(() => _workspace.RunAsync(task, cancellationToken: cancellationToken), CancellationToken.None)));

    /// <summary>Lets whoever arrives go on once so many have arrived.</summary>
    private sealed class Meeting(int expected)
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrived;

        public Task ArriveAsync()
        {
            if (Interlocked.Increment(ref _arrived) == expected)
            {
                _all.SetResult();
            }

            return _all.Task.WaitAsync(HangGuard);
        }
    }

    /// <summary>Agents at one place, of which the builder does first what the test says.</summary>
    private sealed class AgentsThatMeet : IAgentLauncher
    {
        private readonly ScriptedAgents _agents;
        private readonly WorkingTasksAtOnce _test;

        public AgentsThatMeet(WorkingTasksAtOnce test, AgentPlace place)
        {
            _test = test;
            _agents = new ScriptedAgents(place.Layout.WorkspaceRoot, () => TimeProvider.System);
            _agents.Answer = command => command.Action is AgentAction.Implement
                ? [_agents.Say(
                    command,
                    EventName.BuilderCompleted,
                    artifacts: _agents.Produce($"src/{command.TaskId}.txt", $"{command.TaskId}\n"))]
                : _agents.Play(command);
        }

        public async Task<IAgentSession> StartAsync(AgentSettings settings, CancellationToken cancellationToken) =>
            new SessionThatMeets(await _agents.StartAsync(settings, cancellationToken), _test);
    }

    private sealed class SessionThatMeets(IAgentSession session, WorkingTasksAtOnce test) : IAgentSession
    {
        private Command? _asked;

        public AgentType Type => session.Type;

        public string AgentId => session.AgentId;

        public int Pid => session.Pid;

        public bool HasEnded => session.HasEnded;

        public bool MayHaveBegun => session.MayHaveBegun;

        public Task SendAsync(Command command, CancellationToken cancellationToken)
        {
            _asked = command;
            return session.SendAsync(command, cancellationToken);
        }

        public async ValueTask<AgentSignal> ReadAsync(CancellationToken cancellationToken)
        {
            if (_asked is { Action: AgentAction.Implement } command)
            {
                _asked = null;
                await test._whileImplementing(command, cancellationToken);
            }

            return await session.ReadAsync(cancellationToken);
        }

        public void KeepInLog(Event message, string reason) => session.KeepInLog(message, reason);

        public Task<AgentExit> StopAsync(StopUrgency urgency, CancellationToken cancellationToken) =>
            session.StopAsync(urgency, cancellationToken);

        public ValueTask DisposeAsync() => session.DisposeAsync();
    }
}
