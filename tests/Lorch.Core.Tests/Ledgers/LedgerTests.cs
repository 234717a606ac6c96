using Lorch.Core.Ledgers;

namespace Lorch.Core.Tests.Ledgers;

public sealed class LedgerTests : IDisposable
{
    private readonly LedgerFolder _folder = new();
    private readonly RecordingFiles _files = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Appends_each_message_as_one_line_with_one_write()
    {
        await using var ledger = await OpenAsync();

        await ledger.AppendAsync(LedgerFolder.Event(1), Cancellation);
        await ledger.AppendAsync(LedgerFolder.Event(2, "ä€😀 <&>"), Cancellation);

        Assert.Equal($"{LedgerFolder.Line(1)}\n{LedgerFolder.Line(2, "ä€😀 <&>")}\n", _folder.Content);
        Assert.Equal(["append .ndjson", "append .ndjson"], _files.Operations);
    }

    [Fact]
    public async Task Goes_on_behind_what_is_there()
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n";
        await using var ledger = await OpenAsync();

        await ledger.AppendAsync(LedgerFolder.Event(2), Cancellation);

        Assert.Equal($"{LedgerFolder.Line(1)}\n{LedgerFolder.Line(2)}\n", _folder.Content);
    }

    [Fact]
    public async Task Takes_a_line_that_is_longer_than_a_message_of_an_agent_may_be()
    {
        await using var ledger = await OpenAsync();

        await ledger.AppendAsync(LedgerFolder.Event(1, new string('x', 1_000_000)), Cancellation);

        Assert.Equal(1, LedgerFolder.Number(Assert.Single(LedgerReader.Read(_folder.Path, Cancellation)).Message));
    }

    [Fact]
    public async Task Takes_the_longest_line_and_no_longer_one()
    {
        var room = LedgerLines.MaxBytes - LedgerFolder.Line(1).Length;
        await using var ledger = await OpenAsync();

        await ledger.AppendAsync(LedgerFolder.Event(1, new string('x', room)), Cancellation);
        var refused = await Assert.ThrowsAsync<LorchException>(
            () => ledger.AppendAsync(LedgerFolder.Event(2, new string('x', room + 1)), Cancellation));

        Assert.Equal(DiagnosticCode.LedgerLineTooLong, refused.Diagnostic.Code);
        Assert.Equal(LedgerLines.MaxBytes + 1, new FileInfo(_folder.Path).Length);
        Assert.Equal(1, LedgerFolder.Number(Assert.Single(LedgerReader.Read(_folder.Path, Cancellation)).Message));
    }

    [Fact]
    public async Task Is_not_opened_behind_a_torn_line()
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n{{\"kind\":";

        var refused = await Assert.ThrowsAsync<LorchException>(OpenAsync);

        Assert.Equal(DiagnosticCode.LedgerTorn, refused.Diagnostic.Code);
    }

    [Fact]
    public async Task Takes_nothing_more_after_a_failed_append()
    {
        await using var ledger = await OpenAsync();
        _files.Refused = "append .ndjson";
        await Assert.ThrowsAsync<LorchException>(() => ledger.AppendAsync(LedgerFolder.Event(1), Cancellation));
        _files.Refused = null;

        var refused = await Assert.ThrowsAsync<LorchException>(() => ledger.AppendAsync(LedgerFolder.Event(2), Cancellation));

        Assert.Equal(DiagnosticCode.StorageFailed, refused.Diagnostic.Code);
        Assert.Empty(_folder.Content);
    }

    private Task<Ledger> OpenAsync() => Ledger.OpenAsync(_folder.Layout, _folder.Run, _files, Cancellation);
}
