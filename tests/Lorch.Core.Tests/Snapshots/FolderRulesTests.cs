using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;

namespace Lorch.Core.Tests.Snapshots;

public sealed class FolderRulesTests
{
    [Fact]
    public void Say_on_the_way_down_what_the_globs_say_of_whole_paths()
    {
        var random = new Random(4712);
        string[] globs = ["src/", "**/*.cs", "a/**/b/**", "a/*/c", "{a,b}/c", "b/c/a", "*/b/", "**/c/**/a", "**", "events/", "a/"];
        string[] names = ["a", "b", "c", "src", "obj", "x.cs", ".h", "events", "bin", "node_modules", "TestResults", "own"];
        var layout = new WorkspaceLayout(Path.GetTempPath(), Path.Join(Path.GetTempPath(), "a", "own"));
        for (var i = 0; i < 20_000; i++)
        {
            var plain = new PlainRules([Any(globs)], random.Next(2) == 0 ? [] : [Any(globs)], [Any(globs)]);
            var parts = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Any(names)).ToArray();

            var path = string.Join('/', parts);

            var isTracked = plain.Rules.For(layout).IsTracked(RelativePath.Parse(path));

            Assert.Equal(
                plain.Track(path) && !WorkspaceLayout.OwnFolders.Any(own => path.StartsWith($"a/own/{own}/", StringComparison.Ordinal)),
                isTracked);
        }

        string Any(string[] choices) => choices[random.Next(choices.Length)];
    }

    [Fact]
    public void Enter_no_folder_that_can_hold_nothing_tracked()
    {
        var root = new TrackingRules(["src/", "a/b/*.cs"], ["src/old/"], []).AtRoot();

        Assert.Null(root.Enter("other"u8));
        Assert.Null(root.Enter("state"u8));
        Assert.Null(root.Enter("src"u8)!.Enter("old"u8));
        Assert.Null(root.Enter("src"u8)!.Enter("obj"u8));
        Assert.Null(root.Enter("a"u8)!.Enter("c"u8));
        Assert.NotNull(root.Enter("a"u8)!.Enter("b"u8));
    }
}
