using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;

namespace Lorch.Core.Tests;

/// <summary>What agents, tools and names of files say is shown, and obeyed by nobody.</summary>
public sealed partial class ShowingTexts
{
    private static readonly string[] Pieces =
    [
        "::", ":", "#", "##", "##vso[", "##[", "[", "vso[", "VSO", "##teamcity[", "error::", "::stop-commands::x", "a", " ", "\t", "\n",
        "\r", "\r\n", "\v", "\f", "\0",
        "\u001b[2J", "\u001b]0;t\u0007", "\u007f", "\u0085", "\u009b", "\u2028", "\u2029", "\u202e", "\u2066", "\u200f", "\u00a0",
        "\u2003", "ü", "🚀", "\ud83d", "\"", "\\",
    ];

    private static readonly Gen<string> Hostile =
        Gen.Int[0, Pieces.Length - 1].Array[0, 12].Select(numbers => string.Concat(numbers.Select(number => Pieces[number])));

    [Theory]
    [InlineData("src/a.cs", "src/a.cs")]
    [InlineData("two\nlines\twith a tab", "two\nlines\twith a tab")]
    [InlineData("two\r\nlines", "two\r\nlines")]
    [InlineData("std::vector and ## a heading [with a link]", "std::vector and ## a heading [with a link]")]
    [InlineData("::error::x", ": :error::x")]
    [InlineData("a\n  ::error::x", "a\n  : :error::x")]
    [InlineData("a\r::error::x", "a\\u000d::error::x")]
    [InlineData("a ##vso[task.x]b", "a # #vso[task.x]b")]
    [InlineData("a ##[error]b", "a # #[error]b")]
    [InlineData("###[error]b", "## #[error]b")]
    [InlineData("\u001b[31mred\u0007\u0000", "\\u001b[31mred\\u0007\\u0000")]
    [InlineData("a\u0085\u2028\u2029\v\fb", "a\\u0085\\u2028\\u2029\\u000b\\u000cb")]
    [InlineData("\u202egnp.exe", "\\u202egnp.exe")]
    public void Is_done_without_what_would_be_obeyed(string text, string shown) => Assert.Equal(shown, PlainText.Of(text));

    [Fact]
    public void Keeps_a_path_on_one_line() =>
        Assert.Equal(@"src/n\n::error::by name\u000d.txt", PlainText.OneLine("src/n\n::error::by name\r.txt"));

    [Fact]
    public void Never_shows_a_command_whatever_the_text() => Hostile.Sample(text =>
    {
        AssertPlain(PlainText.Of(text));
        AssertPlain(PlainText.OneLine(text));
        Assert.DoesNotContain('\n', PlainText.OneLine(text));
        Assert.Equal(PlainText.Of(text), PlainText.Of(PlainText.Of(text)));
    });

    [Fact]
    public void Never_changes_what_json_says() => Hostile.Sample(text =>
    {
        // JSON can't hold half a surrogate pair as it is.
        var whole = text.Replace("\ud83d", "", StringComparison.Ordinal) is var rest
            && rest.EnumerateRunes().All(rune => rune.Value != 0xFFFD)
            ? rest
            : "";
        var json = JsonSerializer.Serialize(whole, Relaxed);

        AssertPlain(PlainText.OfJson(json));
        Assert.Equal(whole, JsonSerializer.Deserialize<string>(PlainText.OfJson(json)));
    });

    private static JsonSerializerOptions Relaxed { get; } =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static void AssertPlain(string shown)
    {
        Assert.DoesNotContain(LineEnds().Split(shown), line => line.TrimStart().StartsWith("::", StringComparison.Ordinal));
        Assert.DoesNotMatch(Command(), shown);
        Assert.DoesNotMatch(Control(), shown.Replace("\r\n", "\n", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\r\n|[\n\r\v\f\u0085\u2028\u2029]")]
    private static partial Regex LineEnds();

    [GeneratedRegex(@"##(\[|vso\[|teamcity\[)", RegexOptions.IgnoreCase)]
    private static partial Regex Command();

    [GeneratedRegex(@"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")]
    private static partial Regex Control();
}
