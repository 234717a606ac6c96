using System.Text;
using Lorch.Core.Snapshots.GitIgnore;

namespace Lorch.Core.Tests.Snapshots;

/// <summary>Each rule of gitignore(5).</summary>
public sealed class IgnoreRulesTests
{
    [Theory]
    [InlineData("a.o", "a.o", true)]
    [InlineData("a.o", "x/y/a.o", true)]
    [InlineData("a.o", "a.ob", false)]
    [InlineData("*.o", "a.o", true)]
    [InlineData("*.o", "x/.o", true)]
    [InlineData("*.o", "a.o.c", false)]
    [InlineData("tmp*", "x/tmpfile", true)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "aXbYbZ", false)]
    [InlineData("*", "a/b", true)]
    public void A_pattern_without_slash_is_about_names_at_any_depth(string pattern, string path, bool expected) =>
        Check(pattern, path, expected);

    [Theory]
    [InlineData("/a", "a", true)]
    [InlineData("/a", "x/a", false)]
    [InlineData("x/a", "x/a", true)]
    [InlineData("x/a", "y/x/a", false)]
    [InlineData("/x/a", "x/a", true)]
    [InlineData("x/*", "x/a", true)]
    [InlineData("x/*.c", "x/y/a.c", false)]
    [InlineData("//a", "a", false)]
    [InlineData("x//a", "x/a", false)]
    public void A_pattern_with_a_slash_is_about_paths_below_its_folder(string pattern, string path, bool expected) =>
        Check(pattern, path, expected);

    [Theory]
    [InlineData("a/", "a/", true)]
    [InlineData("a/", "x/a/", true)]
    [InlineData("a/", "a", false)]
    [InlineData("/a/", "x/a/", false)]
    [InlineData("a/b/", "a/b/", true)]
    [InlineData("a/b/", "a/b", false)]
    [InlineData("a/", "a/b", true)]
    public void A_slash_at_the_end_takes_folders_only(string pattern, string path, bool expected) => Check(pattern, path, expected);

    [Theory]
    [InlineData("**/a", "a", true)]
    [InlineData("**/a", "x/y/a", true)]
    [InlineData("**/a/b", "x/a/b", true)]
    [InlineData("a/**", "a/x/y", true)]
    [InlineData("a/**", "a/", false)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "x/a/b", false)]
    [InlineData("a/**/**/b", "a/x/b", true)]
    [InlineData("/**", "a/b", true)]
    [InlineData("**", "a/b", true)]
    [InlineData("**/", "a", false)]
    [InlineData("**/", "a/", true)]
    [InlineData("x/a**", "x/ab", true)]
    [InlineData("x/a**b", "x/a/b", false)]
    public void Two_stars_between_slashes_take_any_number_of_folders(string pattern, string path, bool expected) =>
        Check(pattern, path, expected);

    [Theory]
    [InlineData("?", "a", true)]
    [InlineData("?", "ab", false)]
    [InlineData("?", "ä", false)]
    [InlineData("??", "ä", true)]
    [InlineData("ä*", "äh", true)]
    [InlineData("[ab]", "b", true)]
    [InlineData("[ab]", "c", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[!]a]", "]", false)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[-a]", "-", true)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("[[:digit:]]x", "7x", true)]
    [InlineData("[[:digit:]]x", "ax", false)]
    [InlineData("[[:nothing:]]x", "nx", false)]
    [InlineData("[[:a]", ":", true)]
    [InlineData("[ab", "[ab", false)]
    [InlineData("x[/]y", "x/y", false)]
    public void One_byte_is_taken_by_a_question_mark_or_a_set(string pattern, string path, bool expected) => Check(pattern, path, expected);

    [Theory]
    [InlineData("# a", "# a", false)]
    [InlineData("\\#a", "#a", true)]
    [InlineData("\\!a", "!a", true)]
    [InlineData("a\\*", "a*", true)]
    [InlineData("a\\*", "ab", false)]
    [InlineData("a ", "a", true)]
    [InlineData("a  ", "a", true)]
    [InlineData("a\\ ", "a ", true)]
    [InlineData("a\\  ", "a ", true)]
    [InlineData("a b", "a b", true)]
    [InlineData("a\t", "a", false)]
    [InlineData("a\r", "a", true)]
    [InlineData("\uFEFFa", "a", true)]
    [InlineData("a\\", "a", false)]
    [InlineData("x\\/a", "x/a", true)]
    [InlineData("A", "a", false)]
    [InlineData("", "a", false)]
    [InlineData("/", "a", false)]
    [InlineData("!", "a", false)]
    public void Lines_are_read_as_git_reads_them(string pattern, string path, bool expected) => Check(pattern, path, expected);

    [Theory]
    [InlineData("*\n!a", "a", false)]
    [InlineData("!a\n*", "a", true)]
    [InlineData("a\n!a\na", "a", true)]
    [InlineData("x/\n!x/a", "x/a", true)]
    [InlineData("x/*\n!x/a", "x/a", false)]
    [InlineData("x/*\n!x/a", "x/b", true)]
    [InlineData("*\n!*/", "x/a", true)]
    [InlineData("*\n!*/\n!*.md", "x/a.md", false)]
    public void The_last_pattern_that_matches_decides_but_nothing_is_taken_back_below_an_ignored_folder(
        string patterns,
        string path,
        bool expected) =>
        Check(patterns, path, expected);

    [Fact]
    public void A_files_own_folder_goes_before_those_above()
    {
        var rules = IgnoreRules.None.With(Parse("*.log\n/keep.md\nsub/x"));
        var sub = rules.Enter("sub"u8, Parse("!a.log\nkeep.md"));

        Assert.Equal((false, true), (sub.Ignore("a.log"u8, false), sub.Ignore("b.log"u8, false)));
        Assert.Equal((true, true), (sub.Ignore("keep.md"u8, false), sub.Ignore("x"u8, false)));
        Assert.False(rules.Enter("other"u8, []).Ignore("a.md"u8, false));
    }

    [Fact]
    public void A_folder_without_rules_of_its_own_shares_those_of_the_one_above()
    {
        var rules = IgnoreRules.None.With(Parse("*.o\ntmp/"));

        Assert.Same(rules, rules.Enter("src"u8, []));
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        var rules = IgnoreRules.None.With(Parse("*.o\n/src/**/x[0-9]*.c\ntmp/\n!keep?.o"));
        rules.Ignore("warm.o"u8, false);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            rules.Ignore("keep1.o"u8, false);
            rules.Ignore("some-name-that-nothing-matches.cs"u8, false);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Many_stars_take_no_exponential_time()
    {
        var rules = IgnoreRules.None.With(Parse(string.Concat(Enumerable.Repeat("a*", 100)) + "b"));

        Assert.False(rules.Ignore(Encoding.UTF8.GetBytes(new string('a', 255)), false));
    }

    private static IReadOnlyList<IgnorePattern> Parse(string text) => IgnorePattern.ParseFile(Encoding.UTF8.GetBytes(text));

    /// <summary>Goes down to a path; a '/' at its end says that it is a folder.</summary>
    private static void Check(string patterns, string path, bool expected)
    {
        var rules = IgnoreRules.None.With(Parse(patterns));
        var parts = path.TrimEnd('/').Split('/').Select(Encoding.UTF8.GetBytes).ToList();
        foreach (var part in parts[..^1])
        {
            if (rules.Ignore(part, isFolder: true))
            {
                Assert.True(expected, "a folder above is ignored");
                return;
            }

            rules = rules.Enter(part, []);
        }

        Assert.Equal(expected, rules.Ignore(parts[^1], isFolder: path.EndsWith('/')));
    }
}
