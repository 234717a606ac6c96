using System.Text.RegularExpressions;
using Lorch.Testing;

namespace Lorch.Core.Tests.Docs;

public sealed partial class TheWalks
{
    private static string Page => File.ReadAllText(Path.Join(SourceTree.Root, "docs", "architecture.md"));

    public static TheoryData<string, string> Places =>
        [.. Link().Matches(Page).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).Distinct()];

    [Theory]
    [MemberData(nameof(Places))]
    public void Lead_to_members_that_are_there(string member, string file)
    {
        var source = File.ReadAllText(Path.Join(SourceTree.Root, file));
        var (type, name) = member.Split('.') is [var first, var second] ? (first, second) : (member, null);

        Assert.Matches($@"\b(class|record|struct|interface|enum) {type}\b", source);
        if (name is not null)
        {
            // A declaration: the name stands behind a type, and not behind a dot.
            Assert.Matches($@"(?m)^    [\w<>?\[\], .()]+ {name}\b", source);
        }
    }

    [Fact]
    public void Are_four() => Assert.Equal(4, Walk().Count(Page));

    [Fact]
    public void Take_place_in_rooms_that_the_page_names() => Assert.All(
        Directory.EnumerateDirectories(Path.Join(SourceTree.Root, "src", "Lorch.Core"))
            .Select(folder => Path.GetFileName(folder)!)
            .Where(folder => folder is not ("bin" or "obj")),
        room => Assert.Contains($"`{room}`", Page, StringComparison.Ordinal));

    [GeneratedRegex(@"\[`([\w.]+)`\]\(\.\./(src/[\w./]+\.cs)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^### From ", RegexOptions.Multiline)]
    private static partial Regex Walk();
}
