using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// What receipts of other runs explain is neither drift nor an edit that nobody worked, whoever's turn it is and whichever run is the older
/// one.
/// </summary>
public sealed class WorkOfOthersMeanwhile
{
    private const string One = """{"id":"T-1","goal":"greet","inputs":["specs/**","src/**"]}""";
    private const string Two = """{"id":"T-2","goal":"greet","inputs":["docs/**"]}""";

    [Theory]
    [InlineData("implement", false)]
    [InlineData("review", false)]
    [InlineData("update_spec", false)]
    [InlineData("implement", true)]
    [InlineData("review", true)]
    [InlineData("update_spec", true)]
    public async Task Of_another_task_is_that_tasks_while_a_run_is_open(string stage, bool isOlderRun)
    {
        using var workspace = new WorkspaceUnderTest(One, Two);
        workspace.Write("docs/a.md", "a");
        workspace.Write("src/old.txt", "old");
        var isOpen = true;
        workspace.Agents.Answer = command => Answer(workspace, command, isOpen ? stage : "", isOlderRun && isOpen ? "implement" : "");
        if (isOlderRun)
        {
            await workspace.RunAsync("T-2");
        }

        await workspace.RunAsync("T-1");
        isOpen = false;
        Assert.Equal(RunOutcome.Completed, (await workspace.RunAsync("T-2")).Outcome);

        var result = await workspace.RunAsync("T-1");

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(2, workspace.RunIds.Count);
        Assert.Empty(result.Diagnostics);
        Assert.DoesNotContain("system.snapshot_drift", workspace.RunIds.SelectMany(workspace.Events));
        Assert.Equal(
            ["reviews/T-1.json", "spec_notes/T-1.json", "src/T-1.txt"],
            workspace.LatestCompletion("T-1").Artifacts.Select(artifact => artifact.Path.ToString()));
    }

    [Theory]
    [InlineData("reviews/T-1.json", "written")]
    [InlineData("reviews/T-1.json", "removed")]
    [InlineData("reviews/T-1.json", "added")]
    public async Task Of_an_earlier_run_for_the_same_snapshot_is_built_upon_when_a_note_is_lost(string note, string deed)
    {
        using var workspace = new WorkspaceUnderTest("""{"id":"T-1","goal":"greet","inputs":["specs/**"],"regenerate":true}""");
        workspace.Write("specs/old.md", "old");
        var rounds = 0;
        workspace.Agents.Answer = command => command.Action switch
        {
            AgentAction.Review => [workspace.Agents.Say(
                command,
                EventName.ReviewCompleted,
                "approved",
                artifacts: workspace.Agents.Produce(note, $"{++rounds}"))],
            AgentAction.UpdateSpec => [UpdateSpec(workspace, command, deed)],
            _ => workspace.Agents.Play(command),
        };
        await workspace.RunAsync();
        workspace.Delete(note);
        workspace.Agents.Received.Clear();

        var result = await workspace.RunAsync();

        Assert.Equal(["review 0 0", "update_spec 0 0"], workspace.Agents.Story);
        Assert.Empty(result.Diagnostics);
        Assert.True((await workspace.JudgeAsync()).IsUpToDate);
        Assert.Empty((await workspace.Open().VerifyAsync(CancellationToken.None)).Diagnostics);
        workspace.Write("specs/a.md", "by a person");
        Assert.False((await workspace.JudgeAsync()).IsUpToDate);
    }

    private static IEnumerable<AgentSignal> Answer(WorkspaceUnderTest workspace, Command command, string failing, string failingOfTwo)
    {
        var isOne = command.TaskId.ToString() == "T-1";
        if (command.Action.WireName == (isOne ? failing : failingOfTwo))
        {
            return [workspace.Agents.Fail(command, "no_network", retriable: false)];
        }

        if (command.Action is not AgentAction.Implement)
        {
            return workspace.Agents.Play(command);
        }

        var artifact = workspace.Agents.Produce($"src/{command.TaskId}.txt", "made");
        var said = workspace.Agents.Say(command, EventName.BuilderCompleted, artifacts: artifact).Event;
        if (isOne)
        {
            return [new AgentSignal.Spoke(said)];
        }

        workspace.Delete("src/old.txt");
        return [new AgentSignal.Spoke(said with { Removed = [RelativePath.Parse("src/old.txt")] })];
    }

    private static AgentSignal.Spoke UpdateSpec(WorkspaceUnderTest workspace, Command command, string deed)
    {
        switch (deed)
        {
            case "written" when workspace.Read("specs/a.md") != "as built":
                return workspace.Agents.Say(command, EventName.SpecUpdated, artifacts: workspace.Agents.Produce("specs/a.md", "as built"));
            case "added" when !File.Exists(workspace.At("specs/new.md")):
                return workspace.Agents.Say(command, EventName.SpecUpdated, artifacts: workspace.Agents.Produce("specs/new.md", "new"));
            case "removed" when File.Exists(workspace.At("specs/old.md")):
                workspace.Delete("specs/old.md");
                return new AgentSignal.Spoke(
                    workspace.Agents.Say(command, EventName.SpecUpdated).Event with { Removed = [RelativePath.Parse("specs/old.md")] });
            default:
                return workspace.Agents.Say(command, EventName.SpecNoChangesNeeded);
        }
    }
}
