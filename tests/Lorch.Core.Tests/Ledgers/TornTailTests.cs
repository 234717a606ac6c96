using Lorch.Core.Ledgers;

namespace Lorch.Core.Tests.Ledgers;

public sealed class TornTailTests : IDisposable
{
    private readonly LedgerFolder _folder = new();
    private readonly RecordingFiles _files = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Leaves_a_whole_ledger_alone()
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n{LedgerFolder.Line(2)}\n";

        Assert.Null(await RepairAsync());
        Assert.Empty(_files.Operations);
    }

    [Fact]
    public async Task Has_nothing_to_do_without_a_ledger() => Assert.Null(await RepairAsync());

    [Fact]
    public async Task Moves_a_last_line_aside_that_was_cut_at_any_byte()
    {
        var (first, last) = ($"{LedgerFolder.Line(1)}\n", LedgerFolder.Line(2));

        for (var length = 1; length <= last.Length; length++)
        {
            _folder.Content = first + last[..length];
            File.Delete(_folder.TornPath);

            var repair = await RepairAsync();

            Assert.Equal((length, false), ((int)repair!.Bytes, repair.IsWholeLedger));
            Assert.Equal(first, _folder.Content);
            Assert.Equal(last[..length], await File.ReadAllTextAsync(_folder.TornPath, Cancellation));
        }
    }

    [Theory]
    [InlineData("{\"kind\":\n")]
    [InlineData("\n")]
    [InlineData("\0\0\0\0\n")]
    public async Task Moves_a_last_line_aside_that_is_no_JSON(string tail)
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n{tail}";

        await RepairAsync();

        Assert.Equal($"{LedgerFolder.Line(1)}\n", _folder.Content);
        Assert.Equal(tail, await File.ReadAllTextAsync(_folder.TornPath, Cancellation));
    }

    [Fact]
    public async Task Keeps_the_bytes_before_it_cuts_them()
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n{{";

        await RepairAsync();

        Assert.Equal(["append .torn", "truncate .ndjson"], _files.Operations);
    }

    [Fact]
    public async Task Does_the_rest_after_a_crash_between_keeping_and_cutting()
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n{{\"a";
        _files.Refused = "truncate .ndjson";
        await Assert.ThrowsAsync<LorchException>(RepairAsync);
        _files.Refused = null;

        await RepairAsync();

        Assert.Equal($"{LedgerFolder.Line(1)}\n", _folder.Content);
        Assert.Equal("{\"a{\"a", await File.ReadAllTextAsync(_folder.TornPath, Cancellation));
        Assert.Null(await RepairAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"kind\"")]
    [InlineData("{\"kind\"\n")]
    [InlineData("{}")]
    public async Task Moves_a_ledger_aside_whole_that_has_only_a_torn_line(string content)
    {
        _folder.Content = content;

        var repair = await RepairAsync();

        Assert.True(repair!.IsWholeLedger);
        Assert.False(File.Exists(_folder.Path));
        Assert.Equal(content, await File.ReadAllTextAsync(_folder.TornPath, Cancellation));
    }

    [Fact]
    public async Task Adds_a_torn_first_line_to_what_was_torn_before()
    {
        _folder.Content = "{\"b";
        await File.WriteAllTextAsync(_folder.TornPath, "{\"a", Cancellation);

        await RepairAsync();

        Assert.Empty(_folder.Content);
        Assert.Equal("{\"a{\"b", await File.ReadAllTextAsync(_folder.TornPath, Cancellation));
        Assert.Null(await RepairAsync());
    }

    [Theory]
    [InlineData("{\"kind\n{")]
    [InlineData("{\"kind\n{\n")]
    public async Task Changes_nothing_if_the_line_before_is_bad_too(string tail)
    {
        var content = $"{LedgerFolder.Line(1)}\n{tail}";
        _folder.Content = content;

        var damage = await Assert.ThrowsAsync<LorchException>(RepairAsync);

        Assert.Equal((DiagnosticCode.LedgerDamaged, 2), (damage.Diagnostic.Code, damage.Diagnostic.Line));
        Assert.Equal(content, _folder.Content);
        Assert.Empty(_files.Operations);
    }

    [Fact]
    public async Task Leaves_a_line_alone_that_is_longer_than_Lorch_writes()
    {
        _folder.Content = new string('x', LedgerLines.MaxBytes + 1);

        Assert.Null(await RepairAsync());
    }

    [Fact]
    public async Task Says_what_was_cut_and_where_it_is_kept()
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n{{\"a";

        var diagnostic = (await RepairAsync())!.ToDiagnostic();

        Assert.Equal(
            (DiagnosticCode.LedgerTorn, DiagnosticSeverity.Warning, _folder.Path),
            (diagnostic.Code, diagnostic.Severity, diagnostic.File));
        Assert.Contains("3 bytes", diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.TornPath, diagnostic.Message, StringComparison.Ordinal);
    }

    private Task<TornTailRepair?> RepairAsync() => TornTail.RepairAsync(_folder.Layout, _folder.Run, _files, Cancellation);
}
