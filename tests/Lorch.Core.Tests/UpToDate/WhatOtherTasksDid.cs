using Lorch.Core.Tests.Runs;
using Lorch.Testing;

namespace Lorch.Core.Tests.UpToDate;

/// <summary>Whether a task is up to date after others worked in the same files.</summary>
public sealed class WhatOtherTasksDid
{
    private const string AboutSpecs = """{"id":"T-1","goal":"g","inputs":["specs/**"]}""";
    private const string Regenerating = """{"id":"T-1","goal":"g","inputs":["specs/**"],"regenerate":true}""";
    private const string AboutNothing = """{"id":"T-1","goal":"g"}""";
    private const string Dependent = """{"id":"T-2","goal":"g","inputs":["docs/**"],"depends_on":["T-1"]}""";
    private const string Unrelated = """{"id":"T-2","goal":"g","inputs":["docs/**"]}""";

    [Theory]
    [InlineData(AboutSpecs, Dependent, "specs/a.md=changed", null)]
    [InlineData(AboutSpecs, Unrelated, "specs/a.md=changed", null)]
    [InlineData(AboutSpecs, Unrelated, "specs/b.md=added", null)]
    [InlineData(AboutSpecs, Unrelated, "-specs/a.md", null)]
    [InlineData(AboutSpecs, Unrelated, "src/other=1", null)]
    [InlineData(AboutNothing, Unrelated, "specs/a.md=changed", null)]
    [InlineData(AboutNothing, Unrelated, "-specs/a.md", null)]
    [InlineData(Regenerating, Dependent, "specs/a.md=changed", null)]
    [InlineData(Regenerating, Dependent, "specs/b.md=added", null)]
    [InlineData(Regenerating, Dependent, "-specs/a.md", null)]
    [InlineData(Regenerating, Unrelated, "specs/a.md=changed", "specs/a.md changed")]
    [InlineData(Regenerating, Unrelated, "specs/b.md=added", "specs/b.md was added")]
    [InlineData(Regenerating, Unrelated, "-specs/a.md", "specs/a.md was removed")]
    [InlineData(Regenerating, Unrelated, "src/other=1", null)]
    public async Task Explains_an_input_unless_the_task_regenerates_its_files_and_does_not_come_first(
        string first,
        string second,
        string files,
        string? reason)
    {
        using var workspace = await WorkedAsync(first, second, "src/1=1", files);

        Assert.Equal(reason is null ? [] : [reason], (await workspace.JudgeAsync("T-1")).Reasons);
    }

    [Theory]
    [InlineData(AboutSpecs, Dependent)]
    [InlineData(AboutSpecs, Unrelated)]
    [InlineData(Regenerating, Dependent)]
    public async Task Explains_nothing_that_was_changed_once_more(string first, string second)
    {
        using var workspace = await WorkedAsync(first, second, "src/1=1", "specs/a.md=changed");
        workspace.Write("specs/a.md", "changed by hand");

        Assert.Equal(["specs/a.md changed"], (await workspace.JudgeAsync("T-1")).Reasons);
    }

    [Fact]
    public async Task Explains_nothing_when_the_manifest_is_gone()
    {
        using var workspace = await WorkedAsync(AboutSpecs, Dependent, "src/1=1", "specs/a.md=changed");
        Directory.Delete(workspace.At("snapshots"), recursive: true);

        Assert.Matches(
            "^the manifest of snap-.*, which it was last completed with, is gone$",
            Assert.Single((await workspace.JudgeAsync("T-1")).Reasons));
    }

    [Theory]
    [InlineData(Dependent, "src/1=2")]
    [InlineData(Dependent, "-src/1")]
    [InlineData(Unrelated, "src/1=2")]
    public async Task Replaces_an_artifact(string second, string files)
    {
        using var workspace = await WorkedAsync(AboutSpecs, second, "src/1=1", files);

        Assert.Empty((await workspace.JudgeAsync("T-1")).Reasons);
        Assert.Empty((await workspace.JudgeAsync("T-2")).Reasons);
    }

    [Theory]
    [InlineData(AboutSpecs, null)]
    [InlineData(Regenerating, "its artifact src/1 was altered")]
    public async Task Replaces_no_artifact_that_was_altered_once_more(string first, string? reason)
    {
        using var workspace = await WorkedAsync(first, Dependent, "src/1=1", "src/1=2");
        workspace.Write("src/1", "by hand");

        var verdict = await workspace.JudgeAsync("T-1");

        Assert.Equal(reason is null ? [] : [reason], verdict.Reasons);
        Assert.Equal(reason is null ? ["edited since"] : [], verdict.Although);
    }

    /// <summary>What comes later was built on top of what comes first: when that was put back, the later work is lost.</summary>
    [Fact]
    public async Task Replaces_no_artifact_of_a_task_that_comes_later()
    {
        using var workspace = await WorkedAsync(AboutSpecs, Dependent, "src/1=1", "src/1=2");
        workspace.Write("specs/a.md", "# B\n");
        await workspace.RunAsync("T-1");

        Assert.Equal("1", workspace.Read("src/1"));
        Assert.Equal(["src/1 holds none of its work"], (await workspace.JudgeAsync("T-2")).Reasons);

        await workspace.RunAsync("T-2");

        Assert.Equal("2", workspace.Read("src/1"));
        Assert.Empty((await workspace.JudgeAsync("T-1")).Reasons);
        Assert.Empty((await workspace.JudgeAsync("T-2")).Reasons);
    }

    [Fact]
    public async Task Brings_back_a_file_that_was_removed()
    {
        using var workspace = await WorkedAsync(AboutSpecs, Dependent, "-src/old", "src/old=2", prepare: "src/old");

        Assert.Empty((await workspace.JudgeAsync("T-1")).Reasons);
    }

    private static async Task<WorkspaceUnderTest> WorkedAsync(
        string first,
        string second,
        string firstMakes,
        string secondMakes,
        string? prepare = null)
    {
        var workspace = new WorkspaceUnderTest(first, second);
        workspace.Write("docs/a.md", "a");
        if (prepare is not null)
        {
            workspace.Write(prepare, "old");
        }

        workspace.Build(("T-1", firstMakes), ("T-2", secondMakes));
        await workspace.RunAsync("T-1");
        await workspace.RunAsync("T-2");
        return workspace;
    }
}
