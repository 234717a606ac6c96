using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>Task files that agents write are proposals, whatever they say, until a person makes them their own.</summary>
public sealed class TasksThatAgentsWrite
{
    private const string Proposal = "---\nexpected_outputs: [{path: src/hello.txt}]\n---\nDo more\n";

    [Fact]
    public async Task Are_only_proposed_and_say_who_wrote_them()
    {
        using var workspace = await AfterAProposalAsync();
        var asked = workspace.Agents.Received.Count;

        var verdict = await workspace.JudgeAsync("T-9");
        var refused = await Assert.ThrowsAsync<LorchException>(() => workspace.RunAsync("T-9"));
        var status = (await workspace.Open().StatusAsync(CancellationToken.None)).Tasks.First(task => task.TaskId.ToString() == "T-9");

        Assert.Equal(DiagnosticCode.TaskProposed, verdict.Proposal!.Code);
        Assert.Equal(DiagnosticCode.TaskProposed, refused.Diagnostic.Code);
        Assert.Contains("an agent wrote it (T-1, run-", refused.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal("proposed", status.State);
        Assert.Null(status.Next);
        Assert.Equal(asked, workspace.Agents.Received.Count);
    }

    [Fact]
    public async Task Are_worked_once_a_person_changed_a_word()
    {
        using var workspace = await AfterAProposalAsync();
        workspace.Write("tasks/T-9.md", Proposal.Replace("more", "much more", StringComparison.Ordinal));

        Assert.Null((await workspace.JudgeAsync("T-9")).Proposal);
        Assert.Equal(RunOutcome.Completed, (await workspace.RunAsync("T-9")).Outcome);
    }

    [Fact]
    public async Task Are_done_once_a_person_accepts_what_is_there()
    {
        using var workspace = await AfterAProposalAsync();

        await workspace.AcceptAsync("T-9");

        Assert.True((await workspace.JudgeAsync("T-9")).IsUpToDate);
        Assert.Null((await workspace.JudgeAsync("T-9")).Proposal);
    }

    [Fact]
    public async Task Are_only_proposed_where_an_agent_reworded_a_finished_task_too()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Write("tasks/T-9.md", Proposal);
        await workspace.RunAsync("T-9");
        await ProposeAsync(workspace, Proposal.Replace("more", "whatever I like", StringComparison.Ordinal));

        Assert.NotNull((await workspace.JudgeAsync("T-9")).Proposal);
    }

    [Fact]
    public async Task Of_people_are_what_they_are()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Write("tasks/T-9.md", Proposal);

        Assert.Null((await workspace.JudgeAsync("T-9")).Proposal);
    }

    private static async Task<WorkspaceUnderTest> AfterAProposalAsync()
    {
        var workspace = new WorkspaceUnderTest();
        await ProposeAsync(workspace, Proposal);
        return workspace;
    }

    /// <summary>Has T-1 worked by a builder that writes a task file beside its work.</summary>
    private static async Task ProposeAsync(WorkspaceUnderTest workspace, string text)
    {
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [workspace.Agents.Say(
                command,
                EventName.BuilderCompleted,
                artifacts: [workspace.Agents.Produce("src/hello.txt", "hello\n"), workspace.Agents.Produce("tasks/T-9.md", text)])]
            : workspace.Agents.Play(command);
        await workspace.RunAsync();
        workspace.Agents.Answer = command => workspace.Agents.Play(command);
    }
}
