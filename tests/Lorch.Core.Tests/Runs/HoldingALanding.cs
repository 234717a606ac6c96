using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// What a run made belongs to the branch on which the run began: it waits until that is checked out, and git is in the middle of nothing.
/// </summary>
public sealed class HoldingALanding : IDisposable
{
    private readonly WorkspaceUnderTest _workspace = new();

    public HoldingALanding()
    {
        _workspace.Configure([WorkspaceUnderTest.OneTask], """{"isolation":"view"}""");
        CheckOut("main");
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Another_branch_holds_it_and_its_own_lands_it_without_asking_anybody()
    {
        Meanwhile(() => CheckOut("topic"));

        var held = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Failed, held.Outcome);
        var error = Assert.Single(held.Diagnostics);
        Assert.Equal(DiagnosticCode.LandingHeld, error.Code);
        Assert.StartsWith(
            "T-1 is complete, but nothing of it was put into the workspace: 'topic' is checked out there, and the run began on 'main'.",
            error.Message,
            StringComparison.Ordinal);
        Assert.False(File.Exists(_workspace.At("src/hello.txt")));
        Assert.Equal("held", (await StatusOfTaskAsync()).State);

        CheckOut("main");
        _workspace.Write("specs/b.md", "# B, from elsewhere\n");
        File.Delete(_workspace.At("specs/b.md"));
        var asked = _workspace.Agents.Received.Count;
        var landed = await _workspace.RunAsync();

        Assert.Equal((RunOutcome.Completed, held.RunId), (landed.Outcome, landed.RunId));
        Assert.Equal(asked, _workspace.Agents.Received.Count);
        Assert.Equal("hello\n", _workspace.Read("src/hello.txt"));
        Assert.Equal("up_to_date", (await StatusOfTaskAsync()).State);
    }

    [Fact]
    public async Task On_the_other_branch_the_task_is_worked_anew_and_the_held_run_still_lands_on_its_own()
    {
        Meanwhile(() => CheckOut("topic"));
        var held = await _workspace.RunAsync();
        _workspace.Agents.Answer = command => _workspace.Agents.Play(command);

        var other = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, other.Outcome);
        Assert.NotEqual(held.RunId, other.RunId);
        Assert.Equal(RunOutcome.UpToDate, (await _workspace.RunAsync()).Outcome);
        CheckOut("main");
        _workspace.Delete("src/hello.txt");
        var asked = _workspace.Agents.Received.Count;
        var landed = await _workspace.RunAsync();
        Assert.Equal((RunOutcome.Completed, held.RunId), (landed.Outcome, landed.RunId));
        Assert.Equal(asked, _workspace.Agents.Received.Count);
    }

    [Theory]
    [InlineData("MERGE_HEAD", "a merge")]
    [InlineData("BISECT_LOG", "a bisect")]
    [InlineData("rebase-merge/head-name", "a rebase")]
    public async Task What_git_is_in_the_middle_of_holds_it_until_it_is_over(string mark, string what)
    {
        Meanwhile(() =>
        {
            _workspace.Write($".git/{mark}", "refs/heads/main\n");
            _workspace.Write(".git/HEAD", mark == "MERGE_HEAD" ? "ref: refs/heads/main\n" : new string('a', 40));
        });

        var held = await _workspace.RunAsync();

        Assert.Contains($"{what} is under way there", Assert.Single(held.Diagnostics).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_workspace.At("src/hello.txt")));
        Directory.Delete(_workspace.At(".git"), recursive: true);
        CheckOut("main");
        Assert.Equal(RunOutcome.Completed, (await _workspace.RunAsync()).Outcome);
        Assert.True(File.Exists(_workspace.At("src/hello.txt")));
    }

    [Fact]
    public async Task Without_a_branch_it_lands_where_there_is_none()
    {
        _workspace.Write(".git/HEAD", new string('a', 40));
        Meanwhile(() => _workspace.Write(".git/HEAD", new string('b', 40)));

        Assert.Equal(RunOutcome.Completed, (await _workspace.RunAsync()).Outcome);
    }

    [Fact]
    public async Task A_landing_that_was_cut_off_is_taken_back_on_another_branch()
    {
        var operations = 0;
        _workspace.Files = new OperationsInTurn(moment => operations = moment);
        await _workspace.RunAsync();
        var problems = new List<string>();
        var tried = 0;
        for (var at = operations - 1; at > operations - 60; at -= 3)
        {
            using var workspace = new WorkspaceUnderTest();
            workspace.Configure([WorkspaceUnderTest.OneTask], """{"isolation":"view"}""");
            workspace.Write(".git/HEAD", "ref: refs/heads/main\n");
            workspace.Files = new OperationsInTurn(moment => _ = moment == at ? throw new IOException("cut off") : 0);
            await Record.ExceptionAsync(() => workspace.RunAsync());
            if (!workspace.Events(workspace.RunIds[0]).Contains("system.landing"))
            {
                break;
            }

            if (workspace.Events(workspace.RunIds[0]).Contains("system.landed"))
            {
                continue;
            }

            tried++;
            workspace.Files = new Core.Storage.DurableFiles();
            workspace.Write(".git/HEAD", "ref: refs/heads/topic\n");
            workspace.Agents.Answer = command => [workspace.Agents.Fail(command, "tired", retriable: false)];
            await workspace.RunAsync();
            problems.AddRange(File.Exists(workspace.At("src/hello.txt")) ? [$"{at}: it is there"] : []);
            workspace.Write(".git/HEAD", "ref: refs/heads/main\n");
            var landed = await workspace.RunAsync();
            problems.AddRange(landed.Outcome is RunOutcome.Completed && File.Exists(workspace.At("src/hello.txt"))
                ? []
                : [$"{at}: {landed.Outcome}"]);
        }

        Assert.Empty(problems);
        Assert.True(tried > 3, $"only {tried} moments");
    }

    private void CheckOut(string branch) => _workspace.Write(".git/HEAD", $"ref: refs/heads/{branch}\n");

    private void Meanwhile(Action act)
    {
        _workspace.Agents.Answer = command =>
        {
            if (command.Action is AgentAction.Review)
            {
                act();
            }

            return _workspace.Agents.Play(command);
        };
    }

    private async Task<TaskStatusLine> StatusOfTaskAsync() =>
        Assert.Single((await _workspace.Open().StatusAsync(CancellationToken.None)).Tasks);
}
