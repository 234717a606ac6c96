using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

public sealed class LookingAtAWorkspace
{
    private const string SecondTask = """{"id":"T-2","goal":"more","inputs":["docs/**"],"depends_on":["T-1"]}""";

    [Fact]
    public async Task Status_tells_where_each_task_stands()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.OneTask, SecondTask);

        var fresh = await StatusAsync(workspace);
        await workspace.RunAsync();
        var done = await StatusAsync(workspace);
        workspace.Write("specs/a.md", "# B\n");
        var stale = await StatusAsync(workspace);

        Assert.Equal(["never_run", "never_run"], fresh.Tasks.Select(task => task.State));
        Assert.Equal(["up_to_date", "never_run"], done.Tasks.Select(task => task.State));
        Assert.Equal("stale", stale.Tasks[0].State);
        Assert.Equal(["specs/a.md changed"], stale.Tasks[0].Reasons);
        Assert.Equal("completed", stale.LastRun!.Status);
    }

    [Fact]
    public async Task Status_tells_where_a_run_was_interrupted_and_how_to_go_on()
    {
        using var workspace = new WorkspaceUnderTest();
        await ResumingARun.InterruptAtAsync(workspace, AgentAction.Review);

        var task = Assert.Single((await StatusAsync(workspace)).Tasks);

        Assert.Equal("interrupted", task.State);
        Assert.Equal(("review, attempt 1", 1), (task.Run!.At, task.Run.Steps));
        Assert.Equal("dotnet build -t:LorchRun -p:Task=T-1", task.Next);
    }

    [Fact]
    public async Task Status_tells_why_a_run_failed()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => [workspace.Agents.Fail(command, "no_quota", retriable: false)];
        await workspace.RunAsync();

        var task = Assert.Single((await StatusAsync(workspace)).Tasks);

        Assert.Equal("failed", task.State);
        Assert.Contains("no_quota", task.Run!.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_lists_open_runs_whose_task_is_gone()
    {
        using var workspace = new WorkspaceUnderTest();
        await ResumingARun.InterruptAtAsync(workspace, AgentAction.Review);
        workspace.Configure(["""{"id":"T-9","goal":"other"}"""]);

        var report = await StatusAsync(workspace);
        var refusal = await Assert.ThrowsAsync<LorchException>(() =>
            workspace.Open().ResumeAsync(new ResumeRequest(), workspace, CancellationToken.None));

        Assert.Equal(workspace.RunIds[0], Assert.Single(report.Orphans).RunId);
        Assert.Equal(DiagnosticCode.DefinitionChanged, refusal.Diagnostic.Code);
        Assert.Equal(workspace.RunIds[0], await workspace.Open().AbortAsync(null, workspace, CancellationToken.None));
    }

    [Fact]
    public async Task Verification_is_content_after_whatever_happened_rightly()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => workspace.Agents.Play(command, reviewAsks: 2, specAsks: 1);
        await workspace.RunAsync();
        workspace.Write("specs/a.md", "# B\n");
        await ResumingARun.InterruptAtAsync(workspace, AgentAction.Review);

        var result = await workspace.Open().VerifyAsync(CancellationToken.None);

        Assert.Empty(result.Diagnostics);
        Assert.Equal((2, 2, 11), (result.Snapshots, result.Ledgers, result.Receipts));
        Assert.Equal(3, result.Artifacts);
    }

    [Theory]
    [InlineData("src/hello.txt", DiagnosticCode.ArtifactAltered)]
    [InlineData("receipts/T-1/step-2.json", DiagnosticCode.ReceiptDamaged)]
    [InlineData("receipts/T-1/completion.json", DiagnosticCode.CompletionDamaged)]
    public async Task Verification_finds_a_file_that_was_altered(string path, string code)
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.Regenerating);
        await workspace.RunAsync();
        workspace.Write(path, workspace.Read(path) + "x");

        var result = await workspace.Open().VerifyAsync(CancellationToken.None);

        Assert.False(result.IsContent);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Code == code);
    }

    [Fact]
    public async Task Verification_mentions_what_people_edited_and_is_content()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Write("src/hello.txt", "by hand");

        var result = await workspace.Open().VerifyAsync(CancellationToken.None);

        var edited = Assert.Single(result.Diagnostics);
        Assert.Equal(
            (DiagnosticCode.ArtifactAltered, DiagnosticSeverity.Message, "src/hello.txt"),
            (edited.Code, edited.Severity, edited.File));
        Assert.True(result.IsContent);
    }

    [Fact]
    public async Task Verification_names_the_damaged_line_of_a_ledger()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        var (path, ledger) = ($"events/{workspace.RunIds[0]}.ndjson", workspace.Layout.Ledger(workspace.RunIds[0]));
        var lines = workspace.Read(path).Split('\n');
        lines[3] = lines[3][..20];
        workspace.Write(path, string.Join('\n', lines));

        var result = await workspace.Open().VerifyAsync(CancellationToken.None);

        Assert.Contains(
            result.Diagnostics,
            diagnostic => diagnostic is { Code: DiagnosticCode.LedgerDamaged, Line: 4 } && diagnostic.File == ledger);
    }

    [Theory]
    [InlineData("events/run-20200101-000000-00000000.ndjson", DiagnosticCode.LedgerDamaged)]
    [InlineData("snapshots/snap-000000000000.manifest.json", DiagnosticCode.ManifestDamaged)]
    public async Task Verification_finds_a_folder_in_the_place_of_a_record(string path, string code)
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        Directory.CreateDirectory(workspace.At(path));

        var diagnostic = Assert.Single((await workspace.Open().VerifyAsync(CancellationToken.None)).Diagnostics);

        Assert.Equal((code, DiagnosticSeverity.Error, workspace.At(path)), (diagnostic.Code, diagnostic.Severity, diagnostic.File));
        Assert.StartsWith("A folder stands in the place", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verification_misses_a_receipt_that_its_ledger_records()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        workspace.Delete("receipts/T-1/step-2.json");

        var diagnostic = Assert.Single(
            (await workspace.Open().VerifyAsync(CancellationToken.None)).Diagnostics,
            found => found.Severity is DiagnosticSeverity.Error);

        Assert.Equal(DiagnosticCode.ReceiptDamaged, diagnostic.Code);
        Assert.Contains("receipts/T-1/step-2.json", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task State_may_be_deleted_at_any_time()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        await workspace.RunAsync(mode: WorkMode.Force);
        var (state, index) = (workspace.Read("state/run.json"), workspace.Read("state/index.json"));
        Directory.Delete(workspace.At("state"), recursive: true);

        await workspace.RunAsync();

        Assert.Equal(index, workspace.Read("state/index.json"));
        Assert.Equal(state, workspace.Read("state/run.json"));
    }

    private static Task<StatusReport> StatusAsync(WorkspaceUnderTest workspace) => workspace.Open().StatusAsync(CancellationToken.None);
}
