using Lorch.Core.Receipts;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Receipts;

public sealed class CompletionStoreTests : IDisposable
{
    private const string Latest = "receipts/T-0042/completion.json";
    private const string ByKey = "receipts/T-0042/completions/cccccccccccc.json";

    private static readonly TaskId Subject = TaskId.Parse("T-0042");

    private readonly TemporaryWorkspace _workspace = new();
    private readonly CompletionStore _store;

    public CompletionStoreTests() => _store = new CompletionStore(new WorkspaceLayout(_workspace.Root, null), new DurableFiles());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Has_nothing_before_the_first_completion()
    {
        Assert.Empty(_store.Load(Subject));
        Assert.Null(_store.Latest(Subject));
        Assert.Null(_store.Find(Subject, SampleRecords.Key('c')));
    }

    [Fact]
    public async Task Writes_the_record_under_its_key_and_as_the_latest()
    {
        await _store.WriteAsync(SampleRecords.Completion, Cancellation);

        Assert.Equal(_workspace.Read(ByKey), _workspace.Read(Latest));
        Assert.Equal(SampleRecords.Completion.RunId, _store.Find(Subject, SampleRecords.Key('c'))!.RunId);
        Assert.Equal(SampleRecords.Completion.RunId, _store.Latest(Subject)!.RunId);
    }

    [Fact]
    public async Task Keeps_one_record_per_key_newest_last()
    {
        var older = RunId.Parse("run-20250101-000000-ffffffff");
        await _store.WriteAsync(SampleRecords.Completion, Cancellation);
        await _store.WriteAsync(SampleRecords.Completion with { TaskKey = SampleRecords.Key('a'), RunId = older }, Cancellation);
        await _store.WriteAsync(SampleRecords.Completion with { TaskKey = SampleRecords.Key('f'), RunId = older }, Cancellation);
        await _store.WriteAsync(SampleRecords.Completion, Cancellation);

        var keys = _store.Load(Subject).Select(completion => completion.TaskKey);

        Assert.Equal([SampleRecords.Key('a'), SampleRecords.Key('f'), SampleRecords.Key('c')], keys);
    }

    [Fact]
    public async Task Compares_the_whole_key_not_only_its_name()
    {
        await _store.WriteAsync(SampleRecords.Completion, Cancellation);
        var other = Core.Hashing.IdempotencyKey.Parse($"ik:{new string('c', 12)}{new string('0', 52)}");

        Assert.Null(_store.Find(Subject, other));
    }

    [Fact]
    public async Task Makes_an_older_record_the_latest()
    {
        var other = SampleRecords.Completion with { TaskKey = SampleRecords.Key('a') };
        await _store.WriteAsync(SampleRecords.Completion, Cancellation);
        await _store.WriteAsync(other, Cancellation);

        await _store.MakeLatestAsync(SampleRecords.Completion, Cancellation);

        Assert.Equal(SampleRecords.Key('c'), _store.Latest(Subject)!.TaskKey);
        Assert.NotNull(_store.Find(Subject, SampleRecords.Key('a')));
    }

    [Fact]
    public async Task Leaves_the_latest_alone_if_it_holds_the_record_already()
    {
        await _store.WriteAsync(SampleRecords.Completion, Cancellation);
        var longAgo = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_workspace.At(Latest), longAgo);

        await _store.MakeLatestAsync(SampleRecords.Completion, Cancellation);

        Assert.Equal(longAgo, File.GetLastWriteTimeUtc(_workspace.At(Latest)));
    }

    [Theory]
    [InlineData("T-0042", "T-0043")]
    [InlineData("\"task_key\": \"ik:c", "\"task_key\": \"ik:a")]
    [InlineData("{", "")]
    [InlineData("\"removed\": []", "\"removed\": [], \"more\": 1")]
    public async Task Stops_at_a_record_that_cant_be_believed(string good, string bad)
    {
        await _store.WriteAsync(SampleRecords.Completion, Cancellation);
        var text = _workspace.Read(ByKey);
        Assert.Contains(good, text, StringComparison.Ordinal);
        var path = _workspace.Write(ByKey, text.Replace(good, bad, StringComparison.Ordinal));

        var loaded = Assert.Throws<LorchException>(() => _store.Load(Subject)).Diagnostic;
        var found = Assert.Throws<LorchException>(() => _store.Find(Subject, SampleRecords.Key('c'))).Diagnostic;

        Assert.Equal((DiagnosticCode.CompletionDamaged, path), (loaded.Code, loaded.File));
        Assert.Equal(loaded, found);
    }

    [Fact]
    public async Task Stops_at_a_record_of_a_newer_version()
    {
        await _store.WriteAsync(SampleRecords.Completion, Cancellation);
        _workspace.Write(Latest, _workspace.Read(Latest).Replace("\"format\": 1", "\"format\": 2, \"more\": []", StringComparison.Ordinal));

        Assert.Equal(DiagnosticCode.FormatTooNew, Assert.Throws<LorchException>(() => _store.Latest(Subject)).Diagnostic.Code);
    }

    [Theory]
    [InlineData("cccccccccccc.json.bak")]
    [InlineData("CCCCCCCCCCCC.json")]
    [InlineData("ccc.json")]
    [InlineData(".cccccccccccc.json.tmp.12.0a1b2c3d")]
    public void Ignores_files_of_other_names(string name)
    {
        _workspace.Write($"receipts/T-0042/completions/{name}", "no record");

        Assert.Empty(_store.Load(Subject));
    }
}
