using System.Text;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Storage;

[DiffersOnWindows]
public sealed class DurableFilesTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();
    private readonly DurableFiles _files = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Replaces_a_file_whole()
    {
        _workspace.Write("state/run.json", "a longer old text");

        await _files.ReplaceAsync(_workspace.At("state/run.json"), "new"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal("new", _workspace.Read("state/run.json"));
        Assert.Equal(["run.json"], NamesIn("state"));
    }

    [Fact]
    public async Task Replaces_a_link_and_not_what_it_points_to()
    {
        _workspace.Write("elsewhere.json", "other");
        Directory.CreateDirectory(_workspace.At("state"));
        File.CreateSymbolicLink(_workspace.At("state/run.json"), _workspace.At("elsewhere.json"));

        await _files.ReplaceAsync(_workspace.At("state/run.json"), "new"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal("other", _workspace.Read("elsewhere.json"));
        Assert.Null(new FileInfo(_workspace.At("state/run.json")).LinkTarget);
    }

    [Fact]
    public async Task Creates_a_file_that_was_not_there()
    {
        var created = await _files.CreateAsync(
            _workspace.At("receipts/T-1/step-1.json"),
            "{}"u8.ToArray(),
            TestContext.Current.CancellationToken);

        Assert.True(created);
        Assert.Equal("{}", _workspace.Read("receipts/T-1/step-1.json"));
        Assert.Equal(["step-1.json"], NamesIn("receipts/T-1"));
    }

    [Fact]
    public async Task Leaves_an_existing_file_alone_when_asked_to_create_it()
    {
        _workspace.Write("receipts/step-1.json", "first");

        var created = await _files.CreateAsync(
            _workspace.At("receipts/step-1.json"),
            "second"u8.ToArray(),
            TestContext.Current.CancellationToken);

        Assert.False(created);
        Assert.Equal("first", _workspace.Read("receipts/step-1.json"));
        Assert.Equal(["step-1.json"], NamesIn("receipts"));
    }

    [Fact]
    public async Task Leaves_a_dangling_link_alone_when_asked_to_create_it()
    {
        UnderWine.SkipLinks();
        File.CreateSymbolicLink(_workspace.At("step-1.json"), _workspace.At("nowhere"));

        var created = await _files.CreateAsync(_workspace.At("step-1.json"), "{}"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.False(created);
        Assert.False(File.Exists(_workspace.At("nowhere")));
    }

    [Fact]
    public async Task One_of_many_writers_creates_a_file()
    {
        var path = _workspace.At("receipts/step-1.json");

        var created = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
            (Writer: i, Created: await new DurableFiles().CreateAsync(path, Bytes($"writer {i}"), TestContext.Current.CancellationToken))));

        var winner = Assert.Single(created, result => result.Created);
        Assert.Equal($"writer {winner.Writer}", _workspace.Read("receipts/step-1.json"));
        Assert.Equal(["step-1.json"], NamesIn("receipts"));
    }

    [Fact]
    public async Task Many_writers_leave_one_whole_content()
    {
        var path = _workspace.At("state/index.json");
        var contents = Enumerable.Range(0, 16).Select(i => new string((char)('a' + i), 10_000)).ToList();

        await Task.WhenAll(contents.Select(content => _files.ReplaceAsync(path, Bytes(content), TestContext.Current.CancellationToken)));

        Assert.Contains(_workspace.Read("state/index.json"), contents);
        Assert.Equal(["index.json"], NamesIn("state"));
    }

    [Fact]
    public async Task Appends_to_what_is_there()
    {
        _workspace.Write("events/run.ndjson", "one\n");

        await using (var file = await _files.OpenAppendAsync(_workspace.At("events/run.ndjson"), TestContext.Current.CancellationToken))
        {
            Assert.Equal(4, file.Length);
            await file.AppendAsync("two\n"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Equal(8, file.Length);
            await file.AppendAsync("three\n"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Equal("one\ntwo\nthree\n", _workspace.Read("events/run.ndjson"));
        }
    }

    [Fact]
    public async Task Appends_no_more_once_a_write_failed()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full, the device that is always full.");
        await using var file = await _files.OpenAppendAsync("/dev/full", TestContext.Current.CancellationToken);

        var first = await Assert.ThrowsAsync<LorchException>(
            () => file.AppendAsync("x"u8.ToArray(), TestContext.Current.CancellationToken));
        var second = await Assert.ThrowsAsync<LorchException>(
            () => file.AppendAsync("x"u8.ToArray(), TestContext.Current.CancellationToken));

        Assert.Equal(DiagnosticCode.StorageFailed, first.Diagnostic.Code);
        Assert.Equal("/dev/full", first.Diagnostic.File);
        Assert.Contains("No space left on device", first.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains("Free space", first.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains("an earlier append failed", second.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public async Task Cuts_a_file()
    {
        _workspace.Write("events/run.ndjson", "one\ntw");

        await _files.TruncateAsync(_workspace.At("events/run.ndjson"), 4, TestContext.Current.CancellationToken);

        Assert.Equal("one\n", _workspace.Read("events/run.ndjson"));
    }

    [Fact]
    public async Task Refuses_to_cut_a_file_to_more_than_it_holds()
    {
        _workspace.Write("events/run.ndjson", "one\n");

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            _files.TruncateAsync(_workspace.At("events/run.ndjson"), 5, TestContext.Current.CancellationToken));

        Assert.Equal("one\n", _workspace.Read("events/run.ndjson"));
    }

    [Fact]
    public async Task Does_not_make_a_file_that_should_be_cut()
    {
        var exception = await Assert.ThrowsAsync<LorchException>(() =>
            _files.TruncateAsync(_workspace.At("missing"), 0, TestContext.Current.CancellationToken));

        Assert.Equal(DiagnosticCode.StorageFailed, exception.Diagnostic.Code);
        Assert.False(File.Exists(_workspace.At("missing")));
    }

    [Fact]
    public async Task Renames_a_file()
    {
        _workspace.Write("events/a.ndjson", "text");

        await _files.RenameAsync(_workspace.At("events/a.ndjson"), _workspace.At("events/b.torn"), TestContext.Current.CancellationToken);

        Assert.Equal(["b.torn"], NamesIn("events"));
        Assert.Equal("text", _workspace.Read("events/b.torn"));
    }

    [Fact]
    public async Task Refuses_to_rename_over_a_file()
    {
        _workspace.Write("events/a", "a");
        _workspace.Write("events/b", "b");

        var exception = await Assert.ThrowsAsync<LorchException>(() =>
            _files.RenameAsync(_workspace.At("events/a"), _workspace.At("events/b"), TestContext.Current.CancellationToken));

        Assert.Equal(DiagnosticCode.StorageFailed, exception.Diagnostic.Code);
        Assert.Equal("a", _workspace.Read("events/a"));
        Assert.Equal("b", _workspace.Read("events/b"));
    }

    [Fact]
    public async Task Refuses_to_rename_into_another_folder()
    {
        _workspace.Write("events/a", "a");

        await Assert.ThrowsAsync<ArgumentException>(() =>
            _files.RenameAsync(_workspace.At("events/a"), _workspace.At("a"), TestContext.Current.CancellationToken));

        Assert.Equal("a", _workspace.Read("events/a"));
    }

    [Fact]
    public async Task A_failed_replacement_leaves_the_target_and_no_temporary_file()
    {
        _workspace.Write("state/run.json/inside", "text");

        var exception = await Assert.ThrowsAsync<LorchException>(() =>
            _files.ReplaceAsync(_workspace.At("state/run.json"), "new"u8.ToArray(), TestContext.Current.CancellationToken));

        Assert.Equal(DiagnosticCode.StorageFailed, exception.Diagnostic.Code);
        Assert.Equal(_workspace.At("state/run.json"), exception.Diagnostic.File);
        Assert.Contains("run the same command again", exception.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal(["run.json"], NamesIn("state"));
        Assert.Equal("text", _workspace.Read("state/run.json/inside"));
    }

    [Fact]
    public async Task Says_when_a_file_stands_where_a_folder_should_be()
    {
        _workspace.Write("events", "a file");

        var exception = await Assert.ThrowsAsync<LorchException>(() =>
            _files.OpenAppendAsync(_workspace.At("events/run.ndjson"), TestContext.Current.CancellationToken));

        Assert.Equal(DiagnosticCode.StorageFailed, exception.Diagnostic.Code);
        Assert.Equal("a file", _workspace.Read("events"));
    }

    [Fact]
    public async Task Only_the_owner_may_see_what_is_made()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");

        await _files.CreateAsync(_workspace.At("a/b/created"), "x"u8.ToArray(), TestContext.Current.CancellationToken);
        await _files.ReplaceAsync(_workspace.At("a/replaced"), "x"u8.ToArray(), TestContext.Current.CancellationToken);
        await using (await _files.OpenAppendAsync(_workspace.At("c/d/appended"), TestContext.Current.CancellationToken))
        {
        }

        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.All(["a", "a/b", "c", "c/d"], folder => Assert.Equal(file | UnixFileMode.UserExecute, ModeOf(folder)));
        Assert.All(["a/b/created", "a/replaced", "c/d/appended"], path => Assert.Equal(file, ModeOf(path)));
    }

    [Fact]
    public async Task Refuses_a_relative_path() =>
        await Assert.ThrowsAsync<ArgumentException>(() =>
            _files.ReplaceAsync("state/run.json", "x"u8.ToArray(), TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_cancelled_write_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _files.CreateAsync(_workspace.At("state/run.json"), "x"u8.ToArray(), source.Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_workspace.Root));
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

#pragma warning disable CA1416 // Asked on Unix only
    private UnixFileMode ModeOf(string path) => File.GetUnixFileMode(_workspace.At(path));
#pragma warning restore CA1416

    private List<string?> NamesIn(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(_workspace.At(folder)).Select(Path.GetFileName).Order(StringComparer.Ordinal)];
}
