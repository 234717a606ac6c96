using System.Text.RegularExpressions;
using Lorch.Testing;

namespace Lorch.Core.Tests.Docs;

public sealed partial class TheLinks
{
    public static TheoryData<string> Pages => [.. Document.Names];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Between_pages_lead_to_headings_that_are_there(string page)
    {
        var links = Link().Matches(Document.Read(page).Text).Select(match => (Page: match.Groups[1].Value, Anchor: match.Groups[2].Value));

        Assert.All(links, link =>
        {
            var target = link.Page.Length == 0 ? page : link.Page;
            Assert.Contains(target, Document.Names);
            Assert.Contains(link.Anchor, AnchorsOf(target).Prepend(""));
        });
    }

    /// <summary>The anchors as the usual renderers of Markdown make them.</summary>
    private static IEnumerable<string> AnchorsOf(string page) => Heading().Matches(Document.Read(page).Text)
        .Select(match => NotInAnchors().Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\(([\w-]+\.md)?#?([\w-]*)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
