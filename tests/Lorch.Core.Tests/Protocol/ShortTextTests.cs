using Lorch.Core.Json;

namespace Lorch.Core.Tests.Protocol;

public sealed class ShortTextTests
{
    [Theory]
    [InlineData("", 0, "")]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdef", 5, "abcde… (1 more characters)")]
    [InlineData("ab😀ef", 3, "ab… (4 more characters)")]
    [InlineData("ab😀ef", 4, "ab😀… (2 more characters)")]
    [InlineData("abcdef", 0, "… (6 more characters)")]
    public void Keeps_the_beginning_and_says_how_much_is_left_out(string text, int most, string expected) =>
        Assert.Equal(expected, ShortText.Of(text, most));

    [Theory]
    [InlineData("", 0, "")]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdef", 5, "(1 characters before) …bcdef")]
    [InlineData("ab😀ef", 3, "(4 characters before) …ef")]
    [InlineData("ab😀ef", 4, "(2 characters before) …😀ef")]
    [InlineData("abcdef", 0, "(6 characters before) …")]
    public void Keeps_the_end_and_says_how_much_is_left_out(string text, int most, string expected) =>
        Assert.Equal(expected, ShortText.EndOf(text, most));
}
