using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>A checkout that converts line ends makes tasks stale; the first reason says so.</summary>
public sealed class ConvertedLineEnds
{
    [Theory]
    [InlineData("a\nb\n", "a\r\nb\r\n", true)]
    [InlineData("a\r\nb\r\n", "a\nb\n", true)]
    [InlineData("a\nb\n", "a\r\nb\r\n ", false)]
    [InlineData("a\nb\n", "a\nb", false)]
    [InlineData("", "\r\n", false)]
    public async Task Are_named_where_they_are_all_that_changed(string before, string after, bool isNamed)
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Write("specs/a.md", before);
        await workspace.RunAsync();

        workspace.Write("specs/a.md", after);

        var reasons = (await workspace.JudgeAsync()).Reasons;
        Assert.Equal(isNamed, reasons[0].Contains("core.autocrlf", StringComparison.Ordinal));
        Assert.Equal(isNamed ? "specs/a.md changed, by its line ends only" : "specs/a.md changed", reasons[^1]);
    }

    [Fact]
    public async Task Are_named_once_for_inputs_and_artifacts_beside_what_else_changed()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.Regenerating);
        workspace.Write("specs/b.md", "# B\n");
        await workspace.RunAsync();
        foreach (var path in new[] { "specs/a.md", "src/hello.txt" })
        {
            workspace.Write(path, workspace.Read(path).Replace("\n", "\r\n", StringComparison.Ordinal));
        }

        workspace.Write("specs/b.md", "# C\n");

        var reasons = (await workspace.JudgeAsync()).Reasons;
        Assert.StartsWith("2 files differ by line ends only", reasons[0], StringComparison.Ordinal);
        Assert.Equal(
            ["specs/a.md changed, by its line ends only", "specs/b.md changed", "src/hello.txt changed, by its line ends only"],
            reasons.Skip(1));
    }
}
