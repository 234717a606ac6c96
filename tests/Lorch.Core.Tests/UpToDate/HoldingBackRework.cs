using Lorch.Core.Runs.Contract;
using Lorch.Core.Tests.Runs;
using Lorch.Testing;

namespace Lorch.Core.Tests.UpToDate;

public sealed class HoldingBackRework
{
    private const string First = """{"id":"T-1","goal":"g","inputs":["specs/**"]}""";
    private const string Second = """{"id":"T-2","goal":"g","inputs":["specs/**"]}""";

    [Fact]
    public async Task Names_the_finished_tasks_whose_inputs_changed()
    {
        using var workspace = await DoneAsync();
        workspace.Write("specs/a.md", "# B\n");

        var held = ReworkBrake.FindExcess(await VerdictsAsync(workspace), max: 1)!;

        Assert.Equal((DiagnosticCode.TooMuchRework, DiagnosticSeverity.Error), (held.Code, held.Severity));
        Assert.Contains($"\n    {held.Message}\n", Document.Read("diagnostics.md").Text, StringComparison.Ordinal);
        Assert.Null(ReworkBrake.FindExcess(await VerdictsAsync(workspace), max: 2));
    }

    [Theory]
    [InlineData("another goal")]
    [InlineData("an artifact that is gone")]
    [InlineData("nothing")]
    [InlineData("a dependency")]
    public async Task Counts_no_task_that_is_stale_by_more_or_not_at_all(string why)
    {
        using var workspace = await DoneAsync();
        workspace.Configure(why switch
        {
            "another goal" => [
                First.Replace("\"g\"", "\"h\"", StringComparison.Ordinal),
                Second.Replace("\"g\"", "\"h\"", StringComparison.Ordinal)
            ],
            "a dependency" => [First, """{"id":"T-2","goal":"g","depends_on":["T-1"]}"""],
            _ => [First, Second],
        });
        if (why != "nothing")
        {
            workspace.Write("specs/a.md", "# B\n");
        }

        if (why.StartsWith("an artifact", StringComparison.Ordinal))
        {
            workspace.Delete("src/1");
            workspace.Delete("src/2");
        }

        Assert.Null(ReworkBrake.FindExcess(await VerdictsAsync(workspace), max: why == "a dependency" ? 1 : 0));
    }

    private static async Task<WorkspaceUnderTest> DoneAsync()
    {
        var workspace = new WorkspaceUnderTest(First, Second);
        workspace.Build(("T-1", "src/1=1"), ("T-2", "src/2=1"));
        await workspace.RunAsync("T-1");
        await workspace.RunAsync("T-2");
        return workspace;
    }

    private static Task<IReadOnlyList<TaskVerdict>> VerdictsAsync(WorkspaceUnderTest workspace)
    {
        var opened = workspace.Open();
        return opened.JudgeAsync(opened.Select([]), WorkMode.WhenStale, CancellationToken.None);
    }
}
