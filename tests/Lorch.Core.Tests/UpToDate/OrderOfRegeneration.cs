using Lorch.Core.Runs.Contract;
using Lorch.Core.Tests.Runs;
using Lorch.Testing;

namespace Lorch.Core.Tests.UpToDate;

/// <summary>Tasks that regenerate their files follow all others, and each other.</summary>
public sealed class OrderOfRegeneration
{
    private const string One = """{"id":"T-1","goal":"g","inputs":["src/**"],"regenerate":true}""";
    private const string Two =
        """{"id":"T-2","goal":"g","inputs":["specs/**"],"regenerate":true,"expected_outputs":[{"path":"src/two.txt"}]}""";
    private const string Plain = """{"id":"T-3","goal":"g"}""";

    [Fact]
    public async Task Puts_them_last_each_behind_what_makes_its_inputs()
    {
        using var workspace = new WorkspaceUnderTest(One, Two, Plain);

        Assert.Equal(["T-3", "T-2", "T-1"], await OrderAsync(workspace));
    }

    [Fact]
    public async Task Leaves_all_others_in_their_order()
    {
        using var workspace = new WorkspaceUnderTest(Plain, """{"id":"T-1","goal":"g","inputs":["src/**"]}""");

        Assert.Equal(["T-3", "T-1"], await OrderAsync(workspace));
    }

    [Fact]
    public async Task Puts_what_depends_on_one_behind_it_whatever_it_writes()
    {
        using var workspace = new WorkspaceUnderTest(
            One,
            """{"id":"T-2","goal":"g","depends_on":["T-1"],"expected_outputs":[{"path":"src/two.txt"}]}""",
            Plain);

        Assert.Equal(["T-3", "T-1", "T-2"], await OrderAsync(workspace));
    }

    [Fact]
    public async Task Knows_what_they_made_last_time()
    {
        using var workspace = new WorkspaceUnderTest(One, """{"id":"T-2","goal":"g","inputs":["specs/**"],"regenerate":true}""");
        workspace.Build(("T-2", "src/unexpected.txt=1"), ("T-1", "docs/one.txt=1"));
        await workspace.RunAsync("T-2");

        Assert.Equal(["T-2", "T-1"], await OrderAsync(workspace));
    }

    [Fact]
    public async Task Refuses_a_circle_and_names_both_their_files_and_the_end_of_it()
    {
        using var workspace = new WorkspaceUnderTest(
            """{"id":"T-0041","goal":"g","inputs":["src/two.*"],"regenerate":true,"expected_outputs":[{"path":"src/one.txt"}]}""",
            """{"id":"T-0042","goal":"g","inputs":["src/one.*"],"regenerate":true,"expected_outputs":[{"path":"src/two.txt"}]}""");

        var refused = await Assert.ThrowsAsync<LorchException>(() => OrderAsync(workspace));

        Assert.Equal(DiagnosticCode.UndeclaredDependency, refused.Diagnostic.Code);
        Assert.Contains($"\n    {refused.Diagnostic.Message}\n", Document.Read("diagnostics.md").Text, StringComparison.Ordinal);
    }

    private static async Task<List<string>> OrderAsync(WorkspaceUnderTest workspace)
    {
        var opened = workspace.Open();
        var verdicts = await opened.JudgeAsync(opened.Select([]), WorkMode.WhenStale, CancellationToken.None);
        return [.. verdicts.Select(verdict => verdict.TaskId.ToString())];
    }
}
