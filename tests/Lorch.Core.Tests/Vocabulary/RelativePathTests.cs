using System.Text;
using System.Text.Json;
using CsCheck;

namespace Lorch.Core.Tests.Vocabulary;

public sealed class RelativePathTests
{
    [Theory]
    [InlineData("a", "", "a")]
    [InlineData("src/deep/er/File.cs", "src/deep/er", "File.cs")]
    [InlineData(".gitignore", "", ".gitignore")]
    [InlineData("...", "", "...")]
    [InlineData("a/..b/c..", "a/..b", "c..")]
    [InlineData("with blank/ä €😀.md", "with blank", "ä €😀.md")]
    [InlineData("ab:c", "", "ab:c")]
    [InlineData("~/a", "~", "a")]
    [InlineData("a\nb", "", "a\nb")]
    public void Accepts_a_path_below_the_root(string text, string folder, string name)
    {
        var path = RelativePath.Parse(text);

        Assert.Equal((text, folder, name), (path.ToString(), path.Folder, path.Name));
        Assert.Equal(path, JsonSerializer.Deserialize<RelativePath>(JsonSerializer.Serialize(path)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/etc/passwd")]
    [InlineData("//server/share")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("./a")]
    [InlineData("../a")]
    [InlineData("a/../b")]
    [InlineData("a/..")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\b")]
    [InlineData("..\\a")]
    [InlineData("\\\\server\\share")]
    [InlineData("C:\\a")]
    [InlineData("C:/a")]
    [InlineData("c:a")]
    [InlineData("a:b")]
    [InlineData("a\0b")]
    public void Refuses_a_path_that_leaves_the_workspace_or_has_two_spellings(string? text)
    {
        Assert.False(RelativePath.TryParse(text, out _));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<RelativePath>(JsonSerializer.Serialize(text)));
    }

    [Fact]
    public void Refuses_a_lone_surrogate() => Assert.False(RelativePath.TryParse("a\ud83d", out _));

    [Fact]
    public void Says_what_it_expected()
    {
        var exception = Assert.Throws<FormatException>(() => RelativePath.Parse("../a"));

        Assert.Contains("'../a' is not a path relative to the workspace root", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Throws_when_it_was_never_set()
    {
        Assert.Throws<InvalidOperationException>(() => default(RelativePath).ToString());
        Assert.Throws<InvalidOperationException>(() => default(RelativePath).Name);
        Assert.Throws<InvalidOperationException>(() => default(RelativePath).CompareTo(RelativePath.Parse("a")));
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("B", "a")]
    [InlineData("a", "a/b")]
    [InlineData("a-b", "a/b")]
    [InlineData("z", "é")]
    [InlineData("\uFB33", "😀")]
    [InlineData("\uFFFD", "\U00010000")]
    [InlineData("😀", "😁")]
    public void Is_ordered_by_the_bytes_of_utf8(string smaller, string greater)
    {
        Assert.True(RelativePath.Parse(smaller).CompareTo(RelativePath.Parse(greater)) < 0);
        Assert.True(RelativePath.Parse(greater).CompareTo(RelativePath.Parse(smaller)) > 0);
    }

    [Fact]
    public void Its_order_is_that_of_the_bytes_for_all_texts()
    {
        var texts = Gen.OneOf("a", "/", "~", "é", "\uD7FF", "\uE000", "\uFFFD", "\U00010000", "\U0010FFFF").Array[0, 6]
            .Select(string.Concat);

        Gen.Select(texts, texts).Sample((left, right) => Assert.Equal(
            Math.Sign(Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right))),
            Math.Sign(RelativePath.CompareUtf8(left, right))));
    }
}
