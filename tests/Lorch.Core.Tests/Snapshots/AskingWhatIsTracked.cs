using System.Globalization;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.GitIgnore;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Snapshots;

/// <summary>Whoever asks whether a path is tracked hears what a snapshot would hold: there is no second answer.</summary>
public sealed class AskingWhatIsTracked : IDisposable
{
    private static readonly string[] Names = ["a", "b", "gen", "src", "lib", "x.o", "y.c", ".h", "obj", "state", "own"];
    private static readonly string[] Globs = ["**", "src/", "**/*.c", "gen/**", "a/*", "lib/**/x.o", "src/gen/x.o", "*/b/**"];
    private static readonly string[] Ignored = ["gen/", "*.o", "/src/", "!x.o", "b", "a/b", "lib/*", "!lib/gen/", "**/y.c", "/own"];

    private readonly TemporaryWorkspace _workspace = TemporaryWorkspace.InMemory();

    private static int Trees => LongTests.AreAsked ? 2_000 : 100;

    public void Dispose() => _workspace.Dispose();

    [LongSet]
    [Fact]
    public async Task Is_answered_as_a_capture_does_whatever_the_tree_the_rules_and_the_ignored()
    {
        var first = RandomSeed.Choose(otherwise: 1);
        var (held, left) = (0, 0);
        for (var i = 0; i < Trees; i++)
        {
            var random = new Random(first + i);
            var root = string.Create(CultureInfo.InvariantCulture, $"{i}");
            Grow(root, depth: 0, random);
            var layout = new WorkspaceLayout(_workspace.At(root), random.Next(3) == 0 ? _workspace.At($"{root}/own") : null);
            var rules = new TrackingRules(
                random.Next(2) == 0 ? null : Some(random),
                random.Next(2) == 0 ? [] : Some(random),
                random.Next(2) == 0 ? [] : Some(random))
                .For(layout)
                .Without(GitIgnoreFiles.Of(layout, random.Next(4) > 0));

            var capture = await new SnapshotCapture(layout, rules, new DurableFiles(), SnapshotTrust.Content, TimeProvider.System)
                .CaptureAsync(TestContext.Current.CancellationToken);

            var paths = rules.Paths();
            foreach (var path in FilesOf(root))
            {
                var isHeld = capture.Manifest.Find(path) is not null;
                Assert.True(
                    isHeld == rules.IsTracked(path) && isHeld == paths.Hold(path),
                    string.Create(CultureInfo.InvariantCulture, $"LORCH_SEED={first + i}: {path}"));
                (held, left) = (held + (isHeld ? 1 : 0), left + (isHeld ? 0 : 1));
            }
        }

        Assert.True(held > Trees && left > Trees);
    }

    [Theory]
    [InlineData("src/sub/kept.o", true)]
    [InlineData("src/sub/in/kept.o", true)]
    [InlineData("src/sub/own.tmp", false)]
    [InlineData("src/sub/in/own.tmp", false)]
    [InlineData("src/left.o", false)]
    [InlineData("src/beside/left.o", false)]
    [InlineData("src/gone/kept.c", false)]
    [InlineData("src/sub/nested/own.tmp", true)]
    [InlineData("src/sub/nested/kept.o", true)]
    public async Task In_a_submodule_goes_by_its_own_ignored_alone(string path, bool expected)
    {
        Directory.CreateDirectory(_workspace.At(".git"));
        _workspace.Write(
            ".gitmodules",
            "[submodule \"sub\"]\n\tpath = src/sub\n\turl = ../sub\n[submodule \"gone\"]\n\tpath = src/gone\n[submodule \"out\"]\n\tpath = "
                + "../out\n");
        _workspace.Write(".gitignore", "*.o\n/src/sub/in/\nsrc/gone/\n");
        _workspace.Write("src/.gitignore", "!own.tmp\nsub/kept.o\n");
        _workspace.Write("src/sub/.gitmodules", "[submodule \"nested\"]\n\tpath = nested\n");
        _workspace.Write("src/sub/.gitignore", "*.tmp\n");
        _workspace.Write(path, "");
        var layout = new WorkspaceLayout(_workspace.Root, null);
        var ignored = GitIgnoreFiles.Of(layout, null)!;
        var rules = new TrackingRules(null, [], []).Without(ignored);

        var capture = await new SnapshotCapture(layout, rules, new DurableFiles(), SnapshotTrust.Stat, TimeProvider.System)
            .CaptureAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, rules.IsTracked(RelativePath.Parse(path)));
        Assert.Equal(expected, capture.Manifest.Find(RelativePath.Parse(path)) is not null);
        Assert.Equal(!expected, ignored.Ignore(RelativePath.Parse(path)));
    }

    private static string[] Some(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Globs[random.Next(Globs.Length)])];

    private IEnumerable<RelativePath> FilesOf(string root) =>
        Directory.EnumerateFiles(_workspace.At(root), "*", SearchOption.AllDirectories)
            .Select(file => RelativePath.Parse(Path.GetRelativePath(_workspace.At(root), file).Replace('\\', '/')));

    private void Grow(string folder, int depth, Random random)
    {
        Directory.CreateDirectory(_workspace.At(folder));
        foreach (var name in Names.Where(_ => random.Next(3) == 0))
        {
            if (depth < 3 && !name.Contains('.', StringComparison.Ordinal) && random.Next(4) > 0)
            {
                Grow($"{folder}/{name}", depth + 1, random);
            }
            else
            {
                _workspace.Write($"{folder}/{name}", "");
            }
        }

        if (random.Next(3) == 0)
        {
            _workspace.Write(
                $"{folder}/.gitignore",
                string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Ignored[random.Next(Ignored.Length)] + "\n")));
        }

        if (depth == 0)
        {
            _workspace.Write(
                $"{folder}/.gitmodules",
                "[submodule \"one\"]\n\tpath = src/lib\n\turl = ../one\n[submodule \"two\"]\n  path=\"lib/gen\"\n");
        }
    }
}
