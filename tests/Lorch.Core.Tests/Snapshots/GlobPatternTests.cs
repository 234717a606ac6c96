using System.Diagnostics;
using System.Text;
using Lorch.Core.Globs;

namespace Lorch.Core.Tests.Snapshots;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("lorch.json", "lorch.json")]
    [InlineData("specs/", "specs/a.md")]
    [InlineData("specs/", "specs/deep/er/a.md")]
    [InlineData("specs/**", "specs/a.md")]
    [InlineData("specs/**", "specs/deep/er/a.md")]
    [InlineData("specs/**/", "specs/deep/er/a.md")]
    [InlineData("specs/**/**", "specs/a.md")]
    [InlineData("**", "a")]
    [InlineData("**", "a/b/c")]
    [InlineData("**/*.cs", "a.cs")]
    [InlineData("**/*.cs", "x/y/a.cs")]
    [InlineData("src/**/*.cs", "src/a.cs")]
    [InlineData("src/**/*.cs", "src/x/y/a.cs")]
    [InlineData("src/**/gen/**", "src/gen/a")]
    [InlineData("src/**/gen/**", "src/x/gen/y/a")]
    [InlineData("**/a/**/b", "a/b")]
    [InlineData("**/a/**/b", "x/a/y/z/b")]
    [InlineData("**/**/a", "a")]
    [InlineData("src/*", "src/a")]
    [InlineData("src/*/a", "src/x/a")]
    [InlineData("src/*.*", "src/a.b.c")]
    [InlineData("*", "a")]
    [InlineData("a?c", "abc")]
    [InlineData("a?c", "aüc")]
    [InlineData("a?c", "a🚀c")]
    [InlineData("a?c", "a\nc")]
    [InlineData("v[0-9].md", "v7.md")]
    [InlineData("v[!0-9].md", "vx.md")]
    [InlineData("v[^0-9].md", "vx.md")]
    [InlineData("[a-]", "-")]
    [InlineData("[-a]", "-")]
    [InlineData("[[]x]", "[x]")]
    [InlineData("[😀-😎]", "😃")]
    [InlineData("*.{cs,fs}", "a.fs")]
    [InlineData("{src,tests}/**", "tests/a/b")]
    [InlineData("a{,b}c", "ac")]
    [InlineData("a{,b}c", "abc")]
    [InlineData("{a*,[,],?x}", "abc")]
    [InlineData("{a*,[,],?x}", ",")]
    [InlineData("{a*,[,],?x}", "yx")]
    [InlineData("a,b", "a,b")]
    [InlineData("with blank/ü/🚀.md", "with blank/ü/🚀.md")]
    [InlineData("specs", "specs")]
    [InlineData("specs", "specs/a.md")]
    [InlineData("specs", "specs/deep/er/a.md")]
    [InlineData("src/db/data", "src/db/data/rows.txt")]
    [InlineData("**/data", "data/rows.txt")]
    [InlineData("**/data", "src/db/data/x/rows.txt")]
    [InlineData("src/*/b", "src/x/b/c")]
    [InlineData("{src,tests}", "tests/a/b")]
    [InlineData("src/{a,b}", "src/b/c")]
    [InlineData("src/{a,}b", "src/b/c")]
    public void Matches(string glob, string path) => Assert.True(Parse(glob).IsMatch(path));

    [Theory]
    [InlineData("lorch.json", "x/lorch.json")]
    [InlineData("lorch.json", "lorch.json5")]
    [InlineData("specs", "specs/")]
    [InlineData("specs", "specs2/a.md")]
    [InlineData("specs", "spec")]
    [InlineData("specs", "x/specs/a.md")]
    [InlineData("**/data", "database/rows.txt")]
    [InlineData("src/d*", "src/db/a")]
    [InlineData("src/?", "src/a/b")]
    [InlineData("src/[a]", "src/a/b")]
    [InlineData("src/{a*,b}", "src/b/c")]
    [InlineData("specs/", "specs")]
    [InlineData("specs/**", "specs")]
    [InlineData("specs/", "specs2/a.md")]
    [InlineData("specs/", "x/specs/a.md")]
    [InlineData("specs/", "Specs/a.md")]
    [InlineData("**/a", "ba")]
    [InlineData("src/**/*.cs", "src/a.csx")]
    [InlineData("src/**/*.cs", "srcx/a.cs")]
    [InlineData("src/**/gen/**", "src/gen")]
    [InlineData("src/*", "src/a/b")]
    [InlineData("src/*/a", "src/a")]
    [InlineData("src/*/a", "src/x/y/a")]
    [InlineData("*", "a/b")]
    [InlineData("a?c", "ac")]
    [InlineData("a?c", "a/c")]
    [InlineData("a[!b]c", "a/c")]
    [InlineData("a[.-0]c", "a/c")]
    [InlineData("v[0-9].md", "vx.md")]
    [InlineData("v[!0-9].md", "v7.md")]
    [InlineData("*.{cs,fs}", "a.vb")]
    [InlineData("{src,tests}/**", "docs/a")]
    [InlineData("a{,b}c", "abbc")]
    [InlineData("a.c", "abc")]
    public void Does_not_match(string glob, string path) => Assert.False(Parse(glob).IsMatch(path));

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("/", "starts with '/'")]
    [InlineData("/src/**", "starts with '/': globs are relative to the workspace root, write 'src/**'")]
    [InlineData("C:/src", "starts with a drive")]
    [InlineData("c:", "starts with a drive")]
    [InlineData("src\\a", "holds '\\': write '/'")]
    [InlineData("src/\0", "holds a NUL")]
    [InlineData("..", "holds the part '..'")]
    [InlineData("src/../a", "holds the part '..'")]
    [InlineData("./src", "holds the part '.': leave it out")]
    [InlineData("src//a", "has an empty part")]
    [InlineData("src//", "has an empty part")]
    [InlineData("src/**.cs", "'**' within '**.cs'")]
    [InlineData("a**b", "'**' must be a whole part")]
    [InlineData("***", "'**' must be a whole part")]
    [InlineData("src/[ab", "unclosed '['")]
    [InlineData("src/[a/b]", "unclosed '['")]
    [InlineData("[", "unclosed '['")]
    [InlineData("[]", "names no character")]
    [InlineData("[!]", "names no character")]
    [InlineData("[z-a]", "range runs backwards")]
    [InlineData("{a,b", "unclosed '{'")]
    [InlineData("{a/b}", "unclosed '{'")]
    [InlineData("{a,{b}}", "a '{' within a '{'")]
    [InlineData("a}", "a '}' without '{'")]
    public void Says_what_is_wrong(string glob, string expected)
    {
        Assert.False(GlobPattern.TryParse(glob, out var pattern, out var problem));

        Assert.Null(pattern);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_glob_longer_than_any_path_needs()
    {
        Assert.True(GlobPattern.TryParse(new string('a', 1024), out _, out _));
        Assert.False(GlobPattern.TryParse(new string('a', 1025), out _, out var problem));

        Assert.Contains("1025 characters: the most is 1024", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("src/**/*.cs", "src", true)]
    [InlineData("src/**/*.cs", "src/a/b", true)]
    [InlineData("src/**/*.cs", "docs", false)]
    [InlineData("src/**/*.cs", "srcx", false)]
    [InlineData("src/lib/a.cs", "src", true)]
    [InlineData("src/lib/a.cs", "src/lib", true)]
    [InlineData("src/lib/a.cs", "src/lib/a.cs", true)]
    [InlineData("src/lib/a*.cs", "src/lib/a.cs", false)]
    [InlineData("src/lib/a.cs", "src/other", false)]
    [InlineData("src/*/a", "src/x", true)]
    [InlineData("src/*/a", "src/x/y", false)]
    [InlineData("s*/a", "src", true)]
    [InlineData("s*/a", "docs", false)]
    [InlineData("specs/", "specs", true)]
    [InlineData("specs/", "specs/a", true)]
    [InlineData("specs", "specs", true)]
    [InlineData("specs", "spec", false)]
    [InlineData("specs", "specs/deep", true)]
    [InlineData("{a,b}/c/*", "b/c", true)]
    [InlineData("{a,b}/c/*", "b/d", false)]
    [InlineData("**/a", "anything/at/all", true)]
    public void Tells_whether_a_folder_must_be_read(string glob, string folder, bool expected) =>
        Assert.Equal(expected, Parse(glob).CanMatchBelow(folder));

    [Theory]
    [InlineData("src/", "src", true)]
    [InlineData("src/", "src/a/b", true)]
    [InlineData("src/", "docs", false)]
    [InlineData("src/**/gen/**", "src/x/gen", true)]
    [InlineData("src/**/gen/**", "src/x/gen/y", true)]
    [InlineData("src/**/gen/**", "src/x", false)]
    [InlineData("src/*", "src", false)]
    [InlineData("**/*.cs", "src", false)]
    [InlineData("**", "src", true)]
    [InlineData("a/*/**", "a", false)]
    [InlineData("a/*/**", "a/b", true)]
    public void Tells_whether_it_takes_all_of_a_folder(string glob, string folder, bool expected) =>
        Assert.Equal(expected, Parse(glob).MatchesAllBelow(folder));

    [Theory]
    [InlineData("**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/b", "a/")]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", "a")]
    [InlineData("{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}*{a,aa}*{a,aa}*b", "a")]
    public void Takes_time_in_proportion_whatever_the_pattern(string glob, string repeated)
    {
        var pattern = Parse(glob);
        var path = string.Concat(Enumerable.Repeat(repeated, 2_000)) + "c";
        var time = Stopwatch.StartNew();

        Assert.False(pattern.IsMatch(path));

        // In proportion these are milliseconds; a matcher that tries one way after the other needs longer than the world will last.
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(20), $"It took {time.Elapsed}.");
    }

    [Fact]
    public void Survives_the_longest_chain_of_choices()
    {
        var pattern = Parse(string.Concat(Enumerable.Repeat("{,a}", 256)));

        Assert.True(pattern.IsMatch(new string('a', 256)));
        Assert.False(pattern.IsMatch(new string('a', 257)));
    }

    [Theory]
    [InlineData("src/?.md", "src/ü.md", true)]
    [InlineData("src/??.md", "src/ü.md", false)]
    [InlineData("src/[ä-ü]*/🚀", "src/öl/🚀", true)]
    [InlineData("src/ü/**", "src/ü/a/b", true)]
    [InlineData("src/ü", "src/u", false)]
    public void Is_matched_on_the_bytes_of_a_path_without_allocating(string glob, string path, bool expected)
    {
        var (pattern, bytes) = (Parse(glob), Encoding.UTF8.GetBytes(path));
        pattern.IsMatch(bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var matches = pattern.IsMatch(bytes);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(expected, matches);
    }

    [Fact]
    public void A_byte_that_is_no_utf8_is_one_character()
    {
        Assert.True(Parse("src/caf?.txt").IsMatch([.. "src/caf"u8, 0xE9, .. ".txt"u8]));
        Assert.False(Parse("src/caf.txt").IsMatch([.. "src/caf"u8, 0xE9, .. ".txt"u8]));
    }

    private static GlobPattern Parse(string glob) =>
        GlobPattern.TryParse(glob, out var pattern, out var problem) ? pattern : throw new ArgumentException(problem, nameof(glob));
}
