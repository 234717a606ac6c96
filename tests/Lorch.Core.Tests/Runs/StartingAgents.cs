using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>When a run starts its agents, when it starts them again, and when it ends them.</summary>
public sealed class StartingAgents
{
    [Fact]
    public async Task Starts_an_agent_of_the_package_while_the_one_before_it_works_and_no_other()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], reviewer: "lorch-agent");
        using var reviewerStarts = new ManualResetEventSlim();
        var started = new List<int>();
        workspace.Agents.Starting = type =>
        {
            if (type is AgentType.Reviewer)
            {
                reviewerStarts.Set();
            }
        };
        workspace.Agents.Answer = command => Answer(command);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal([2, 2, 3], started);
        Assert.Equal(
            ["system.agent_started", "review", "review.completed"],
            workspace.Events(workspace.RunIds[0]).SkipWhile(name => name != "system.step_recorded").Skip(1).Take(3));

        IEnumerable<AgentSignal> Answer(Command command)
        {
            reviewerStarts.Wait(TestContext.Current.CancellationToken);
            started.Add(workspace.Agents.Started);
            foreach (var signal in workspace.Agents.Play(command))
            {
                yield return signal;
            }
        }
    }

    [Fact]
    public async Task Starts_the_first_agent_of_the_package_before_it_is_asked_and_none_that_comes_later()
    {
        using var moment = new BeforeAnyoneIsAsked();
        moment.Workspace.Configure([WorkspaceUnderTest.OneTask], builder: "lorch-agent", reviewer: "lorch-agent");

        await moment.InterruptAsync();

        Assert.Equal(["builder-1001"], moment.Workspace.Agents.Stopped);
        Assert.Equal(1, moment.Workspace.Agents.Started);
    }

    [Fact]
    public async Task Starts_the_agent_of_the_package_that_a_run_goes_on_with_before_it_is_asked()
    {
        using var moment = new BeforeAnyoneIsAsked();
        var agents = moment.Workspace.Agents;
        agents.Answer = command => command.Action is AgentAction.Review
            ? [agents.Fail(command, "no_way", retriable: false)]
            : agents.Play(command);
        moment.Workspace.Configure([WorkspaceUnderTest.OneTask], builder: "lorch-agent", reviewer: "lorch-agent");
        await moment.Workspace.RunAsync();
        agents.Stopped.Clear();

        await moment.InterruptAsync();

        Assert.Equal(["reviewer-1003"], agents.Stopped);
        Assert.Equal(3, agents.Started);
    }

    [Fact]
    public async Task Starts_no_agent_of_another_command_before_it_is_asked()
    {
        using var moment = new BeforeAnyoneIsAsked();

        await moment.InterruptAsync();

        Assert.Equal(0, moment.Workspace.Agents.Started);
    }

    [Fact]
    public async Task Starts_the_first_agent_again_when_it_is_asked_if_it_could_not_be_started_before()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], builder: "lorch-agent");
        workspace.Agents.Starting = _ =>
        {
            if (workspace.Agents.Started == 1)
            {
                throw new LorchException(new Diagnostic { Code = DiagnosticCode.AgentNotStarted, Message = "there is no memory left" });
            }
        };

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(4, workspace.Agents.Started);
    }

    [Fact]
    public async Task Starts_no_agent_of_the_package_where_receipts_answer()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], builder: "lorch-agent", reviewer: "lorch-agent");
        await workspace.RunAsync();
        Directory.Delete(workspace.At("receipts/T-1/completions"), recursive: true);
        Directory.Delete(workspace.At("events"), recursive: true);
        workspace.Delete("receipts/T-1/completion.json");
        var before = workspace.Agents.Started;

        var result = await workspace.RunAsync();

        Assert.Equal((RunOutcome.Completed, before), (result.Outcome, workspace.Agents.Started));
        Assert.Equal(3, workspace.Events(workspace.RunIds[0]).Count(name => name == "system.step_reused"));
    }

    [Fact]
    public async Task Starts_an_agent_again_that_ended_while_it_waited_for_its_turn()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"max_restarts":0}""", reviewer: "lorch-agent");
        workspace.Agents.LeavesAtOnce = type => type is AgentType.Reviewer && workspace.Agents.Started == 2;

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(4, workspace.Agents.Started);
        Assert.DoesNotContain("system.agent_exited", workspace.Events(workspace.RunIds[0]));
    }

    [Fact]
    public async Task Ends_an_agent_whose_turn_never_came()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], reviewer: "lorch-agent");
        workspace.Agents.Answer = command => [workspace.Agents.Fail(command, "no_way", retriable: false)];

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal(["builder-1001", "reviewer-1002"], workspace.Agents.Stopped.Order());
        Assert.Single(workspace.Events(workspace.RunIds[0]), "system.agent_started");
    }

    [Fact]
    public async Task Starts_a_new_agent_after_one_died()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => command.Action is AgentAction.Review && command.Retry.Attempt == 0
            ? [new AgentSignal.Ended(new AgentExit { Pid = 7, ExitCode = 3, StderrTail = ["out of luck"], EndedBy = EndedBy.Itself })]
            : workspace.Agents.Play(command);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(4, workspace.Agents.Started);
        Assert.Equal(["implement 0 0", "review 0 0", "review 0 1", "update_spec 0 0"], workspace.Agents.Story);
    }

    [Fact]
    public async Task Starts_an_agent_again_that_ended_between_two_commands()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"max_restarts":0}""");
        workspace.Agents.LeavesAfter = command => command.Action is AgentAction.Implement or AgentAction.Review;
        workspace.Agents.Answer = command => workspace.Agents.Play(command, reviewAsks: 1);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(["implement 0 0", "review 0 0", "implement_changes 0 0", "review 1 0", "update_spec 0 0"], workspace.Agents.Story);
        Assert.Equal(5, workspace.Agents.Started);
        Assert.Equal(2, workspace.Events(workspace.RunIds[0]).Count(name => name == "system.agent_exited"));
        Assert.DoesNotContain("system.attempt_failed", workspace.Events(workspace.RunIds[0]));
    }

    [Fact]
    public async Task Asks_again_without_counting_an_attempt_when_the_agent_ended_before_it_began()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"max_restarts":0,"retry":{"max_attempts":1}}""");
        workspace.Agents.Answer = command => command.Action is AgentAction.ImplementChanges && workspace.Agents.Started == 2
            ? [new AgentSignal.Ended(new AgentExit { Pid = 7, ExitCode = 0, StderrTail = [], EndedBy = EndedBy.Itself })]
            : workspace.Agents.Play(command, reviewAsks: 1);

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(
            ["implement 0 0", "review 0 0", "implement_changes 0 0", "implement_changes 0 0", "review 1 0", "update_spec 0 0"],
            workspace.Agents.Story);
        Assert.Equal(
            2,
            workspace.Agents.Received.Where(command => command.Action is AgentAction.ImplementChanges)
                .Select(command => command.MessageId)
                .Distinct()
                .Count());
    }

    [Fact]
    public async Task Fails_when_an_agent_dies_more_often_than_it_may_be_restarted()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"max_restarts":1,"retry":{"max_attempts":9}}""");
        workspace.Agents.Answer = _ => [new AgentSignal.Ended(
            new AgentExit { Pid = 7, ExitCode = 3, StderrTail = ["out of luck"], EndedBy = EndedBy.Itself })];

        var result = await workspace.RunAsync();

        var error = Assert.Single(result.Diagnostics);
        Assert.Equal(DiagnosticCode.RestartsUsedUp, error.Code);
        Assert.Contains("out of luck", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, workspace.Agents.Received.Count);
    }

    [Fact]
    public async Task Begins_nothing_when_an_agent_that_comes_later_cannot_be_started()
    {
        using var workspace = new WorkspaceUnderTest
        {
            CheckAgent = agent => agent.Type is AgentType.SpecMaintainer
                ? new Diagnostic { Code = DiagnosticCode.AgentNotStarted, Message = "there is no program 'maintain-it'" }
                : null,
        };

        var refusal = await Assert.ThrowsAsync<LorchException>(() => workspace.RunAsync());

        Assert.Equal(DiagnosticCode.AgentNotStarted, refusal.Diagnostic.Code);
        Assert.Equal(workspace.At("lorch.json"), refusal.Diagnostic.File);
        Assert.StartsWith(
            """["maintain-it"]""",
            workspace.Read("lorch.json").Split('\n')[refusal.Diagnostic.Line - 1][(refusal.Diagnostic.Column - 1)..],
            StringComparison.Ordinal);
        Assert.Empty(workspace.RunIds);
        Assert.Empty(workspace.Agents.Received);
        Assert.False(Directory.Exists(workspace.At("snapshots")));
    }

    /// <summary>The moment at which a run that drives on begins to measure how long it takes: it has asked no agent for anything.</summary>
    private sealed class BeforeAnyoneIsAsked : IDisposable
    {
        private readonly CancellationTokenSource _interruption = new();
        private int _said = int.MaxValue;

        public BeforeAnyoneIsAsked() => Workspace = new WorkspaceUnderTest { Clock = new WatchedClock(Interrupt) };

        public WorkspaceUnderTest Workspace { get; }

        /// <summary>Runs the task, and interrupts it at the moment.</summary>
        public async Task InterruptAsync()
        {
            var asked = Workspace.Agents.Received.Count;
            _said = Workspace.Said.Count;

            var result = await Workspace.RunAsync(cancellationToken: _interruption.Token);

            Assert.Equal(RunOutcome.Interrupted, result.Outcome);
            Assert.Equal(asked, Workspace.Agents.Received.Count);
        }

        public void Dispose()
        {
            Workspace.Dispose();
            _interruption.Dispose();
        }

        private void Interrupt()
        {
            // What is measured before the run has said that it starts is how long the lock is waited for.
            if (Workspace.Said.Count > _said)
            {
                _interruption.Cancel();
            }
        }
    }
}
