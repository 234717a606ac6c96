using System.Diagnostics;
using System.Text;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Storage;

[DiffersOnWindows]
public sealed class WorkspaceRootTests : IDisposable
{
    private readonly TemporaryWorkspace _outside = new();
    private readonly TemporaryWorkspace _workspace = new();
    private readonly WorkspaceRoot _root;

    public WorkspaceRootTests() => _root = new WorkspaceRoot(_workspace.Root);

    public void Dispose()
    {
        _workspace.Dispose();
        _outside.Dispose();
    }

    [Theory]
    [InlineData("a.md")]
    [InlineData("docs/deep/er/ä €.md")]
    [InlineData("docs/.hidden")]
    public void Opens_a_regular_file(string path)
    {
        _workspace.Write(path, "content");

        var opened = Assert.IsType<FileOpening.Opened>(Open(path));

        using var reader = new StreamReader(opened.Stream, Encoding.ASCII);
        Assert.Equal(7, opened.Size);
        Assert.Equal("content", reader.ReadToEnd());
    }

    [Fact]
    public async Task Opens_a_file_that_can_be_read_asynchronously()
    {
        _workspace.Write("a.md", "content");
        await using var stream = Assert.IsType<FileOpening.Opened>(Open("a.md")).Stream;

        var buffer = new byte[100];
        var length = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);

        Assert.Equal("content", Encoding.ASCII.GetString(buffer, 0, length));
    }

    [Theory]
    [InlineData("missing.md")]
    [InlineData("missing/a.md")]
    [InlineData("file/below")]
    [InlineData("file/below/it")]
    public void Finds_nothing_where_nothing_is(string path)
    {
        _workspace.Write("file", "");

        Assert.IsType<FileOpening.Absent>(Open(path));
        Assert.False(_root.Exists(RelativePath.Parse(path)));
    }

    [Fact]
    public void Refuses_a_directory()
    {
        Directory.CreateDirectory(_workspace.At("docs/deep"));

        Assert.Contains("is a directory", WhyNot("docs"), StringComparison.Ordinal);
        Assert.Contains("is a directory", WhyNot("docs/deep"), StringComparison.Ordinal);
        Assert.True(_root.Exists(RelativePath.Parse("docs/deep")));
    }

    [Fact]
    public void Refuses_a_link_to_a_file_inside()
    {
        UnderWine.SkipLinks();
        _workspace.Write("real.md", "content");
        File.CreateSymbolicLink(_workspace.At("link.md"), _workspace.At("real.md"));

        Assert.Contains("symbolic link 'link.md'", WhyNot("link.md"), StringComparison.Ordinal);
        Assert.True(_root.Exists(RelativePath.Parse("link.md")));
    }

    [Fact]
    public void Refuses_a_link_to_a_file_outside()
    {
        UnderWine.SkipLinks();
        _outside.Write("secret", "content");
        File.CreateSymbolicLink(_workspace.At("link.md"), _outside.At("secret"));

        Assert.Contains("symbolic link 'link.md'", WhyNot("link.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_dangling_link_and_says_that_it_exists()
    {
        UnderWine.SkipLinks();
        File.CreateSymbolicLink(_workspace.At("link.md"), _workspace.At("nowhere"));

        Assert.Contains("symbolic link 'link.md'", WhyNot("link.md"), StringComparison.Ordinal);
        Assert.True(_root.Exists(RelativePath.Parse("link.md")));
    }

    [Fact]
    public void Refuses_a_link_that_points_to_itself()
    {
        UnderWine.SkipLinks();
        File.CreateSymbolicLink(_workspace.At("loop"), _workspace.At("loop"));

        Assert.Contains("symbolic link 'loop'", WhyNot("loop"), StringComparison.Ordinal);
        Assert.Contains("symbolic link 'loop'", WhyNot("loop/a.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_file_that_is_reached_over_a_linked_folder()
    {
        UnderWine.SkipLinks();
        _outside.Write("deep/secret", "content");
        Directory.CreateSymbolicLink(_workspace.At("docs"), _outside.Root);

        Assert.Contains("symbolic link 'docs'", WhyNot("docs/deep/secret"), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_linked_folder_in_the_middle()
    {
        UnderWine.SkipLinks();
        _outside.Write("secret", "content");
        Directory.CreateDirectory(_workspace.At("docs"));
        Directory.CreateSymbolicLink(_workspace.At("docs/deep"), _outside.Root);

        Assert.Contains("symbolic link 'docs/deep'", WhyNot("docs/deep/secret"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_nothing_outside_however_fast_a_folder_is_swapped_for_a_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A folder can't be moved there while a file in it is open.");
        _workspace.Write("docs/a.md", "inside");
        _outside.Write("a.md", "outside");
        Directory.CreateSymbolicLink(_workspace.At("link"), _outside.Root);
        using var enough = new CancellationTokenSource();
        var swapping = Task.Run(() => SwapUntil(enough.Token), CancellationToken.None);
        var contents = new Dictionary<string, int>();

        for (var i = 0; i < 20_000; i++)
        {
            var content = ReadIfOpened("docs/a.md");
            contents[content] = contents.GetValueOrDefault(content) + 1;
        }

        await enough.CancelAsync();
        await swapping;
        Assert.Equal(["", "inside"], contents.Keys.Order());
    }

    [Fact]
    public void The_root_itself_may_be_a_link()
    {
        UnderWine.SkipLinks();
        _workspace.Write("a.md", "content");
        Directory.CreateSymbolicLink(_outside.At("link"), _workspace.Root);

        var opening = new WorkspaceRoot(_outside.At("link")).Open(RelativePath.Parse("a.md"));

        using var stream = Assert.IsType<FileOpening.Opened>(opening).Stream;
    }

    [Fact]
    public void Refuses_a_fifo_without_waiting_for_its_other_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no FIFOs in folders.");
        using var make = Process.Start("mkfifo", [_workspace.At("pipe")]);
        make.WaitForExit();

        Assert.Contains("is a FIFO", WhyNot("pipe"), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_socket()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A socket is a link of its own kind on Windows.");
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_workspace.At("socket")));

        Assert.Contains("is a socket", WhyNot("socket"), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_device()
    {
        Assert.SkipUnless(File.Exists("/dev/null"), "There is no /dev/null.");

        var opening = new WorkspaceRoot("/dev").Open(RelativePath.Parse("null"));

        Assert.Contains("is a device", Assert.IsType<FileOpening.NotAllowed>(opening).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_why_a_name_can_not_be_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows finds nothing by a name that is too long.");

        Assert.Contains("can't be read", WhyNot(new string('x', 300)), StringComparison.Ordinal);
    }

    [Fact]
    public void Says_that_the_root_is_gone()
    {
        var opening = new WorkspaceRoot(_workspace.At("gone")).Open(RelativePath.Parse("a.md"));

        Assert.Contains("gone", Assert.IsType<FileOpening.NotAllowed>(opening).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_no_file_open()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self/fd"), "There is no /proc/self/fd to count open files.");
        _workspace.Write("docs/a.md", "content");
        Directory.CreateSymbolicLink(_workspace.At("docs/link"), _outside.Root);

        for (var i = 0; i < 200; i++)
        {
            Assert.IsType<FileOpening.Opened>(Open("docs/a.md")).Stream.Dispose();
            Assert.IsType<FileOpening.NotAllowed>(Open("docs/link/x"));
            Assert.IsType<FileOpening.NotAllowed>(Open("docs"));
            Assert.IsType<FileOpening.Absent>(Open("docs/missing"));
        }

        var open = Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(fd => new FileInfo(fd).LinkTarget);
        Assert.DoesNotContain(open, target => target is not null && target.StartsWith(_workspace.Root, StringComparison.Ordinal));
    }

    /// <summary>Lets <c>docs</c> be the folder and a link to the outside in turn.</summary>
    private void SwapUntil(CancellationToken cancellationToken)
    {
        var (docs, link, kept) = (_workspace.At("docs"), _workspace.At("link"), _workspace.At("kept"));
        while (!cancellationToken.IsCancellationRequested)
        {
            Directory.Move(docs, kept);
            Directory.Move(link, docs);
            Directory.Move(docs, link);
            Directory.Move(kept, docs);
        }
    }

    private string ReadIfOpened(string path)
    {
        if (Open(path) is not FileOpening.Opened opened)
        {
            return "";
        }

        using var reader = new StreamReader(opened.Stream, Encoding.ASCII);
        return reader.ReadToEnd();
    }

    private FileOpening Open(string path) => _root.Open(RelativePath.Parse(path));

    private string WhyNot(string path) => Assert.IsType<FileOpening.NotAllowed>(Open(path)).Reason;
}
