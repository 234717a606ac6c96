using System.Globalization;
using Lorch.Core.Globs;

namespace Lorch.Core.Tests.Snapshots;

/// <summary>Finding by the order of paths those that globs can match.</summary>
public sealed class SortedPathsTests
{
    [Fact]
    public void Holds_every_match_once_and_in_order()
    {
        var random = new Random(1);
        string[] parts = ["a", "a.b", "a-b", "ab", "b", "é", "🚀", "\uFFFD", "z"];
        string[] globs =
            ["**", "a/**", "a", "a/b", "a*", "*/a", "ab/", "🚀/**", "\uFFFD/a", "a/?", "{a,b}/**", "é/*", "a-b/a.b/z", "b/**/a"];
        for (var round = 0; round < 500; round++)
        {
            RelativePath[] paths = [.. Enumerable.Range(0, random.Next(60)).Select(_ => RelativePath.Parse(Any())).Distinct().Order()];
            GlobPattern[] chosen =
                [.. Enumerable.Range(0, random.Next(4)).Select(_ => GlobPattern.Parse(globs[random.Next(globs.Length)]))];

            RelativePath[] near = [.. SortedPaths.Near(paths, path => path, chosen)];

            Assert.Equal(near.Distinct().Order(), near);
            Assert.Equal(Matches(paths), Matches(near));

            IEnumerable<RelativePath> Matches(IEnumerable<RelativePath> among) =>
                among.Where(path => chosen.Any(glob => glob.IsMatch(path.ToString())));
        }

        string Any() => string.Join('/', Enumerable.Range(0, 1 + random.Next(3)).Select(_ => parts[random.Next(parts.Length)]));
    }

    [Fact]
    public void Looks_at_few_of_many()
    {
        RelativePath[] paths = [.. Enumerable.Range(0, 100_000)
            .Select(number => RelativePath.Parse(string.Create(CultureInfo.InvariantCulture, $"specs/{number:D5}/a.md")))];
        var looks = 0;

        var found = SortedPaths.Near(
            paths,
            path =>
            {
                looks++;
                return path;
            },
            [GlobPattern.Parse("specs/00700/**"), GlobPattern.Parse("specs/99999/a.md")]);

        Assert.Equal(["specs/00700/a.md", "specs/99999/a.md"], found.Select(path => path.ToString()));
        Assert.InRange(looks, 4, 50);
    }
}
