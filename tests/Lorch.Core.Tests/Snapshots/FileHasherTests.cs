using System.Text;
using Lorch.Core.Hashing;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Scanning;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Testing;

namespace Lorch.Core.Tests.Snapshots;

/// <summary>What happens to a file while it is read, as Linux is asked and as the framework is.</summary>
public sealed class FileHasherTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();
    private int _reads;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reads_a_file_again_that_changed_while_it_was_read(bool isPortable)
    {
        _workspace.Write("a", "1");

        var file = Hash(isPortable, () => _workspace.Write("a", "22"), times: 2, "a").Single();

        Assert.Equal(3, _reads);
        Assert.Equal(Sha256Digest.Of("22"u8), file.Hash.ToDigest());
        Assert.Equal(2, file.Stamp.Size);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gives_up_on_a_file_that_changes_each_time(bool isPortable)
    {
        _workspace.Write("a", "");

        var exception = Assert.Throws<LorchException>(
            () => Hash(isPortable, () => _workspace.Write("a", _workspace.Read("a") + "x"), times: int.MaxValue, "a"));

        Assert.Equal(3, _reads);
        Assert.Equal(DiagnosticCode.FileKeepsChanging, exception.Diagnostic.Code);
        Assert.Equal("a", exception.Diagnostic.File);
        Assert.Contains("'a' changed each of the 3 times", exception.Diagnostic.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Notices_a_change_of_time_alone(bool isPortable)
    {
        var file = _workspace.Write("a", "1");

        Hash(isPortable, () => File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch), times: 1, "a");

        Assert.Equal(2, _reads);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Notices_a_file_put_in_the_place_of_the_one_it_reads(bool isPortable)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There, a file that is read keeps its name.");
        _workspace.Write("a", "old");
        _workspace.Write("b", "other");

        var file = Hash(isPortable, () => File.Move(_workspace.At("b"), _workspace.At("a"), overwrite: true), times: 1, "a").Single();

        Assert.Equal(Sha256Digest.Of("other"u8), file.Hash.ToDigest());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Leaves_out_a_file_that_vanished_before_or_while_it_was_read(bool isPortable)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There, a file that is read keeps its name.");
        _workspace.Write("a", "1");

        Assert.Empty(Hash(isPortable, () => File.Delete(_workspace.At("a")), times: 1, "a", "never there"));
        Assert.Equal(1, _reads);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Refuses_a_file_that_became_a_link(bool isPortable)
    {
        UnderWine.SkipLinks();
        _workspace.Write("b", "1");
        File.CreateSymbolicLink(_workspace.At("a"), "b");

        var exception = Assert.Throws<LorchException>(() => Hash(isPortable, () => { }, 0, "a"));

        Assert.Equal(DiagnosticCode.FileUnreadable, exception.Diagnostic.Code);
        Assert.Equal("a", exception.Diagnostic.File);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(262_143, false)]
    [InlineData(262_144, false)]
    [InlineData(3_000_001, false)]
    [InlineData(3_000_001, true)]
    public void Reads_files_of_any_size(int size, bool isPortable)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        File.WriteAllBytes(_workspace.At("a"), content);

        var file = Hash(isPortable, () => { }, 0, "a").Single();

        Assert.Equal(Sha256Digest.Of(content), file.Hash.ToDigest());
        Assert.Equal(size, file.Stamp.Size);
    }

    [Fact]
    public void Stops_between_two_files()
    {
        _workspace.Write("a", "1");
        _workspace.Write("b", "1");
        using var cancellation = new CancellationTokenSource();
        var settings = new ScanSettings { Threads = 1, BetweenLooks = () => { _reads++; cancellation.Cancel(); } };

        Assert.ThrowsAny<OperationCanceledException>(
            () => new FileHasher(_workspace.Root, settings).Hash([FolderOf("a", "b")], cancellation.Token));
        Assert.Equal(1, _reads);
    }

    private static FolderContent FolderOf(params string[] names)
    {
        var folder = new FolderContent([], EverythingBelow.Instance, -1);
        foreach (var name in names)
        {
            folder.AddFile(Encoding.UTF8.GetBytes(name), new FoundFile { Known = -1, Stamp = new RawStamp { Size = 1 } });
        }

        return folder;
    }

    private FoundFile[] Hash(bool isPortable, Action interferes, int times, params string[] names)
    {
        var folder = FolderOf(names);
        var settings = new ScanSettings
        {
            IsPortable = isPortable,
            BetweenLooks = () =>
            {
                if (_reads++ < times)
                {
                    interferes();
                }
            },
        };
        new FileHasher(_workspace.Root, settings).Hash([folder], Token);
        return folder.Files.ToArray();
    }
}
