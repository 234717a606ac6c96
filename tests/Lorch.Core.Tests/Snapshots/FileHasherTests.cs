using Lorch.Core.Hashing;
using Lorch.Core.Snapshots;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Snapshots;

public sealed class FileHasherTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();
    private int _reads;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Reads_a_file_again_that_changed_while_it_was_read()
    {
        _workspace.Write("a", "1");
        var hasher = HasherThat(() => _workspace.Write("a", "22"), times: 2);

        var files = await hasher.HashAsync([FileAt("a")], StatIndex.Empty, Token);

        Assert.Equal(3, _reads);
        Assert.Equal(Sha256Digest.Of("22"u8), files.Single().File.Sha256);
        Assert.Equal(2, files.Single().File.Size);
    }

    [Fact]
    public async Task Gives_up_on_a_file_that_changes_each_time()
    {
        _workspace.Write("a", "");
        var hasher = HasherThat(() => _workspace.Write("a", _workspace.Read("a") + "x"), times: int.MaxValue);

        var exception = await Assert.ThrowsAsync<LorchException>(() => hasher.HashAsync([FileAt("a")], StatIndex.Empty, Token));

        Assert.Equal(3, _reads);
        Assert.Equal(DiagnosticCode.FileKeepsChanging, exception.Diagnostic.Code);
        Assert.Equal("a", exception.Diagnostic.File);
        Assert.Contains("'a' changed each of the 3 times", exception.Diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notices_a_change_of_time_alone()
    {
        var file = _workspace.Write("a", "1");
        var hasher = HasherThat(() => File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch), times: 1);

        await hasher.HashAsync([FileAt("a")], StatIndex.Empty, Token);

        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task Notices_a_file_put_in_the_place_of_the_one_it_reads()
    {
        _workspace.Write("a", "old");
        _workspace.Write("b", "other");
        var hasher = HasherThat(() => File.Move(_workspace.At("b"), _workspace.At("a"), overwrite: true), times: 1);

        var files = await hasher.HashAsync([FileAt("a")], StatIndex.Empty, Token);

        Assert.Equal(Sha256Digest.Of("other"u8), files.Single().File.Sha256);
    }

    [Fact]
    public async Task Leaves_out_a_file_that_vanished_before_or_while_it_was_read()
    {
        _workspace.Write("a", "1");
        var hasher = HasherThat(() => File.Delete(_workspace.At("a")), times: 1);

        var files = await hasher.HashAsync([FileAt("a"), FileAt("never there"), FileAt("no/folder")], StatIndex.Empty, Token);

        Assert.Empty(files);
    }

    [Fact]
    public async Task Refuses_a_file_that_became_a_link()
    {
        _workspace.Write("b", "1");
        File.CreateSymbolicLink(_workspace.At("a"), "b");

        var exception = await Assert.ThrowsAsync<LorchException>(() => HasherThat(() => { }, 0).HashAsync([FileAt("a")], StatIndex.Empty, Token));

        Assert.Equal(DiagnosticCode.FileUnreadable, exception.Diagnostic.Code);
        Assert.Equal("a", exception.Diagnostic.File);
    }

    [Fact]
    public async Task Stops_in_the_middle_of_a_file()
    {
        _workspace.Write("a", "1");
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => HasherThat(cancellation.Cancel, 1).HashAsync([FileAt("a")], StatIndex.Empty, cancellation.Token));
    }

    private static ScannedFile FileAt(string path) => new() { Path = RelativePath.Parse(path), Size = 1, Mtime = default };

    private FileHasher HasherThat(Action interferes, int times) => new(new WorkspaceRoot(_workspace.Root), async (stream, token) =>
    {
        if (_reads++ < times)
        {
            interferes();
        }

        return await Sha256Digest.OfAsync(stream, token);
    });
}
