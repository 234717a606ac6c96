using System.Diagnostics;
using System.Text;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Receipts;

public sealed class ArtifactVerifierTests : IDisposable
{
    private const int MaxBytes = 1_000_000;

    private readonly TemporaryWorkspace _workspace = new();
    private readonly ArtifactVerifier _verifier;

    public ArtifactVerifierTests() => _verifier = Verifier(_workspace.Root);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("src/a.cs", "")]
    [InlineData("src/a.cs", "content")]
    [InlineData("reviews/T-1.json", "{}")]
    [InlineData("spec_notes/T-1.json", "{}")]
    [InlineData("src/events/a.cs", "content")]
    [InlineData("eventsource/a.cs", "content")]
    [InlineData("docs/lorch.json", "{}")]
    public async Task Agrees_with_what_the_disk_holds(string path, string content)
    {
        _workspace.Write(path, content);

        Assert.Null(await _verifier.VerifyAsync(Artifact(path, content), Cancellation));
    }

    [Fact]
    public async Task Reads_a_file_of_the_greatest_size()
    {
        var content = new string('x', MaxBytes);
        _workspace.Write("a.bin", content);

        Assert.Null(await _verifier.VerifyAsync(Artifact("a.bin", content), Cancellation));
    }

    [Fact]
    public async Task Finds_a_missing_file()
    {
        var problem = await _verifier.VerifyAsync(Artifact("src/a.cs", "content"), Cancellation);

        Assert.Equal("'src/a.cs' isn't there", problem!.ToString());
    }

    [Fact]
    public async Task Finds_another_size()
    {
        _workspace.Write("src/a.cs", "contents");

        var problem = await _verifier.VerifyAsync(Artifact("src/a.cs", "content"), Cancellation);

        Assert.Equal("'src/a.cs' has another size: expected 7 bytes, found 8 bytes", problem!.ToString());
    }

    [Fact]
    public async Task Finds_another_content_of_the_same_size()
    {
        _workspace.Write("src/a.cs", "CONTENT");

        var problem = await _verifier.VerifyAsync(Artifact("src/a.cs", "content"), Cancellation);

        Assert.Equal(Digest("content").ToString(), problem!.Expected);
        Assert.Equal(Digest("CONTENT").ToString(), problem.Found);
    }

    [Fact]
    public async Task Refuses_a_file_over_the_limit()
    {
        var content = new string('x', MaxBytes + 1);
        _workspace.Write("a.bin", content);

        var problem = await _verifier.VerifyAsync(Artifact("a.bin", content), Cancellation);

        Assert.Equal("at most 1000000 bytes", problem!.Expected);
        Assert.Equal("1000001 bytes", problem.Found);
    }

    [Fact]
    public async Task Refuses_a_directory()
    {
        Directory.CreateDirectory(_workspace.At("src/a.cs"));

        var problem = await _verifier.VerifyAsync(Artifact("src/a.cs", ""), Cancellation);

        Assert.Contains("directory", problem!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("link.cs")]
    [InlineData("folder/a.cs")]
    public async Task Refuses_what_is_reached_over_a_link(string path)
    {
        UnderWine.SkipLinks();
        _workspace.Write("src/a.cs", "content");
        File.CreateSymbolicLink(_workspace.At("link.cs"), _workspace.At("src/a.cs"));
        Directory.CreateSymbolicLink(_workspace.At("folder"), _workspace.At("src"));

        var problem = await _verifier.VerifyAsync(Artifact(path, "content"), Cancellation);

        Assert.Contains("link", problem!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_FIFO_without_waiting_for_its_writer()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no FIFOs in folders.");
        using (var process = Process.Start("mkfifo", [_workspace.At("pipe")]))
        {
            await process.WaitForExitAsync(Cancellation);
        }

        var problem = await _verifier.VerifyAsync(Artifact("pipe", ""), Cancellation);

        Assert.Contains("FIFO", problem!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_second_name_of_a_file_in_a_claim_but_not_later()
    {
        SecondName.Give(_workspace.Write("src/a.cs", "content"), _workspace.At("src/b.cs"));

        var claim = await _verifier.ForClaims().VerifyAsync(Artifact("src/b.cs", "content"), Cancellation);

        Assert.Contains("2 names", claim!.Reason, StringComparison.Ordinal);
        Assert.Null(await _verifier.VerifyAsync(Artifact("src/b.cs", "content"), Cancellation));
    }

    [Fact]
    public async Task Knows_the_configuration_under_another_name()
    {
        SecondName.Give(_workspace.Write("lorch.json", "{}"), _workspace.At("a.json"));

        Assert.Contains(
            "configuration",
            (await _verifier.VerifyAsync(Artifact("a.json", "{}"), Cancellation))!.Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Knows_a_configuration_that_lies_elsewhere()
    {
        _workspace.Write("build/agents.json", "{}");
        var verifier = new ArtifactVerifier(
            new OwnPlaces(new WorkspaceLayout(_workspace.Root, null), _workspace.At("build/agents.json")),
            MaxBytes);

        Assert.Contains(
            "configuration",
            (await verifier.VerifyAsync(Artifact("build/agents.json", "{}"), Cancellation))!.Reason,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("events/run-20260131-090500-0a1b2c3d.ndjson")]
    [InlineData("receipts/T-1/step-1.json")]
    [InlineData("state/run.json")]
    [InlineData("snapshots/a.json")]
    [InlineData("logs/a")]
    [InlineData("transcripts/a")]
    [InlineData("lorch.json")]
    [InlineData("events")]
    public async Task Refuses_what_belongs_to_Lorch(string path)
    {
        _workspace.Write(path, "content");
        var removed = Artifact(path, "content") with { Path = RelativePath.Parse(path) };

        var verified = await _verifier.VerifyAsync(removed, Cancellation);
        var measured = await _verifier.MeasureAsync(removed.Path, Cancellation);
        var gone = _verifier.VerifyRemoved(removed.Path);

        Assert.Contains("Lorch", verified!.Reason, StringComparison.Ordinal);
        Assert.Contains("Lorch", Assert.IsType<Measurement.Refused>(measured).Problem.Reason, StringComparison.Ordinal);
        Assert.Contains("Lorch", gone!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Measures_a_file_that_nobody_described()
    {
        _workspace.Write("src/a.cs", "content");

        var measured = Assert.IsType<Measurement.Measured>(await _verifier.MeasureAsync(RelativePath.Parse("src/a.cs"), Cancellation));

        Assert.Equal(Artifact("src/a.cs", "content"), measured.Artifact);
    }

    [Fact]
    public async Task Measures_nothing_where_nothing_is() =>
        Assert.IsType<Measurement.Absent>(await _verifier.MeasureAsync(RelativePath.Parse("src/a.cs"), Cancellation));

    [Fact]
    public async Task Measures_nothing_over_the_limit()
    {
        _workspace.Write("a.bin", new string('x', MaxBytes + 1));

        var measured = await _verifier.MeasureAsync(RelativePath.Parse("a.bin"), Cancellation);

        Assert.Equal("1000001 bytes", Assert.IsType<Measurement.Refused>(measured).Problem.Found);
    }

    [Fact]
    public void Agrees_with_a_removal() => Assert.Null(_verifier.VerifyRemoved(RelativePath.Parse("src/a.cs")));

    [Fact]
    public void Finds_that_a_removed_file_is_still_there_if_only_as_a_dangling_link()
    {
        UnderWine.SkipLinks();
        File.CreateSymbolicLink(_workspace.At("a.cs"), _workspace.At("nothing"));

        Assert.Contains("still exists", _verifier.VerifyRemoved(RelativePath.Parse("a.cs"))!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notices_that_a_file_grows_while_it_is_read()
    {
        Assert.SkipUnless(File.Exists("/proc/self/status"), "Needs a file that is longer than its size says.");
        var verifier = Verifier("/proc");

        var measured = await verifier.MeasureAsync(RelativePath.Parse("version"), Cancellation);

        Assert.Contains(
            "changed while Lorch read it",
            Assert.IsType<Measurement.Refused>(measured).Problem.Reason,
            StringComparison.Ordinal);
    }

    private static ArtifactVerifier Verifier(string root) =>
        new(new OwnPlaces(new WorkspaceLayout(root, null), Path.Join(root, "lorch.json")), MaxBytes);

    private static Sha256Digest Digest(string content) => Sha256Digest.Of(Encoding.UTF8.GetBytes(content));

    private static Artifact Artifact(string path, string content) =>
        new() { Path = RelativePath.Parse(path), Sha256 = Digest(content), Size = Encoding.UTF8.GetByteCount(content) };
}
