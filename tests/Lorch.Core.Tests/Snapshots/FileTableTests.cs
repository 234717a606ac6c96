using System.Globalization;
using System.Text;
using Lorch.Core.Globs;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Snapshots;

/// <summary>The tracked files as the index holds them.</summary>
public sealed class FileTableTests : IDisposable
{
    private static readonly string[] Paths =
        [
            "src/a/b",
            "src/a-b",
            "src/a.cs",
            "src/a/é",
            "src/a/c/d",
            "src/b",
            OperatingSystem.IsWindows() ? "docs/a'" : "docs/a\"\n",
            "specs/x/y/z",
            "tests/🚀/a",
            "tests/\uFFFD/a"
        ];

    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Gives_the_files_sorted_by_the_bytes_of_their_paths()
    {
        var table = TableOf(Paths);

        Assert.Equal(
            Paths.OrderBy(path => Convert.ToHexString(Encoding.UTF8.GetBytes(path)), StringComparer.Ordinal),
            table.Select(file => file.Path.ToString()));
        Assert.Equal(Manifest.ComputeId([.. table]), Manifest.ComputeId(table));
    }

    [Fact]
    public void Finds_each_file_by_its_path_and_nothing_else()
    {
        var table = TableOf(Paths);

        Assert.All(Paths, path => Assert.Equal(path, table.GetFile(table.Find(RelativePath.Parse(path))).Path.ToString()));
        foreach (var path in new[] { "src", "src/a", "src/a/", "src/a/b/c", "a", "zzz", "src/a-", "src/a.c", "src0", "s" })
        {
            Assert.Equal(-1, RelativePath.TryParse(path, out var relative) ? table.Find(relative) : -1);
        }
    }

    [Fact]
    public void Selects_what_rules_and_globs_match_as_they_match_whole_paths()
    {
        var random = new Random(1);
        string[] globs =
            ["src/", "**/*.cs", "src/a.c", "src/a/**", "src/*", "*/a*", "tests/**/a", "{docs,specs}/**", "**", "src/a/", "**/a"];
        var table = TableOf(Paths);
        for (var i = 0; i < 2_000; i++)
        {
            var plain = new PlainRules([Any()], random.Next(2) == 0 ? [] : [Any()], []);
            var glob = random.Next(3) == 0 ? null : Any();

            var selection = FileSelection.Of(table, plain.Rules, glob is null ? null : new TrackingRules([glob], [], []));

            var expected = table.Where(
                file => plain.Track(file.Path.ToString()) && (glob is null || GlobPattern.Parse(glob).IsMatch(file.Path.ToString())))
                .ToList();
            Assert.Equal(expected, selection);
            Assert.Equal(expected, FileSelection.Of([.. table], plain.Rules, glob is null ? null : new TrackingRules([glob], [], [])));
            Assert.Equal(Manifest.ComputeId(expected), Manifest.ComputeId(selection));
        }

        string Any() => globs[random.Next(globs.Length)];
    }

    private FileTable TableOf(string[] paths)
    {
        foreach (var path in paths)
        {
            _workspace.Write(path, string.Create(CultureInfo.InvariantCulture, $"{path.Length}"));
        }

        var capture = new SnapshotCapture(
            new WorkspaceLayout(
                _workspace.Root,
                null), new TrackingRules(null, [], []), new DurableFiles(), SnapshotTrust.Stat, TimeProvider.System);
        return (FileTable)capture.CaptureAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult().Manifest.Files;
    }
}
