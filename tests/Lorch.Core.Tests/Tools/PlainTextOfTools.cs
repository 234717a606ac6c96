using System.Text;
using CsCheck;
using Lorch.Core.Tools;

namespace Lorch.Core.Tests.Tools;

/// <summary>What a program writes for a terminal becomes plain text, whatever it is.</summary>
public sealed class PlainTextOfTools
{
    private static readonly Gen<string> Anything = Gen.OneOf(
        Gen.OneOf(
            "\e[1;36m",
            "\e[0m",
            "\e[?25l",
            "\e]0;title\a",
            "\e]8;;http://a\e\\",
            "\e]9;4;3",
            "\eP1$r\e\\",
            "\e(B",
            "\e",
            "\e[",
            "\uFEFF",
            "\0",
            "\b",
            "\u007f",
            "\r",
            "\n",
            "\t",
            "\u2028",
            "\u0085"),
        Gen.OneOf("a", "{", "}", "\"", "`", "😀", "é", "\ud83d", "\ude00")).Array[0, 12].Select(string.Concat);

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\e[1mbold\e[0m and \e[38;5;196mred\e[m", "bold and red")]
    [InlineData("\e]0;a title\a{\"a\":1}", "{\"a\":1}")]
    [InlineData("\e]9;4;3;\e\\{}", "{}")]
    [InlineData("\e]8;;https://a.example\e\\a link\e]8;;\e\\", "a link")]
    [InlineData("\e[2K\e[1G\e[?25hdone", "done")]
    [InlineData("\e(B\e=\e7text\e8", "text")]
    [InlineData("\e]0;its end is lost\nnext", "\nnext")]
    [InlineData("\e]0;its end is lost{}", "{}")]
    [InlineData("\uFEFF{}", "{}")]
    [InlineData("\e[0m\uFEFF\uFEFF{}", "{}")]
    [InlineData("in\uFEFFside", "in\uFEFFside")]
    [InlineData("a\0b\bc\ad", "abcd")]
    [InlineData("tab\tand\r\nline", "tab\tand\r\nline")]
    [InlineData("line\u2028separator", "line\u2028separator")]
    [InlineData("cut \e", "cut ")]
    [InlineData("cut \e[3", "cut ")]
    public void Is_what_a_terminal_would_show(string said, string plain) => Assert.Equal(plain, ToolText.Plain(said));

    [Fact]
    public void Holds_no_half_of_a_character()
    {
        Assert.Equal("cut \uFFFD here", ToolText.Plain("cut \ud83d here"));
        Assert.Equal("\uFFFD\uFFFD😀", ToolText.Plain("\ude00\ud83d\ud83d\ude00"));
    }

    [Fact]
    public void Can_be_written_as_UTF8_holds_no_control_characters_and_stays_what_it_is() =>
        Anything.Sample(said =>
        {
            var plain = ToolText.Plain(said);

            Assert.Equal(plain, new UTF8Encoding(false, true).GetString(new UTF8Encoding(false, true).GetBytes(plain)));
            Assert.DoesNotContain(plain, character => character < ' ' && character is not ('\t' or '\n' or '\r'));
            Assert.Same(plain, ToolText.Plain(plain));
        });

    [Fact]
    public void Is_never_cut_within_a_character() =>
        Gen.Select(Anything.Select(ToolText.Mend), Gen.Int[0, 20]).Sample((text, length) =>
        {
            var (beginning, end) = (ToolText.Beginning(text, length), ToolText.End(text, length));

            Assert.Same(beginning, ToolText.Mend(beginning));
            Assert.Same(end, ToolText.Mend(end));
            Assert.True(text.StartsWith(beginning, StringComparison.Ordinal) && text.EndsWith(end, StringComparison.Ordinal));
            Assert.True(beginning.Length <= length && end.Length <= length);
            Assert.True(beginning.Length >= Math.Min(length - 1, text.Length) && end.Length >= Math.Min(length - 1, text.Length));
        });
}
