using System.Globalization;
using System.Text;
using Lorch.Core.Hashing;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Snapshots;

public sealed class ManifestStoreTests : IDisposable
{
    private const string Golden =
        """
        {"format":1,"snapshot_id":"snap-0e7228c94f79","created_at":"2026-01-31T09:05:00.123Z","workspace_root":"./","files":[
        {"path":"specs/a.md","sha256":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","size":3,"mtime":"2025-12-31T23:59:59.999Z"},
        {"path":"src/ü \n🚀.cs","sha256":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":0,"mtime":"2025-12-31T23:59:59.999Z"}
        ]}

        """;

    private static readonly DateTimeOffset Mtime = new DateTimeOffset(2025, 12, 31, 23, 59, 59, 999, TimeSpan.Zero).AddTicks(9_999);

    private readonly TemporaryWorkspace _workspace = new();
    private readonly WorkspaceLayout _layout;
    private readonly ManifestStore _store;

    public ManifestStoreTests()
    {
        _layout = new WorkspaceLayout(_workspace.Root, null);
        _store = new ManifestStore(_layout, new DurableFiles());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Writes_these_bytes()
    {
        var manifest = Sample();

        await _store.SaveAsync(manifest, Token);

        var bytes = await File.ReadAllBytesAsync(_layout.Manifest(manifest.SnapshotId), Token);
        Assert.Equal(Golden, Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public async Task Writes_a_large_one_part_by_part()
    {
        var manifest = Manifest.Create(
            Enumerable.Range(0, 5_000).Select(number => new ManifestFile
            {
                Path = RelativePath.Parse(string.Create(CultureInfo.InvariantCulture, $"src/{number}")),
                Sha256 = Sha256Digest.Of("abc"u8),
                Size = 3,
                Mtime = ManifestTime.Round(Mtime),
            }),
            Mtime);

        var parts = ManifestJson.GetParts(manifest).Select(part => part.Length).ToList();
        await _store.SaveAsync(manifest, Token);

        Assert.InRange(parts.Count, 10, 20);
        Assert.InRange(parts.Max(), 1, 100_000);
        Assert.Equal(parts.Sum(), new FileInfo(_layout.Manifest(manifest.SnapshotId)).Length);
        Assert.Equal(manifest.Files, _store.TryLoad(manifest.SnapshotId)!.Files);
    }

    [Fact]
    public async Task Reads_back_what_it_wrote()
    {
        var manifest = Sample();
        await _store.SaveAsync(manifest, Token);

        var loaded = _store.TryLoad(manifest.SnapshotId);

        Assert.NotNull(loaded);
        Assert.Equal(manifest.Files, loaded.Files);
        Assert.Equal(manifest with { Files = loaded.Files }, loaded);
    }

    [Fact]
    public async Task Keeps_a_manifest_without_files()
    {
        var manifest = Manifest.Create([], Mtime);
        await _store.SaveAsync(manifest, Token);

        Assert.Empty(_store.TryLoad(manifest.SnapshotId)!.Files);
    }

    [Fact]
    public async Task Writes_each_id_once()
    {
        var first = Sample();
        await _store.SaveAsync(first, Token);

        await _store.SaveAsync(first with { CreatedAt = first.CreatedAt.AddDays(1) }, Token);

        Assert.Equal(first.CreatedAt, _store.TryLoad(first.SnapshotId)!.CreatedAt);
    }

    [Fact]
    public void Has_none_that_was_not_saved() => Assert.Null(_store.TryLoad(SnapshotId.Parse("snap-000000000000")));

    [Theory]
    [InlineData(
        "\"format\":1", "\"format\":2,\"colour\":\"red\"", DiagnosticCode.FormatTooNew,
        "has format 2, this version of Lorch.Build knows 1")]
    [InlineData("\"format\":1", "\"format\":0", DiagnosticCode.ManifestDamaged, "there is no format 0")]
    [InlineData("\"format\":1", "\"format\":\"1\"", DiagnosticCode.ManifestDamaged, "format")]
    [InlineData("\"format\":1,", "", DiagnosticCode.ManifestDamaged, "format")]
    [InlineData("\"format\":1", "\"format\":1,\"colour\":\"red\"", DiagnosticCode.ManifestDamaged, "colour")]
    [InlineData("\"format\":1", "\"format\":1,\"format\":1", DiagnosticCode.ManifestDamaged, "format")]
    [InlineData("]}", "]", DiagnosticCode.ManifestDamaged, "is damaged")]
    [InlineData("]}", "]}]", DiagnosticCode.ManifestDamaged, "is damaged")]
    [InlineData("snap-0e7228c94f79", "snap-000000000000", DiagnosticCode.ManifestDamaged, "it says that it is snap-000000000000")]
    [InlineData("specs/a.md", "specs/b.md", DiagnosticCode.ManifestDamaged, "its files are those of snap-")]
    [InlineData("\"size\":3", "\"size\":4", DiagnosticCode.ManifestDamaged, "its files are those of snap-")]
    [InlineData("\"size\":3", "\"size\":-3", DiagnosticCode.ManifestDamaged, "the size of 'specs/a.md' is -3")]
    [InlineData("\"size\":3", "\"size\":3.0", DiagnosticCode.ManifestDamaged, "size")]
    [InlineData("\"size\":3,", "", DiagnosticCode.ManifestDamaged, "size")]
    [InlineData("specs/a.md", "zzz", DiagnosticCode.ManifestDamaged, "is out of order, or there twice")]
    [InlineData("specs/a.md", "../a.md", DiagnosticCode.ManifestDamaged, "'../a.md'")]
    [InlineData("sha256:ba", "sha256:BA", DiagnosticCode.ManifestDamaged, "expected a digest")]
    [InlineData("\"./\"", "\"/home\"", DiagnosticCode.ManifestDamaged, "its workspace_root is '/home'")]
    [InlineData("\"./\"", "null", DiagnosticCode.ManifestDamaged, "workspace_root")]
    [InlineData("00.123Z", "00Z", DiagnosticCode.ManifestDamaged, "expected a time like")]
    [InlineData("00.123Z", "00.123+01:00", DiagnosticCode.ManifestDamaged, "expected a time like")]
    public void Refuses_what_is_not_a_manifest(string text, string replacement, string code, string reason)
    {
        var id = Sample().SnapshotId;
        Assert.Contains(text, Golden, StringComparison.Ordinal);
        _workspace.Write($"snapshots/{id}.manifest.json", Golden.Replace(text, replacement, StringComparison.Ordinal));

        var exception = Assert.Throws<LorchException>(() => _store.TryLoad(id));

        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.Equal(_layout.Manifest(id), exception.Diagnostic.File);
        Assert.Contains(reason, exception.Diagnostic.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\0\0\0\0")]
    public void Refuses_other_content(string content)
    {
        var id = Sample().SnapshotId;
        _workspace.Write($"snapshots/{id}.manifest.json", content);

        var exception = Assert.Throws<LorchException>(() => _store.TryLoad(id));

        Assert.Equal(DiagnosticCode.ManifestDamaged, exception.Diagnostic.Code);
    }

    private static Manifest Sample() => Manifest.Create(
        [
            new ManifestFile
            {
                Path = RelativePath.Parse("src/ü \n🚀.cs"),
                Sha256 = Sha256Digest.Of([]),
                Size = 0,
                Mtime = ManifestTime.Round(Mtime)
            },
            new ManifestFile
            {
                Path = RelativePath.Parse("specs/a.md"),
                Sha256 = Sha256Digest.Of("abc"u8),
                Size = 3,
                Mtime = ManifestTime.Round(Mtime)
            },
        ],
        new DateTimeOffset(2026, 1, 31, 10, 5, 0, 123, TimeSpan.FromHours(1)).AddTicks(4_567));
}
