using Lorch.Core.Hashing;
using Lorch.Core.Receipts;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Receipts;

public sealed class ReceiptStoreTests : IDisposable
{
    private static readonly TaskId Subject = TaskId.Parse("T-0042");

    private readonly TemporaryWorkspace _workspace = new();
    private readonly ReceiptStore _store;

    public ReceiptStoreTests() => _store = new ReceiptStore(new WorkspaceLayout(_workspace.Root, null), new DurableFiles());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Finds_what_it_wrote_with_path_and_digest()
    {
        var reference = await _store.WriteAsync(SampleRecords.Receipt, Cancellation);

        var stored = Assert.Single(_store.Load(Subject));

        Assert.Equal(reference, stored.Reference);
        Assert.Equal("receipts/T-0042/step-2.json", reference.Path);
        Assert.Equal(Sha256Digest.Of(await File.ReadAllBytesAsync(_workspace.At(reference.Path), Cancellation)), reference.Sha256);
        Assert.Equal(SampleRecords.Receipt.IdempotencyKey, stored.Receipt.IdempotencyKey);
        Assert.Equal("approved", stored.Receipt.Outcome.Status);
    }

    [Fact]
    public void Has_nothing_before_the_first_step()
    {
        Assert.Empty(_store.Tasks());
        Assert.Empty(_store.Load(Subject));
        Assert.Equal(1, _store.NextStep(Subject));
    }

    [Fact]
    public async Task Never_overwrites_a_receipt()
    {
        await _store.WriteAsync(SampleRecords.Receipt, Cancellation);
        var before = _workspace.Read("receipts/T-0042/step-2.json");

        var refused = await Assert.ThrowsAsync<LorchException>(
            () => _store.WriteAsync(SampleRecords.Receipt with { IdempotencyKey = SampleRecords.Key('0') }, Cancellation));

        Assert.Equal(DiagnosticCode.ReceiptDamaged, refused.Diagnostic.Code);
        Assert.Equal(before, _workspace.Read("receipts/T-0042/step-2.json"));
    }

    [Fact]
    public async Task Sorts_by_run_then_by_step_as_a_number()
    {
        var later = RunId.Parse("run-20260201-000000-00000000");
        foreach (var (run, step) in new[] { (SampleRecords.Receipt.RunId, 10), (later, 1), (SampleRecords.Receipt.RunId, 9) })
        {
            await _store.WriteAsync(SampleRecords.Receipt with { RunId = run, Step = step }, Cancellation);
        }

        Assert.Equal([9, 10, 1], _store.Load(Subject).Select(stored => stored.Receipt.Step));
    }

    [Fact]
    public void Counts_on_behind_a_damaged_receipt()
    {
        _workspace.Write("receipts/T-0042/step-9.json", "");
        _workspace.Write("receipts/T-0042/step-11.json", "");

        Assert.Equal(12, _store.NextStep(Subject));
    }

    [Theory]
    [InlineData("step-0.json")]
    [InlineData("step-07.json")]
    [InlineData("step--7.json")]
    [InlineData("step-7.json.bak")]
    [InlineData("Step-7.json")]
    [InlineData("step-.json")]
    [InlineData("step-9999999999.json")]
    [InlineData(".step-7.json.tmp.12.0a1b2c3d")]
    [InlineData("completion.json")]
    [InlineData("notes.md")]
    public void Ignores_files_of_other_names(string name)
    {
        _workspace.Write($"receipts/T-0042/{name}", "no receipt");

        Assert.Empty(_store.Load(Subject));
        Assert.Equal(1, _store.NextStep(Subject));
    }

    [Fact]
    public void Lists_the_tasks_that_have_receipts()
    {
        _workspace.Write("receipts/T-2/step-1.json", "");
        _workspace.Write("receipts/T-1/step-1.json", "");
        _workspace.Write("receipts/.hidden/step-1.json", "");
        _workspace.Write("receipts/notes.md", "");

        Assert.Equal(["T-1", "T-2"], _store.Tasks().Select(task => task.ToString()));
    }

    [Theory]
    [InlineData("T-0042", "T-0043", "T-0043")]
    [InlineData("\"step\": 2", "\"step\": 3", "step 3")]
    [InlineData("\"step\": 2", "\"step\": 2, \"more\": 1", "more")]
    [InlineData("\"step\": 2,", "", "step")]
    [InlineData("{", "", "JSON")]
    [InlineData("review.completed", "review.done", "$.outcome.event")]
    [InlineData("\"format\": 1,", "", "format")]
    [InlineData("\"format\": 1", "\"format\": 0", "format")]
    [InlineData("\"size\": 17", "\"size\": 17, \"size\": 18", "size")]
    [InlineData("\"format\": 1", "\"f\\ud83drmat\": 2, \"format\": 1", "surrogate")]
    public async Task Stops_at_a_receipt_that_cant_be_believed(string good, string bad, string said)
    {
        await _store.WriteAsync(SampleRecords.Receipt, Cancellation);
        var text = _workspace.Read("receipts/T-0042/step-2.json");
        Assert.Contains(good, text, StringComparison.Ordinal);
        var path = _workspace.Write("receipts/T-0042/step-2.json", text.Replace(good, bad, StringComparison.Ordinal));

        var damage = Assert.Throws<LorchException>(() => _store.Load(Subject)).Diagnostic;

        Assert.Equal((DiagnosticCode.ReceiptDamaged, path), (damage.Code, damage.File));
        Assert.Contains(said, damage.Message, StringComparison.Ordinal);
        Assert.Contains("delete it", damage.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"format\": 2")]
    [InlineData("\"format\": 2, \"more\": 1")]
    public async Task Stops_at_a_receipt_of_a_newer_version(string format)
    {
        await _store.WriteAsync(SampleRecords.Receipt, Cancellation);
        var text = _workspace.Read("receipts/T-0042/step-2.json");
        _workspace.Write("receipts/T-0042/step-2.json", text.Replace("\"format\": 1", format, StringComparison.Ordinal));

        Assert.Equal(DiagnosticCode.FormatTooNew, Assert.Throws<LorchException>(() => _store.Load(Subject)).Diagnostic.Code);
    }

    [Fact]
    public void Stops_at_a_folder_in_place_of_a_receipt()
    {
        Directory.CreateDirectory(_workspace.At("receipts/T-0042/step-1.json"));

        Assert.Equal(DiagnosticCode.ReceiptDamaged, Assert.Throws<LorchException>(() => _store.Load(Subject)).Diagnostic.Code);
        Assert.Equal(2, _store.NextStep(Subject));
    }
}
