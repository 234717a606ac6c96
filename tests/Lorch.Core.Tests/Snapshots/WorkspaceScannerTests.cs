using System.Diagnostics;
using System.Net.Sockets;
using Lorch.Core.Hashing;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Scanning;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Snapshots;

public sealed class WorkspaceScannerTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Finds_tracked_files_in_order()
    {
        foreach (var path in new[]
        {
            "src/b",
            "src/a/x",
            "src/a-b",
            "specs/s",
            "README.md",
            "src/obj/x",
            "src/.hidden",
            ".git/config",
            "events/e"
        })
        {
            _workspace.Write(path, "12345");
        }

        Directory.CreateDirectory(_workspace.At("src/empty"));
        var scan = Scan();

        Assert.Equal(["specs/s", "src/a-b", "src/a/x", "src/b"], Paths(scan));
        Assert.All(scan.Manifest.Files, file => Assert.Equal(5, file.Size));
        Assert.All(
            scan.Manifest.Files,
            file => Assert.Equal(ManifestTime.Round(File.GetLastWriteTimeUtc(_workspace.At(file.Path.ToString()))), file.Mtime));
        Assert.Empty(scan.Warnings);
    }

    [Theory]
    [InlineData("with blank and 'quotes' \"too\".md")]
    [InlineData("ümläut é e\u0301.md")]
    [InlineData("line\nfeed\t.md")]
    [InlineData("🚀🚀.md")]
    [InlineData("[a]{b}*?.md")]
    [InlineData("-rf")]
    [InlineData("true \uFFFD name")]
    [InlineData("c:drive")]
    public async Task Holds_files_with_odd_names(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        _workspace.Write($"src/{name}", "abc");
        _workspace.Write($"src/{name}.folder/{name}", "abc");

        var capture = await CaptureAsync();

        Assert.Equal(2, capture.Manifest.Files.Count);
        Assert.Contains(capture.Manifest.Files, file => file.Path.ToString() == $"src/{name}" && file.Sha256 == Sha256Digest.Of("abc"u8));
    }

    [Fact]
    public async Task Goes_three_hundred_folders_deep()
    {
        UnderWine.Skip("it lists no folder with so long a path.");
        var path = "src/" + string.Concat(Enumerable.Repeat("d/", 300)) + "file";
        _workspace.Write(path, "abc");

        Assert.Equal([path], (await CaptureAsync()).Manifest.Files.Select(file => file.Path.ToString()));
    }

    [Fact]
    public async Task Skips_a_fifo_and_a_socket_with_a_warning()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems aren't asked for the type of a file.");
        _workspace.Write("src/a", "");
        using var mkfifo = Process.Start("mkfifo", [_workspace.At("src/fifo"), _workspace.At("untracked")]);
        await mkfifo.WaitForExitAsync(Token);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_workspace.At("src/socket")));

        var capture = await CaptureAsync().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Token);

        Assert.Equal(["src/a"], capture.Manifest.Files.Select(file => file.Path.ToString()));
        Assert.Equal(["src/fifo", "src/socket"], capture.Warnings.Select(warning => warning.File));
        Assert.All(capture.Warnings, warning => Assert.Equal(DiagnosticCode.SpecialFileSkipped, warning.Code));
        Assert.All(capture.Warnings, warning => Assert.Equal(DiagnosticSeverity.Warning, warning.Severity));
    }

    [Fact]
    public async Task Names_a_file_that_can_not_be_read()
    {
        SkipWhereEverythingCanBeRead();
        SetMode(_workspace.Write("src/secret", "x"), UnixFileMode.None);

        var exception = await Assert.ThrowsAsync<LorchException>(CaptureAsync);

        Assert.Equal(DiagnosticCode.FileUnreadable, exception.Diagnostic.Code);
        Assert.Equal("src/secret", exception.Diagnostic.File);
        Assert.Contains("snapshot.exclude", exception.Diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_a_folder_that_can_not_be_read()
    {
        SkipWhereEverythingCanBeRead();
        _workspace.Write("src/secret/a", "x");
        SetMode(_workspace.At("src/secret"), UnixFileMode.None);
        try
        {
            var diagnostic = Refusal();

            Assert.Equal(DiagnosticCode.FileUnreadable, diagnostic.Code);
            Assert.Equal("src/secret", diagnostic.File);
        }
        finally
        {
            SetMode(_workspace.At("src/secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Theory]
    [InlineData("touch \"$(printf 'src/bad\\377name')\"", "src/bad\\ufffdname")]
    [InlineData("mkdir \"$(printf 'src/bad\\377folder')\"", "src/bad\\ufffdfolder")]
    [InlineData("ln -s a \"$(printf 'src/bad\\377link')\"", "src/bad\\ufffdlink")]
    public async Task Refuses_a_name_that_is_not_utf8(string command, string shown)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have no such names.");
        await RunInSrcAsync(command);

        var diagnostic = Refusal();

        Assert.Equal(DiagnosticCode.FileNameNotUtf8, diagnostic.Code);
        Assert.Contains($"'{shown}'", diagnostic.Message, StringComparison.Ordinal);
        await RunInSrcAsync("rm -r src");
    }

    [Fact]
    public async Task Leaves_out_a_name_that_is_not_utf8_if_it_is_excluded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have no such names.");
        await RunInSrcAsync("touch \"$(printf 'src/bad\\377name')\"");

        Assert.Empty(Scan(new TrackingRules(null, ["src/bad?name"], [])).Manifest.Files);
        await RunInSrcAsync("rm -r src");
    }

    [Fact]
    public void Refuses_a_name_that_no_path_can_hold()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        _workspace.Write("src/back\\slash", "x");

        var diagnostic = Refusal();

        Assert.Equal(DiagnosticCode.PathNotAllowed, diagnostic.Code);
        Assert.Equal("src/back\\slash", diagnostic.File);
    }

    [Fact]
    public void Shows_a_line_feed_in_a_name_on_one_line()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "No name holds a line feed there.");
        Directory.CreateDirectory(_workspace.At("docs"));
        File.CreateSymbolicLink(_workspace.At("docs/two\nlines"), "/etc");

        Assert.Contains("'docs/two\\u000alines'", Refusal().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Does_not_read_folders_that_can_hold_nothing_tracked()
    {
        SkipWhereEverythingCanBeRead();
        _workspace.Write("src/a", "1");
        _workspace.Write("private/a", "1");
        SetMode(_workspace.At("private"), UnixFileMode.None);
        try
        {
            Assert.Equal(["src/a"], Paths(Scan()));
        }
        finally
        {
            SetMode(_workspace.At("private"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Leaves_out_its_own_state_inside_a_tracked_folder()
    {
        _workspace.Write("src/a", "1");
        _workspace.Write("src/lorch/state/run.json", "{}");
        _workspace.Write("src/lorch/b", "1");
        var layout = new WorkspaceLayout(_workspace.Root, _workspace.At("src/lorch"));

        Assert.Equal(["src/a", "src/lorch/b"], Paths(Capture(layout, new TrackingRules(null, [], []))));
    }

    [Fact]
    public void Says_that_there_is_no_workspace()
    {
        var layout = new WorkspaceLayout(_workspace.At("missing"), null);

        var exception = Assert.Throws<LorchException>(() => Capture(layout, new TrackingRules(null, [], [])));

        Assert.Equal(DiagnosticCode.WorkspaceNotFound, exception.Diagnostic.Code);
    }

    [Fact]
    public void Stops_when_cancelled()
    {
        _workspace.Write("src/a", "1");

        Assert.Throws<OperationCanceledException>(() => new WorkspaceScanner(Layout, new TrackingRules(null, [], []), new ScanSettings())
            .Scan(FileTable.Empty, new CancellationToken(canceled: true)));
    }

    private static IEnumerable<string> Paths(Capture capture) => capture.Manifest.Files.Select(file => file.Path.ToString());

    private static void SkipWhereEverythingCanBeRead() => Assert.SkipWhen(
        OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess,
        "Whoever runs this test may read everything, whatever the mode of a file.");

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private WorkspaceLayout Layout => new(_workspace.Root, null);

    private static Capture Capture(WorkspaceLayout layout, TrackingRules rules) =>
        new SnapshotCapture(layout, rules, new DurableFiles(), SnapshotTrust.Stat, TimeProvider.System).CaptureAsync(Token)
            .GetAwaiter()
            .GetResult();

    private Capture Scan(TrackingRules? rules = null) => Capture(Layout, rules ?? new TrackingRules(null, [], []));

    private Diagnostic Refusal() => Assert.Throws<LorchException>(() => Scan()).Diagnostic;

    private Task<Capture> CaptureAsync() =>
        new SnapshotCapture(
            new WorkspaceLayout(_workspace.Root, null),
            new TrackingRules(null, [], []),
            new DurableFiles(),
            SnapshotTrust.Stat,
            TimeProvider.System)
            .CaptureAsync(Token);

    /// <summary>The framework can't make a name that isn't UTF-8, nor remove one.</summary>
    private async Task RunInSrcAsync(string command)
    {
        Directory.CreateDirectory(_workspace.At("src"));
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = _workspace.Root })!;
        await shell.WaitForExitAsync(Token);
        Assert.Equal(0, shell.ExitCode);
    }
}
