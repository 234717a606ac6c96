using System.Text;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Storage;

/// <summary>An indexer, an editor or a virus scanner has one of Lorch's files open, which on Windows keeps others from it.</summary>
[DiffersOnWindows]
public sealed class FilesThatAreOpen : IDisposable
{
    private const int SharingViolation = unchecked((int)0x80070020);

    private readonly TemporaryWorkspace _workspace = new();
    private readonly DurableFiles _files = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Are_replaced_as_soon_as_they_are_closed()
    {
        var file = _workspace.Write("state/run.json", "old");
        var reader = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);

        var replacing = _files.ReplaceAsync(file, "new"u8.ToArray(), Token);
        await WrittenBesideAsync(replacing, "state");
        await reader.DisposeAsync();

        await replacing;
        Assert.Equal("new", _workspace.Read("state/run.json"));
    }

    [Fact]
    public async Task Are_deleted_as_soon_as_they_are_closed()
    {
        var file = _workspace.Write("state/run.json", "old");
        var reader = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);

        var deleting = _files.DeleteAsync(file, Token);
        await Task.WhenAny(deleting, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token));
        await reader.DisposeAsync();

        await deleting;
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void Are_read_while_somebody_writes_to_them()
    {
        var file = _workspace.Write("state/run.json", "old");
        using var writer = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

        Assert.Equal("old", Encoding.UTF8.GetString(NoFifo.ReadAllBytes(file)));
    }

    [Fact]
    public async Task Lose_no_record_to_those_who_read_all_the_time()
    {
        const int Replacements = 40;
        var file = _workspace.Write("state/run.json", "0");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() => ReadUntil(file, enough.Token), CancellationToken.None)).ToList();

        for (var i = 1; i <= Replacements; i++)
        {
            await _files.ReplaceAsync(file, Encoding.ASCII.GetBytes($"{i}"), Token);
            Assert.Equal($"{i}", Encoding.ASCII.GetString(NoFifo.ReadAllBytes(file)));
        }

        await enough.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public void Are_tried_again_until_they_are_closed()
    {
        var tries = 0;

        SharingPatience.Do(_ => ++tries < 4 ? throw new IOException("in use", SharingViolation) : true, _ => true);

        Assert.Equal(4, tries);
    }

    [Fact]
    public void Are_not_tried_again_where_that_is_no_use()
    {
        var tries = 0;

        Assert.Throws<IOException>(() => SharingPatience.Do<bool>(_ => ++tries > 0 ? throw new IOException("full") : true, _ => false));
        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task Are_told_from_a_folder_in_their_place()
    {
        Directory.CreateDirectory(_workspace.At("state/run.json"));

        var exception = await Assert.ThrowsAsync<LorchException>(
            () => _files.ReplaceAsync(_workspace.At("state/run.json"), "new"u8.ToArray(), Token));

        Assert.Equal(DiagnosticCode.StorageFailed, exception.Diagnostic.Code);
    }

    private static void ReadUntil(string file, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                using var reader = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                reader.ReadByte();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It is being replaced just now.
            }
        }
    }

    private async Task WrittenBesideAsync(Task replacing, string folder)
    {
        while (!replacing.IsCompleted
            && !Directory.EnumerateFiles(_workspace.At(folder)).Any(file => file.Contains(".tmp.", StringComparison.Ordinal)))
        {
            await Task.Yield();
        }

        // From then on the file is tried to be replaced.
        await Task.WhenAny(replacing, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token));
    }
}
