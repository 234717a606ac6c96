using System.Text;
using Lorch.Core.Snapshots;
using Lorch.Core.Storage;

namespace Lorch.Core.Tests.Snapshots;

public sealed class FolderRulesTests
{
    [Fact]
    public void Say_on_the_way_down_what_the_rules_say_of_whole_paths()
    {
        var random = new Random(4712);
        string[] globs = ["src/", "**/*.cs", "a/**/b/**", "a/*/c", "{a,b}/c", "b/c/a", "*/b/", "**/c/**/a", "**", "events/", "a/"];
        string[] names = ["a", "b", "c", "src", "obj", "x.cs", ".h", "events", "bin", "node_modules", "TestResults", "own"];
        var layout = new WorkspaceLayout(Path.GetTempPath(), Path.Join(Path.GetTempPath(), "a", "own"));
        for (var i = 0; i < 20_000; i++)
        {
            var rules = new TrackingRules([Any(globs)], random.Next(2) == 0 ? [] : [Any(globs)], [Any(globs)]).For(layout);
            var parts = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Any(names)).ToArray();

            Assert.Equal(rules.IsTracked(string.Join('/', parts)), IsTracked(rules.AtRoot(), parts));
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

    private static bool IsTracked(FolderRules? rules, string[] parts)
    {
        foreach (var folder in parts[..^1])
        {
            rules = rules?.Enter(Encoding.UTF8.GetBytes(folder));
        }

        return rules?.IsTracked(Encoding.UTF8.GetBytes(parts[^1])) ?? false;
    }
}
