using CsCheck;
using Lorch.Agent.Working;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Processes.Tests.Tools;

/// <summary>A verdict is found in every fence that tools print, and asked for again only where there is none.</summary>
public sealed class FencesOfVerdicts
{
    private const string Json = """{"verdict":"approved","findings":[]}""";

    private const string Pretty =
        "{\n  \"verdict\": \"approved\",\n  \"findings\": [\n    { \"severity\": \"info\", \"message\": \"use ``` or ~~~\" }\n  ]\n}";

    private const string Other = """{"verdict":"changes_requested","findings":[]}""";

    public static TheoryData<string, string> Fences => new()
    {
        { "backticks", $"Good.\n\n```json\n{Json}\n```\n" },
        { "no word behind them", $"```\n{Json}\n```" },
        { "tildes", $"Good.\n\n~~~json\n{Json}\n~~~\n" },
        { "longer ones", $"````json\n{Pretty}\n````" },
        { "longer tildes", $"~~~~~ json\n{Pretty}\n~~~~~" },
        { "upper case", $"```JSON\n{Json}\n```" },
        { "a blank before the word", $"``` json\n{Json}\n```" },
        { "more words", $"```json title=\"verdict.json\" {{1,3}}\n{Json}\n```" },
        { "attributes", $"```{{.json}}\n{Json}\n```" },
        { "json5", $"```json5\n{Json}\n```" },
        { "one line", $"Good.\n\n```json {Json} ```\n" },
        { "one line without words", $"```{Json}```" },
        { "one line of tildes", $"~~~json {Json} ~~~" },
        { "one line behind words", $"The verdict: ```json {Json}``` That is all." },
        { "behind words", $"The verdict: ```json\n{Json}\n```\n" },
        { "the object begins beside the fence", $"```json {Pretty}\n```" },
        { "the fence ends beside the object", $"```json\n{Pretty}```" },
        { "words behind the closing fence", $"```json\n{Json}\n``` Done." },
        { "words behind the block", $"```json\n{Json}\n```\n\nLet me know if you want more. { "{braces}" }" },
        { "words behind the object", $"```json\n{Json}\nThat is all.\n```" },
        { "never closed", $"Good.\n```json\n{Pretty}\n" },
        { "closed by a shorter one", $"````json\n{Json}\n```\n" },
        { "CRLF", $"Good.\r\n\r\n```json\r\n{Json}\r\n```\r\n" },
        { "CR", $"Good.\r```json\r{Json}\r```\r" },
        { "indented", $"    ```json\n    {Json}\n    ```" },
        { "tabs", $"\t```json\n\t{Json}\n\t```" },
        { "in a list", $"- done\n- ```json\n  {Json}\n  ```\n" },
        { "in a list of numbers", $"1. Good\n2. ```json\n   {Json}\n   ```\n" },
        { "in a block quote", "> Good.\n>\n> ```json\n" + string.Join('\n', Pretty.Split('\n').Select(line => "> " + line)) + "\n> ```\n" },
        { "in a block quote without blanks", $">```json\n>{Json}\n>```" },
        { "in block quotes of block quotes", $"> > ```json\n> > {Json}\n> > ```\n" },
        { "in a list of a block quote", $"> - ```json\n>   {Json}\n>   ```\n" },
        { "in a block of Markdown", $"````markdown\nGood.\n\n```json\n{Json}\n```\n````\n" },
        { "in a block of Markdown with the same fence", $"```markdown\nGood.\n\n```json\n{Json}\n```\n```\n" },
        { "colour", $"\e[1mGood.\e[0m\n\n\e[36m```json\e[0m\n{Json}\n\e[36m```\e[0m\n" },
        { "colour in the object", $"```json\n\e[33m{{\e[0m\"verdict\": \e[32m\"approved\"\e[0m, \"findings\": []}}\n```" },
        { "a title before it", $"\e]0;reviewing\a```json\n{Json}\n```" },
        { "byte order marks", $"\uFEFF```json\n\uFEFF{Json}\n```" },
        { "a no-break space before it", $"\u00a0```json\n{Json}\n```" },
        { "the last one counts", $"```json\n{Other}\n```\n\nNo:\n\n```json\n{Json}\n```" },
        { "the last one of a line counts", $"```json {Other} ``` no: ```json {Json} ```" },
        { "code before it", $"```cs\nvar a = new {{ B = \"```\" }};\n```\n\n```json\n{Json}\n```" },
        { "a fence in words before it", $"I put it between ``` and ```, as you said.\n\n```json\n{Json}\n```" },
        { "code after it", $"```json\n{Json}\n```\n\n```sh\nmake test\n```" },
        { "no fence, only JSON", Json },
        { "no fence, only pretty JSON", $"\n {Pretty}\n" },
        {
            "null for what may be left out",
            "```json\n{\"verdict\":\"approved\",\"summary\":null,\"findings\":[{\"file\":null,\"line\":null,\"severity\":\"info\",\"message\":\"m\"}]}\n```"
        },
        {
            "a line separator in a text",
            "```json\n{\"verdict\":\"approved\",\"summary\":\"one\u2028two\u0085three\u2029four\",\"findings\":[]}\n```"
        },
        { "halves of characters", "```json\n{\"verdict\":\"approved\",\"summary\":\"a \\ud83d b\",\"findings\":[]}\n```" },
    };

    [Theory]
    [MemberData(nameof(Fences))]
    public void Are_read(string form, string answer)
    {
        var problem = VerdictReader.Read(ToolText.Plain(answer), AgentAction.Review, out var verdict, out _);

        Assert.True(problem is null && verdict!.Word is VerdictWord.Approved, $"{form}: {problem ?? "another verdict"}");
    }

    [Theory]
    [InlineData("I approve.", "there is no fenced block of JSON in it")]
    [InlineData("approved {\"verdict\":\"approved\",\"findings\":[]} indeed", "there is no fenced block of JSON in it")]
    [InlineData("```json\n[1]\n```", "there is no fenced block of JSON in it")]
    [InlineData("```cs\nclass A { }\n```", "there is no fenced block of JSON in it")]
    [InlineData("```json\n{\"verdict\":\"approved\",\"findings\":[]\n```", "not valid JSON")]
    [InlineData(
        "```json\n{\"verdict\":\"approved\",\"findings\":[]}\n{\"verdict\":\"changes_requested\",\"findings\":[]}\n```", "not valid JSON")]
    [InlineData("```json\n{\"verdict\":\"approved\",\"verdict\":\"changes_requested\",\"findings\":[]}\n```", "twice")]
    [InlineData("```json\n{\"verdict\":null,\"findings\":[]}\n```", "the member 'verdict' is missing")]
    public void Are_not_guessed(string answer, string problem)
    {
        Assert.Contains(problem, VerdictReader.Read(answer, AgentAction.Review, out var verdict, out _), StringComparison.Ordinal);
        Assert.Null(verdict);
    }

    [Fact]
    public void Say_what_was_changed_in_them()
    {
        VerdictReader.Read(
            "```\n{\"verdict\":\"approved\",\"summary\":\"\\ud83d\",\"findings\":[]}\n```",
            AgentAction.Review,
            out var verdict,
            out var oddity);

        Assert.Equal("\uFFFD", verdict!.Summary);
        Assert.Contains("surrogate", oddity, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"file\":\"\",")]
    [InlineData("\"file\":null,\"line\":null,")]
    public void May_hold_a_finding_about_no_file(string members)
    {
        var answer =
            $"```json\n{{\"verdict\":\"approved\",\"findings\":[{{{members}\"severity\":\"warning\",\"message\":\"the tests are "
                + $"slow\"}}]}}\n```";

        Assert.Null(VerdictReader.Read(answer, AgentAction.Review, out var verdict, out _));
        Assert.Null(Assert.Single(verdict!.Findings).File);
        Assert.DoesNotContain("file", VerdictJson.ToElement(verdict.Findings).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Are_read_or_refused_whatever_stands_in_the_answer() =>
        Gen.OneOf(
            "```", "~~~", "````", "json", " ", "\n", "\n\n", "> ", "- ", "1. ", "{", "}", "\"", "\\", "[", "]", ":", Json, Other, "text",
            "\e[0m", "\uFEFF", "\u2028", "\ud83d", "\\ud83d", "😀", "\r").Array[0, 25]
            .Select(string.Concat)
            .Sample(
                answer => Assert.True(
                    VerdictReader.Read(ToolText.Plain(answer), AgentAction.Review, out var verdict, out _) is null == verdict is not null));

    [Theory]
    [InlineData("```json {} ``` x\n")]
    [InlineData("```json\n{\"a\":\n")]
    [InlineData("> ")]
    [InlineData("> ```\n")]
    [InlineData("```markdown\n")]
    [InlineData("{[")]
    [InlineData("` ")]
    [InlineData("- ")]
    public void Are_looked_for_in_a_time_that_grows_with_the_answer(string piece)
    {
        var answer = string.Concat(Enumerable.Repeat(piece, 1024 * 1024 / piece.Length));

        Assert.True(VerdictReader.Read(answer, AgentAction.Review, out var verdict, out _) is null == verdict is not null);
    }
}
