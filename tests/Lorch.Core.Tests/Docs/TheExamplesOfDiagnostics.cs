using Lorch.Core.Configuration;
using Lorch.Testing;

namespace Lorch.Core.Tests.Docs;

/// <summary>The messages that <c>docs/diagnostics.md</c> shows of mistakes in lorch.json.</summary>
public sealed class TheExamplesOfDiagnostics
{
    private const string Agents = """ "agents":{"builder":{"cmd":["b"]},"reviewer":{"cmd":["r"]},"spec_maintainer":{"cmd":["s"]}} """;

    private static readonly string Page = Document.Read("diagnostics.md").Text;

    [Theory]
    [InlineData("LORCH1002", """ {"version":"1.0",} """)]
    [InlineData("LORCH1003", """ {"version":"1.0","policy":{"max_iterations":"10"}} """)]
    [InlineData("LORCH1006", """ {"version":"1.0","policy":{"on_failing_tests":"retry"}} """)]
    [InlineData("LORCH1007", """ {"version":"2.0"} """)]
    [InlineData("LORCH1017", """ {"version":"1.0","agents":{"reviewer":{"cmd":["r"]}},"tasks":[{"id":"T-1","goal":"g"}]} """)]
    [InlineData("LORCH1029", """ {"version":"1.0","agents":{"builder":{"cmd":["b"]}},"tasks":[{"id":"T-1","goal":"g"}]} """)]
    [InlineData(
        "LORCH1030",
        """ {"version":"1.0","agents":{"builder":{"cmd":["b"]}},"named_agents":{"fast":{"cmd":["f"]}},"tasks":[{"id":"T-1","goal":"g","agents":{"builder":"fats"}}]} """)]
    public void Of_the_file_are_what_the_code_says(string code, string json) => AssertShown(code, json);

    [Theory]
    [InlineData("LORCH1004", """ {"id":"T-1","goal":"g","input":[]} """)]
    [InlineData("LORCH1005", """ {"id":"T-1"} """)]
    [InlineData(
        "LORCH1010",
        """ {"id":"T-0041","goal":"g","depends_on":["T-0042"]},{"id":"T-0042","goal":"g","depends_on":["T-0043"]},{"id":"T-0043","goal":"g","depends_on":["T-0041"]} """)]
    [InlineData("LORCH1011", "\n\n\n\n\n\n\n\n\n\n\n{\"id\":\"T-0042\",\"goal\":\"g\"},{\"id\":\"T-0042\",\"goal\":\"g\"}")]
    [InlineData("LORCH1013", """ {"id":"T-1","goal":"g","inputs":["/src/**"]} """)]
    [InlineData("LORCH1014", """ {"id":"T-1","goal":"g","inputs":["src/**","src/obj/**"]} """)]
    [InlineData("LORCH1016", """ {"id":"T-1","goal":"g","parameters":{"goal":1}} """)]
    [InlineData("LORCH1019", """ {"id":"T-0041","goal":"g"},{"id":"T-0042","goal":"g","depends_on":["T-041"]} """)]
    public void Of_tasks_are_what_the_code_says(string code, string tasks) =>
        AssertShown(code, $$"""{"version":"1.0",{{Agents}},"tasks":[{{tasks}}]}""");

    [Fact]
    public void Of_a_missing_file_is_what_the_code_says()
    {
        var exception = Assert.Throws<LorchException>(() => ConfigurationFile.Load("/repo/lorch.json"));

        Assert.Contains($"\n    {exception.Diagnostic.Message}\n", Page, StringComparison.Ordinal);
    }

    private static void AssertShown(string code, string json)
    {
        var exception = Assert.Throws<LorchException>(
            () => ConfigurationFile.Parse("/lorch.json", System.Text.Encoding.UTF8.GetBytes(json)));

        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.Contains($"\n    {exception.Diagnostic.Message}\n", Page, StringComparison.Ordinal);
    }
}
