using Lorch.Core.Tests.Runs;
using Lorch.Testing;

namespace Lorch.Core.Tests.UpToDate;

public sealed class WhatATaskRemoved
{
    private const string RegeneratingSource = """{"id":"T-1","goal":"g","inputs":["src/**"],"regenerate":true}""";
    private const string AboutSource = """{"id":"T-1","goal":"g","inputs":["src/**"]}""";

    [Theory]
    [InlineData(WorkspaceUnderTest.OneTask)]
    [InlineData(AboutSource)]
    public async Task Is_an_explained_absence(string task)
    {
        using var workspace = await WorkedAsync(task);

        Assert.Empty((await workspace.JudgeAsync()).Reasons);
    }

    [Theory]
    [InlineData(WorkspaceUnderTest.OneTask, null)]
    [InlineData(WorkspaceUnderTest.Regenerating, "src/old, which it removed, is there again")]
    [InlineData(AboutSource, null)]
    [InlineData(RegeneratingSource, "src/old was added")]
    public async Task Makes_only_a_task_stale_that_regenerates_its_files_when_it_is_there_again(string task, string? reason)
    {
        using var workspace = await WorkedAsync(task);
        workspace.Write("src/old", "old");

        var verdict = await workspace.JudgeAsync();

        Assert.Equal(reason, verdict.Reasons is [var first, ..] ? first : null);
        Assert.Equal(reason is null ? ["edited since"] : [], verdict.Although);
    }

    [Fact]
    public async Task Is_back_with_all_else_as_it_was_where_the_work_was_taken_back()
    {
        using var workspace = await WorkedAsync(WorkspaceUnderTest.OneTask);
        workspace.Write("src/old", "old");
        workspace.Delete("src/hello.txt");

        Assert.Equal(["its artifact src/hello.txt is gone"], (await workspace.JudgeAsync()).Reasons);
    }

    [Fact]
    public async Task Is_recorded_in_receipt_and_completion()
    {
        using var workspace = await WorkedAsync(WorkspaceUnderTest.OneTask);

        Assert.Equal([RelativePath.Parse("src/old")], workspace.Receipts()[0].Removed);
        Assert.Equal([RelativePath.Parse("src/old")], workspace.LatestCompletion().Removed);
    }

    [Fact]
    public async Task Is_verified_to_be_gone()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Write("src/old", "old");
        workspace.Agents.Answer = command =>
        {
            var answer = ProductsByTask.Build(workspace, command, "src/hello.txt=1", "-src/old");
            workspace.Write("src/old", "old");
            return [answer];
        };

        var result = await workspace.RunAsync();

        Assert.Equal(DiagnosticCode.ArtifactRejected, Assert.Single(result.Diagnostics).Code);
        Assert.Contains("src/old", result.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.Empty(workspace.Receipts());
    }

    private static async Task<WorkspaceUnderTest> WorkedAsync(string task)
    {
        var workspace = new WorkspaceUnderTest(task);
        workspace.Write("src/old", "old");
        workspace.Write("src/kept", "kept");
        workspace.Build(("T-1", "src/hello.txt=1 -src/old"));
        await workspace.RunAsync();
        return workspace;
    }
}
