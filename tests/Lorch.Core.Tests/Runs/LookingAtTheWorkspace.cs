using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Snapshots.Scanning;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>How often a run looks at all tracked files: the price of each look grows with their number.</summary>
public sealed class LookingAtTheWorkspace
{
    [Fact]
    public async Task Happens_once_before_an_agent_is_asked_and_once_when_it_has_answered_and_once_at_the_end()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure(["""{"id":"T-1","goal":"greet","inputs":["specs/**"]}"""], snapshot: """{"trust":"content"}""");
        var looks = 0;
        workspace.Scanning = new ScanSettings { BetweenLooks = () => Interlocked.Increment(ref looks) };
        var looksWhenAsked = new List<int>();
        workspace.Agents.Answer = command =>
        {
            looksWhenAsked.Add(looks);
            return command.Action is AgentAction.Implement
                ? [workspace.Agents.Say(command, EventName.BuilderCompleted)]
                : workspace.Agents.Play(command);
        };

        var result = await workspace.RunAsync();

        // Where content alone is trusted, a look reads the one tracked file. What opens the run is the first agent's look as well.
        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal([1, 3, 5], looksWhenAsked);
        Assert.Equal(7, looks);
    }
}
