using System.Text;
using Lorch.Core.Hashing;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.Scanning;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Snapshots;

/// <summary>A link is tracked as the text of its target, and never followed.</summary>
public sealed class LinksInAWorkspace : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public LinksInAWorkspace() => UnderWine.SkipLinks();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("a.md")]
    [InlineData("deep/../a.md")]
    [InlineData("../src/b.cs")]
    [InlineData("missing")]
    [InlineData("..")]
    [InlineData("ü/🚀")]
    public async Task Holds_a_link_as_the_text_of_its_target(string target)
    {
        _workspace.Write("docs/a.md", "abc");
        File.CreateSymbolicLink(_workspace.At("docs/link"), target);

        var file = (await CaptureAsync()).Manifest.Files.Single(file => file.Path.Name == "link");

        Assert.Equal(Sha256Digest.Of(Encoding.UTF8.GetBytes(target)), file.Sha256);
        Assert.Equal(Encoding.UTF8.GetByteCount(target), file.Size);
    }

    [Fact]
    public async Task Holds_a_link_with_an_absolute_target_inside()
    {
        Directory.CreateDirectory(_workspace.At("docs"));
        File.CreateSymbolicLink(_workspace.At("docs/link"), _workspace.At("src/a"));

        Assert.Single((await CaptureAsync()).Manifest.Files);
    }

    [Theory]
    [InlineData("../../outside")]
    [InlineData("../..")]
    [InlineData("/etc/hostname")]
    [InlineData("../../../../../../../../etc")]
    [InlineData("a/../../../b")]
    public async Task Refuses_a_link_that_leads_out(string target)
    {
        Directory.CreateDirectory(_workspace.At("docs"));
        File.CreateSymbolicLink(_workspace.At("docs/link"), target);

        var diagnostic = await RefusalAsync();

        Assert.Equal(DiagnosticCode.LinkLeavesWorkspace, diagnostic.Code);
        Assert.Equal("docs/link", diagnostic.File);
        Assert.Contains($"'docs/link' leads to '{target}'", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_link_to_a_sibling_whose_name_only_begins_like_the_workspace()
    {
        Directory.CreateDirectory(_workspace.At("docs"));
        File.CreateSymbolicLink(_workspace.At("docs/link"), _workspace.Root + "-other/a");

        Assert.Equal(DiagnosticCode.LinkLeavesWorkspace, (await RefusalAsync()).Code);
    }

    [Fact]
    public async Task Lets_links_lead_out_that_are_not_tracked()
    {
        Directory.CreateDirectory(_workspace.At("docs"));
        File.CreateSymbolicLink(_workspace.At("docs/link"), "/etc/hostname");
        File.CreateSymbolicLink(_workspace.At("other"), "/etc/hostname");

        Assert.Empty((await CaptureAsync(new TrackingRules(null, ["docs/link"], []))).Manifest.Files);
    }

    [Fact]
    public async Task Does_not_enter_a_linked_folder()
    {
        _workspace.Write("elsewhere/a", "1");
        Directory.CreateDirectory(_workspace.At("src"));
        Directory.CreateSymbolicLink(_workspace.At("src/linked"), "../elsewhere");
        Directory.CreateSymbolicLink(_workspace.At("src/circle"), ".");

        Assert.Equal(["src/circle", "src/linked"], Paths(await CaptureAsync()));
    }

    [Fact]
    public async Task Warns_of_a_linked_folder_that_hides_what_should_be_tracked()
    {
        _workspace.Write("packages/src/a", "1");
        Directory.CreateSymbolicLink(_workspace.At("src"), "packages/src");

        var scan = await CaptureAsync();

        Assert.Empty(scan.Manifest.Files);
        var warning = Assert.Single(scan.Warnings);
        Assert.Equal(DiagnosticSeverity.Warning, warning.Severity);
        Assert.Equal("src", warning.File);
        Assert.Contains("was not entered", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Says_that_a_link_to_a_folder_is_tracked_as_a_link_alone(bool isPortable)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets hardly anybody make links.");
        _workspace.Write("src/a", "1");
        Directory.CreateDirectory(_workspace.At("specs"));
        File.CreateSymbolicLink(_workspace.At("specs/shared"), "../src");
        File.CreateSymbolicLink(_workspace.At("specs/one"), "../src/a");

        var capture = await CaptureAsync(settings: new ScanSettings { IsPortable = isPortable });

        Assert.Equal(["specs/one", "specs/shared", "src/a"], Paths(capture));
        var warning = Assert.Single(capture.Warnings);
        Assert.Equal((DiagnosticCode.PathNotAllowed, "specs/shared"), (warning.Code, warning.File));
        Assert.StartsWith("'specs/shared' is a link to a folder and was not entered", warning.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Paths(Capture capture) => capture.Manifest.Files.Select(file => file.Path.ToString());

    private Task<Capture> CaptureAsync(TrackingRules? rules = null, ScanSettings? settings = null) =>
        new SnapshotCapture(
            new WorkspaceLayout(_workspace.Root, null),
            rules ?? new TrackingRules(null, [], []),
            new DurableFiles(),
            SnapshotTrust.Stat,
            TimeProvider.System,
            settings ?? new ScanSettings())
            .CaptureAsync(TestContext.Current.CancellationToken);

    private async Task<Diagnostic> RefusalAsync() => (await Assert.ThrowsAsync<LorchException>(() => CaptureAsync())).Diagnostic;
}
