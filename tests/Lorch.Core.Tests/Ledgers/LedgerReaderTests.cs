using Lorch.Core.Ledgers;

namespace Lorch.Core.Tests.Ledgers;

public sealed class LedgerReaderTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Numbers_lines_from_1()
    {
        _folder.Content = $"{LedgerFolder.Line(11)}\n{LedgerFolder.Line(12)}\n";

        var entries = Read();

        Assert.Equal([(1L, 11), (2L, 12)], entries.Select(entry => (entry.LineNumber, LedgerFolder.Number(entry.Message))));
    }

    [Fact]
    public void Finds_nothing_in_an_empty_ledger()
    {
        _folder.Content = "";

        Assert.Empty(Read());
    }

    [Fact]
    public void Reads_lines_of_every_length_around_its_blocks()
    {
        var lengths = Enumerable.Range(0, 40).Select(i => i % 4 == 3 ? 300_000 * (i % 5) : 13 * i * i).ToList();
        _folder.Content = string.Concat(lengths.Select((length, i) => LedgerFolder.Line(i, new string('x', length)) + "\n"));

        var entries = Read();

        Assert.Equal(Enumerable.Range(0, 40), entries.Select(entry => LedgerFolder.Number(entry.Message)));
    }

    [Fact]
    public void Passes_over_lines_that_only_tell_progress()
    {
        var artifact = $",\"artifacts\":[{{\"path\":\"a\",\"sha256\":\"sha256:{new string('0', 64)}\",\"size\":1}}]";
        var withFile = LedgerFolder.Line(3).Replace(",\"occurred_at\"", artifact + ",\"occurred_at\"", StringComparison.Ordinal);
        _folder.Content = $"{LedgerFolder.Line(1)}\n{LedgerFolder.Line(2, "\"event\":\\")}\n{withFile}\n{LedgerFolder.Line(4)}\n";

        var entries = LedgerReader.ReadWithoutChatter(_folder.Path, Cancellation).ToList();

        Assert.Equal((3L, 3), (Assert.Single(entries).LineNumber, LedgerFolder.Number(entries[0].Message)));
    }

    [Theory]
    [InlineData("tell", "te\u0001l")]
    [InlineData("tell", "te\"ll")]
    [InlineData("tell", "te\\ll")]
    [InlineData("\"payload\":{", "\"payload\":[")]
    public void Finds_damage_in_a_line_that_only_tells_progress(string sound, string damaged)
    {
        var line = LedgerFolder.Line(2, "tell").Replace(sound, damaged, StringComparison.Ordinal);
        _folder.Content = $"{LedgerFolder.Line(1)}\n{line}\n{LedgerFolder.Line(3)}\n";

        var failure = Assert.Throws<LorchException>(() => LedgerReader.ReadWithoutChatter(_folder.Path, Cancellation).Count());

        Assert.Equal((DiagnosticCode.LedgerDamaged, 2), (failure.Diagnostic.Code, failure.Diagnostic.Line));
    }

    [Fact]
    public void Finds_bytes_that_are_no_text_in_a_line_that_only_tells_progress()
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n{LedgerFolder.Line(2, "tell")}\n{LedgerFolder.Line(3)}\n";
        var bytes = File.ReadAllBytes(_folder.Path);
        bytes[bytes.AsSpan().IndexOf("tell"u8)] = 0xFF;
        File.WriteAllBytes(_folder.Path, bytes);

        var failure = Assert.Throws<LorchException>(() => LedgerReader.ReadWithoutChatter(_folder.Path, Cancellation).Count());

        Assert.Equal((DiagnosticCode.LedgerDamaged, 2), (failure.Diagnostic.Code, failure.Diagnostic.Line));
    }

    [Fact]
    public void Leaves_out_a_last_line_that_was_cut_at_any_byte()
    {
        var last = LedgerFolder.Line(2);

        for (var length = 0; length <= last.Length; length++)
        {
            _folder.Content = $"{LedgerFolder.Line(1)}\n{last[..length]}";

            Assert.Equal(1, LedgerFolder.Number(Assert.Single(Read()).Message));
        }
    }

    [Theory]
    [InlineData("{\"kind\":\n")]
    [InlineData("\n")]
    [InlineData("\0\0\0\0\n")]
    [InlineData("\0\0\0\0")]
    [InlineData("not JSON")]
    public void Leaves_out_a_last_line_that_is_no_JSON(string tail)
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n{tail}";

        Assert.Single(Read());
    }

    [Theory]
    [InlineData("{\"kind\":")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"kind\":\"rumour\"}")]
    public void Stops_at_a_bad_line_with_its_number(string bad)
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n{bad}\n{LedgerFolder.Line(3)}\n";

        var damage = Assert.Throws<LorchException>(Read).Diagnostic;

        Assert.Equal((DiagnosticCode.LedgerDamaged, _folder.Path, 2), (damage.Code, damage.File, damage.Line));
        Assert.Contains("line 2", damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stops_at_a_last_line_that_is_JSON_and_no_message()
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n{{\"kind\":\"rumour\"}}\n";

        Assert.Equal(DiagnosticCode.LedgerDamaged, Assert.Throws<LorchException>(Read).Diagnostic.Code);
    }

    [Fact]
    public void Hands_out_what_stands_before_the_damage()
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n{{}}\n{LedgerFolder.Line(3)}\n";

        using var entries = LedgerReader.Read(_folder.Path, Cancellation).GetEnumerator();

        Assert.True(entries.MoveNext());
        Assert.Throws<LorchException>(() => entries.MoveNext());
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("")]
    public void Stops_at_a_line_that_is_longer_than_Lorch_writes(string end)
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n{new string(' ', LedgerLines.MaxBytes + 1)}{end}";

        var damage = Assert.Throws<LorchException>(Read).Diagnostic;

        Assert.Equal((DiagnosticCode.LedgerDamaged, 2), (damage.Code, damage.Line));
    }

    [Fact]
    public void Stops_at_a_first_line_with_half_of_a_character()
    {
        _folder.Content = """
            {"kind":"event","pay\ud83doad":{"form\ud83dt":2},"payload":{"form\ude00t":2,"format":2}}

            """;

        var damage = Assert.Throws<LorchException>(Read).Diagnostic;

        Assert.Contains("surrogate", damage.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"format":2}""", "")]
    [InlineData("""{"format":2}""", ",\"whatever\":1")]
    [InlineData("""{"format":1e99,"whatever":1}""", "")]
    public void Stops_at_a_ledger_of_a_newer_version(string payload, string unknown)
    {
        _folder.Content = $$"""
            {"kind":"event","message_id":"0198c0de-0000-7000-8000-000000000001","correlation_id":"corr-T-1-run-0","task_id":"T-1","from":{"agent_type":"system"},"event":"system.run_started","payload":{{payload}},"occurred_at":"2026-01-31T09:05:00.000Z"{{unknown}}}

            """;

        Assert.Equal(DiagnosticCode.FormatTooNew, Assert.Throws<LorchException>(Read).Diagnostic.Code);
    }

    [Fact]
    public void Says_so_if_there_is_no_ledger() =>
        Assert.Equal(DiagnosticCode.RunNotFound, Assert.Throws<LorchException>(Read).Diagnostic.Code);

    [Fact]
    public async Task Reads_while_the_run_appends()
    {
        await using var ledger = await Ledger.OpenAsync(_folder.Layout, _folder.Run, new RecordingFiles(), Cancellation);
        await ledger.AppendAsync(LedgerFolder.Event(1), Cancellation);

        Assert.Single(Read());

        await ledger.AppendAsync(LedgerFolder.Event(2), Cancellation);

        Assert.Equal(2, Read().Count);
    }

    [Fact]
    public void Stops_when_it_is_cancelled()
    {
        _folder.Content = $"{LedgerFolder.Line(1)}\n";

        Assert.Throws<OperationCanceledException>(() => LedgerReader.Read(_folder.Path, new CancellationToken(true)).ToList());
    }

    [Theory]
    [InlineData("", null, false)]
    [InlineData("1\n", 1, false)]
    [InlineData("1\n2\n", 2, false)]
    [InlineData("1\n2", 1, false)]
    [InlineData("1\n2\n{", 2, false)]
    [InlineData("1\n2\n{\n", 2, false)]
    [InlineData("1\n>>>>>>> theirs\n", 1, true)]
    [InlineData("{\n", null, false)]
    [InlineData("1", null, false)]
    [InlineData("1\n{}\n", null, false)]
    public void Finds_the_last_whole_message_and_whether_a_merge_left_a_mark_behind_it(string lines, int? expected, bool merged)
    {
        _folder.Content = lines
            .Replace("1", LedgerFolder.Line(1), StringComparison.Ordinal)
            .Replace("\n2", $"\n{LedgerFolder.Line(2, new string('x', 200_000))}", StringComparison.Ordinal);

        var last = LedgerReader.ReadLast(_folder.Path, 1, out var isMerged);

        Assert.Equal((expected, merged), (last is [var message] ? LedgerFolder.Number(message) : default(int?), isMerged));
    }

    private List<LedgerEntry> Read() => [.. LedgerReader.Read(_folder.Path, Cancellation)];
}
