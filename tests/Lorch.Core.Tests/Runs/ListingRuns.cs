using Lorch.Core.Runs.Records;
using Lorch.Core.Storage;
using Lorch.Core.Transcripts;
using Lorch.Core.Workflows;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// The list of all runs, which is taken from the index and from last lines that were read before as far as these can still be right.
/// </summary>
public sealed class ListingRuns
{
    [Fact]
    public async Task A_ledger_to_which_something_was_appended_since_it_was_read_is_read_again()
    {
        using var workspace = await WithARunAsync();
        var catalog = Catalog(workspace);
        Assert.Equal(RunStatus.Completed, Assert.Single(List(catalog)).Status);

        workspace.Write(LedgerOf(workspace), workspace.Read(LedgerOf(workspace)) + "{\"kind\":\"nonsense\"}\n");

        Assert.Equal(DiagnosticCode.LedgerDamaged, Assert.Throws<LorchException>(() => List(catalog)).Diagnostic.Code);
    }

    [Fact]
    public async Task A_ledger_that_was_replaced_by_one_of_the_same_length_is_read_again()
    {
        using var workspace = await WithARunAsync();
        var catalog = Catalog(workspace);
        Assert.Equal(RunStatus.Completed, Assert.Single(List(catalog)).Status);
        var ledger = LedgerOf(workspace);
        var time = File.GetLastWriteTimeUtc(workspace.At(ledger));

        workspace.Write(ledger, workspace.Read(ledger).Replace("system.recorded", "system.recordes", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(workspace.At(ledger), time.AddMilliseconds(1));

        Assert.Equal(DiagnosticCode.LedgerDamaged, Assert.Throws<LorchException>(() => List(catalog)).Diagnostic.Code);
    }

    [Fact]
    public async Task A_run_whose_ledger_was_removed_since_it_was_read_is_no_run_and_has_nothing_to_be_written()
    {
        using var workspace = await WithARunAsync();
        var catalog = Catalog(workspace);
        var before = List(catalog);
        Directory.Delete(workspace.At("receipts/T-1/completions"), recursive: true);
        var lines = workspace.Read(LedgerOf(workspace)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        workspace.Write(LedgerOf(workspace), string.Join('\n', lines[..^1]) + "\n");
        Assert.Single(catalog.Unwritten(before, CancellationToken.None));

        File.Delete(workspace.At(LedgerOf(workspace)));

        Assert.Empty(List(catalog));
        Assert.Empty(catalog.Unwritten(before, CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"format":1}""")]
    [InlineData("""{"format":99,"runs":[]}""")]
    public async Task An_index_that_is_damaged_or_of_another_format_is_made_good_from_the_ledgers(string index)
    {
        using var workspace = await WithARunAsync();
        var whole = workspace.Read("state/index.json");
        workspace.Write("state/index.json", index);
        var catalog = Catalog(workspace);

        var runs = List(catalog);
        await catalog.RepairAsync(runs, CancellationToken.None);

        Assert.Equal(RunStatus.Completed, Assert.Single(runs).Status);
        Assert.Equal(whole, workspace.Read("state/index.json"));
    }

    [Fact]
    public async Task An_index_that_takes_a_run_for_completed_is_not_believed()
    {
        using var workspace = await WithARunAsync();
        var ledger = LedgerOf(workspace);
        var lines = workspace.Read(ledger).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        workspace.Write(ledger, string.Join('\n', lines[..^2]) + "\n");

        Assert.Equal(RunStatus.Running, Assert.Single(List(Catalog(workspace))).Status);
    }

    private static async Task<WorkspaceUnderTest> WithARunAsync()
    {
        var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        return workspace;
    }

    private static RunCatalog Catalog(WorkspaceUnderTest workspace)
    {
        return new RunCatalog(new RunStores(workspace.Layout, new DurableFiles(), workspace.Clock), new SecretRedactor([]), () => 0.0);
    }

    private static IReadOnlyList<RunIndexEntry> List(RunCatalog catalog) => catalog.List(CancellationToken.None);

    private static string LedgerOf(WorkspaceUnderTest workspace) => $"events/{workspace.RunIds[0]}.ndjson";
}
