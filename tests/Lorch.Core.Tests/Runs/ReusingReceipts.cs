using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>When a new run may be pinned to an earlier run's snapshot, so that its receipts answer.</summary>
public sealed class ReusingReceipts
{
    [Fact]
    public async Task Pins_to_the_earlier_snapshot_when_all_that_differs_is_what_the_steps_did()
    {
        using var workspace = await WithoutNoteAsync();

        Assert.Equal(["update_spec 0 0"], await StoryAsync(workspace));
        Assert.Equal(Snapshot(workspace, 0), Snapshot(workspace, 1));
    }

    [Theory]
    [InlineData("added")]
    [InlineData("changed")]
    [InlineData("removed")]
    public async Task Pins_to_the_present_snapshot_when_somebody_else_changed_anything_that_is_tracked(string change)
    {
        using var workspace = await WithoutNoteAsync();
        switch (change)
        {
            case "added":
                workspace.Write("docs/new.md", "new");
                break;
            case "changed":
                workspace.Write("docs/a.md", "changed");
                break;
            default:
                workspace.Delete("docs/a.md");
                break;
        }

        Assert.Equal(["implement 0 0", "review 0 0", "update_spec 0 0"], await StoryAsync(workspace));
        Assert.NotEqual(Snapshot(workspace, 0), Snapshot(workspace, 1));
    }

    [Theory]
    [InlineData("src/kept.txt", "by hand")]
    [InlineData("src/old", "back again")]
    public async Task Pins_to_the_present_snapshot_when_what_the_steps_did_was_undone(string path, string content)
    {
        using var workspace = await WithoutNoteAsync();
        workspace.Write(path, content);

        Assert.Equal("implement 0 0", (await StoryAsync(workspace))[0]);
    }

    [Fact]
    public async Task Takes_what_is_not_tracked_for_no_difference()
    {
        using var workspace = await WithoutNoteAsync();
        workspace.Write("elsewhere/new.md", "new");

        Assert.Equal(["update_spec 0 0"], await StoryAsync(workspace));
    }

    [Fact]
    public async Task Answers_only_with_receipts_of_the_same_definition()
    {
        using var workspace = await WithoutNoteAsync();
        workspace.Configure([WorkspaceUnderTest.Regenerating.Replace("greet", "greet all", StringComparison.Ordinal)]);

        Assert.Equal(3, (await StoryAsync(workspace)).Count);
    }

    [Fact]
    public async Task Works_only_the_step_of_the_agent_that_changed_and_those_behind_it()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.Regenerating);
        await workspace.RunAsync();
        workspace.Write("lorch.json", workspace.Read("lorch.json").Replace("review-it", "review-it-better", StringComparison.Ordinal));

        Assert.Equal("review 0 0", (await StoryAsync(workspace))[0]);
    }

    private static async Task<WorkspaceUnderTest> WithoutNoteAsync()
    {
        var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.Regenerating);
        workspace.Write("docs/a.md", "a");
        workspace.Write("src/old", "old");
        workspace.Build(("T-1", "src/hello.txt=1 src/kept.txt=1 -src/old"));
        await workspace.RunAsync();
        workspace.Delete("spec_notes/T-1.json");
        return workspace;
    }

    private static async Task<List<string>> StoryAsync(WorkspaceUnderTest workspace)
    {
        workspace.Agents.Received.Clear();
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [ProductsByTask.Build(workspace, command, "src/hello.txt=1", "src/kept.txt=1")]
            : workspace.Agents.Play(command);
        await workspace.RunAsync();
        return [.. workspace.Agents.Story];
    }

    private static SnapshotId Snapshot(WorkspaceUnderTest workspace, int run) =>
        SystemJson.Read<RunStarted>(workspace.Ledger(workspace.RunIds[run]).OfType<Event>().First().Payload!.Value).SnapshotId;
}
