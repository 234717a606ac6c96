using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;

namespace Lorch.Core.Tests.Snapshots;

public sealed class TrackingRulesTests
{
    private static readonly TrackingRules Defaults = new(null, [], []);

    [Theory]
    [InlineData("src/db/data", "src/db/data/rows.txt", false)]
    [InlineData("src/db/data", "src/db/data/deep/rows.txt", false)]
    [InlineData("src/db/data", "src/db/data", false)]
    [InlineData("src/db/data", "src/db/database/rows.txt", true)]
    [InlineData("src/db/data", "src/db/rows.txt", true)]
    [InlineData("src/db/data/", "src/db/data/rows.txt", false)]
    [InlineData("**/data", "src/db/data/rows.txt", false)]
    [InlineData("src/*/data", "src/db/data/rows.txt", false)]
    [InlineData("src/{db,x}", "src/db/data/rows.txt", false)]
    [InlineData("src/d*", "src/db/data/rows.txt", false)]
    [InlineData("src/*", "src/db/data/rows.txt", false)]
    [InlineData("src/*", "tests/a", true)]
    [InlineData("**/*.log", "src/x.log/a", false)]
    [InlineData("src", "src/a", false)]
    [InlineData("src", "src2/a", true)]
    public void Leave_out_a_folder_that_is_excluded_by_its_name_with_all_that_lies_in_it(string exclude, string path, bool isTracked) =>
        Assert.Equal(isTracked, new TrackingRules(["**"], [exclude], []).IsTracked(RelativePath.Parse(path)));

    [Theory]
    [InlineData("src/db", "src/db/data/rows.txt", true)]
    [InlineData("src/db", "src/db", true)]
    [InlineData("src/db", "src/dbx/rows.txt", false)]
    [InlineData("**/data", "src/db/data/rows.txt", true)]
    [InlineData("src/*", "src/a", true)]
    [InlineData("src/*", "src/db/a", false)]
    [InlineData("src", "src/db/a", true)]
    public void Take_in_a_folder_that_is_named_and_no_folder_that_a_wildcard_finds(string glob, string path, bool isTracked)
    {
        Assert.Equal(isTracked, new TrackingRules([glob], [], []).IsTracked(RelativePath.Parse(path)));
        Assert.Equal(isTracked, new TrackingRules([], [], [glob]).IsTracked(RelativePath.Parse(path)));
    }

    [Theory]
    [InlineData("specs/a.md", true)]
    [InlineData("src/deep/er/a.cs", true)]
    [InlineData("tests/a.cs", true)]
    [InlineData("docs/a.md", true)]
    [InlineData("lorch.json", false)]
    [InlineData("README.md", false)]
    [InlineData("samples/a.cs", false)]
    [InlineData("x/src/a.cs", false)]
    [InlineData("src/obj/a.cs", false)]
    [InlineData("src/x/bin/a.dll", false)]
    [InlineData("src/bin", false)]
    [InlineData("src/binary/a", true)]
    [InlineData("src/node_modules/x/a.js", false)]
    [InlineData("tests/TestResults/a.trx", false)]
    [InlineData("src/.git/config", false)]
    [InlineData("src/.vs/a", false)]
    [InlineData("src/.idea/a", false)]
    [InlineData("src/.cache/a", false)]
    [InlineData("src/.hidden/a", false)]
    [InlineData("src/.editorconfig", false)]
    [InlineData("src/events/a.cs", true)]
    public void Tracks_four_folders_by_default(string path, bool expected)
    {
        Assert.Equal(expected, Defaults.IsTracked(RelativePath.Parse(path)));
    }

    [Theory]
    [InlineData("snapshots")]
    [InlineData("events")]
    [InlineData("receipts")]
    [InlineData("state")]
    [InlineData("logs")]
    [InlineData("transcripts")]
    [InlineData("reports")]
    [InlineData("reviews")]
    [InlineData("spec_notes")]
    [InlineData(".git")]
    [InlineData("obj")]
    public void Never_tracks_what_tools_write_even_if_asked(string folder)
    {
        var rules = new TrackingRules(["**"], [], ["**/*"]);

        Assert.False(rules.IsTracked(RelativePath.Parse($"{folder}/a")));
        Assert.False(rules.Globs.CanContainTracked(folder));
        Assert.True(rules.IsTracked(RelativePath.Parse("a")));
    }

    [Fact]
    public void Include_replaces_the_defaults()
    {
        var rules = new TrackingRules(["lib/"], [], []);

        Assert.True(rules.IsTracked(RelativePath.Parse("lib/a")));
        Assert.False(rules.IsTracked(RelativePath.Parse("src/a")));
    }

    [Fact]
    public void An_empty_include_leaves_the_inputs_of_tasks()
    {
        var rules = new TrackingRules([], [], ["lorch.json", "data/*.csv"]);

        Assert.True(rules.IsTracked(RelativePath.Parse("lorch.json")));
        Assert.True(rules.IsTracked(RelativePath.Parse("data/a.csv")));
        Assert.False(rules.IsTracked(RelativePath.Parse("src/a")));
    }

    [Fact]
    public void Inputs_of_tasks_add_to_the_defaults()
    {
        var rules = new TrackingRules(null, [], ["data/*.csv"]);

        Assert.True(rules.IsTracked(RelativePath.Parse("data/a.csv")));
        Assert.True(rules.IsTracked(RelativePath.Parse("src/a")));
    }

    [Fact]
    public void Exclude_beats_include_and_inputs()
    {
        var rules = new TrackingRules(null, ["**/*.g.cs", "data/old/"], ["data/**"]);

        Assert.False(rules.IsTracked(RelativePath.Parse("src/a.g.cs")));
        Assert.False(rules.IsTracked(RelativePath.Parse("data/old/a")));
        Assert.True(rules.IsTracked(RelativePath.Parse("data/a")));
    }

    [Theory]
    [InlineData("src", true)]
    [InlineData("src/a/b", true)]
    [InlineData("samples", false)]
    [InlineData("src/obj", false)]
    [InlineData("src/.x", false)]
    [InlineData("src/gen", false)]
    [InlineData("src/gen/x", false)]
    [InlineData("data", true)]
    [InlineData("data/x", false)]
    [InlineData("events", false)]
    public void Prunes_folders_that_hold_nothing_tracked(string folder, bool expected)
    {
        var rules = new TrackingRules(null, ["src/gen/", "**/*.tmp"], ["data/*.csv"]);

        Assert.Equal(expected, rules.Globs.CanContainTracked(folder));
    }

    [Fact]
    public void Never_prunes_a_folder_that_holds_something_tracked()
    {
        var random = new Random(4711);
        string[] globs = ["src/", "**/*.cs", "a/**/b/**", "a/*/c", "{a,b}/c", "b/c/a", "*/b/", "**/c/**/a"];
        string[] names = ["a", "b", "c", "src", "obj", "x.cs", ".h", "events"];
        for (var i = 0; i < 20_000; i++)
        {
            var rules = new TrackingRules([Any(globs)], [Any(globs)], [Any(globs)]);
            var parts = Enumerable.Range(0, random.Next(2, 6)).Select(_ => Any(names)).ToArray();
            var path = string.Join('/', parts);
            for (var depth = 1; depth < parts.Length && rules.IsTracked(RelativePath.Parse(path)); depth++)
            {
                Assert.True(rules.Globs.CanContainTracked(string.Join('/', parts[..depth])), path);
            }
        }

        string Any(string[] choices) => choices[random.Next(choices.Length)];
    }

    [Theory]
    [InlineData("src/obj/**", "obj")]
    [InlineData("**/.git/config", ".git")]
    [InlineData(".github/**", ".github")]
    [InlineData("src/.*", ".*")]
    [InlineData("events/*.ndjson", "events")]
    [InlineData("reviews/", "reviews")]
    [InlineData("a/node_modules", "node_modules")]
    public void Finds_what_is_never_tracked_in_a_glob(string glob, string expected)
    {
        Assert.True(TrackingRules.NamesNeverTracked(glob, out var part));

        Assert.Equal(expected, part);
    }

    [Theory]
    [InlineData("src/**")]
    [InlineData("src/objects/*")]
    [InlineData("src/events/*")]
    [InlineData("**/events/*")]
    [InlineData("*")]
    [InlineData("a/b*n")]
    public void Finds_nothing_wrong_in_other_globs(string glob)
    {
        Assert.False(TrackingRules.NamesNeverTracked(glob, out var part));

        Assert.Null(part);
    }

    [Theory]
    [InlineData("/w/src/lorch", "src/lorch/events/a", false)]
    [InlineData("/w/src/lorch", "src/lorch/state/run.json", false)]
    [InlineData("/w/src/lorch", "src/lorch/code.cs", true)]
    [InlineData("/w/src/lorch", "src/other/events/a", true)]
    [InlineData("/w/src/lorch", "events/a", false)]
    [InlineData("/w", "src/events/a", true)]
    [InlineData("/elsewhere", "src/events/a", true)]
    [InlineData("/w2/src", "src/events/a", true)]
    public void Leaves_out_its_own_folders_wherever_the_state_lies(string stateRoot, string path, bool expected)
    {
        var drive = OperatingSystem.IsWindows() ? "C:" : "";
        var rules = new TrackingRules(["**"], [], []).For(new WorkspaceLayout($"{drive}/w", drive + stateRoot));

        Assert.Equal(expected, rules.IsTracked(RelativePath.Parse(path)));
        Assert.Equal(expected, rules.Globs.CanContainTracked(path[..path.LastIndexOf('/')]) && rules.IsTracked(RelativePath.Parse(path)));
    }

    [Fact]
    public void Tells_which_inputs_match_nothing()
    {
        var rules = new TrackingRules(null, [], ["specs/**", "spec/**", "src/*.cs", "spec/**"]);

        var missed = rules.FindInputsMatchingNothing([RelativePath.Parse("src/a.cs"), RelativePath.Parse("specs/x/y")]);

        Assert.Equal(["spec/**"], missed);
    }

    [Fact]
    public void Refuses_a_bad_glob_with_its_reason()
    {
        var exception = Assert.Throws<LorchException>(() => new TrackingRules(null, ["/x"], []));

        Assert.Equal(DiagnosticCode.InvalidGlob, exception.Diagnostic.Code);
        Assert.Contains("'/x'", exception.Diagnostic.Message, StringComparison.Ordinal);
    }
}
