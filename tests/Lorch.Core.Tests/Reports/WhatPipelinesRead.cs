using System.Text.Json;
using System.Xml.Linq;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Reports;

public sealed class WhatPipelinesRead : IDisposable
{
    private const string Second = """{"id":"T-2","goal":"more","inputs":["docs/**"]}""";

    private readonly WorkspaceUnderTest _workspace = new(WorkspaceUnderTest.OneTask, Second);

    [Fact]
    public async Task Sarif_holds_the_latest_review_of_every_task_also_of_those_that_were_not_asked_for()
    {
        _workspace.Agents.AnswerReviewsWith(
            """{"findings":[{"file":"src/hello.txt","line":7,"severity":"error","message":"too short"},{"message":"no file"}]}""");
        await _workspace.RunAsync();
        await _workspace.RunAsync("T-2");

        var results = await ResultsAsync(new ReportRequest { Tasks = [TaskId.Parse("T-1")], Exports = ["sarif"] });

        Assert.Equal(4, results.Count);
        Assert.Equal(["error", "error", "warning", "warning"], results.Select(result => result.GetProperty("level").GetString()));
        Assert.Equal(["src/hello.txt", "src/hello.txt", "lorch.json", "lorch.json"], results.Select(Uri));
        Assert.Equal(4, results.Select(Fingerprint).Distinct().Count());
    }

    [Fact]
    public async Task Fingerprints_stay_when_a_line_moves_and_only_then()
    {
        var first = await FingerprintOfAsync("""{"file":"src/hello.txt","line":7,"message":"too  Short"}""");

        Assert.Equal(first, await FingerprintOfAsync("""{"file":"src/hello.txt","line":9,"message":"Too short"}"""));
        Assert.NotEqual(first, await FingerprintOfAsync("""{"file":"src/hello.txt","line":7,"message":"too long"}"""));
        Assert.NotEqual(first, await FingerprintOfAsync("""{"file":"src/other.txt","line":7,"message":"too short"}"""));
    }

    [Fact]
    public async Task JUnit_has_a_suite_for_each_task_and_one_failure_for_each_that_failed()
    {
        _workspace.Agents.Answer = command => command is { Action: AgentAction.Implement, Retry.Attempt: 0 }
            ? [_workspace.Agents.Fail(command, "busy")]
            : _workspace.Agents.Play(command);
        await _workspace.RunAsync();
        _workspace.Agents.Answer = command => [_workspace.Agents.Fail(command, "no_quota", retriable: false)];
        await _workspace.RunAsync("T-2");

        await _workspace.Open().ReportAsync(new ReportRequest { Exports = ["junit"] }, CancellationToken.None);

        var suites = XDocument.Parse(_workspace.Read("reports/junit.xml")).Root!.Elements().ToList();
        Assert.Equal(["T-1", "T-2"], suites.Select(suite => suite.Attribute("name")!.Value));
        Assert.Equal(["0", "1"], suites.Select(suite => suite.Attribute("failures")!.Value));
        Assert.All(suites, suite => Assert.Equal(suite.Attribute("tests")!.Value, $"{suite.Elements("testcase").Count()}"));
        Assert.All(suites, suite => Assert.Equal(suite.Attribute("failures")!.Value, $"{suite.Descendants("failure").Count()}"));
        Assert.All(suites, suite => Assert.Equal(suite.Attribute("skipped")!.Value, $"{suite.Descendants("skipped").Count()}"));
    }

    [Fact]
    public async Task A_summary_is_appended_to_what_others_wrote()
    {
        await _workspace.RunAsync();
        _workspace.Write("summary.md", "theirs\n");

        await _workspace.Open()
            .ReportAsync(new ReportRequest { WritesPages = false, SummaryFile = _workspace.At("summary.md") }, CancellationToken.None);

        var text = _workspace.Read("summary.md");
        Assert.StartsWith("theirs\n### Lorch: 1 of 2 tasks done\n", text, StringComparison.Ordinal);
        Assert.Contains("**T\\-1** greet — completed", text, StringComparison.Ordinal);
        Assert.False(File.Exists(_workspace.At("reports/index.html")));
    }

    [Theory]
    [InlineData("::error::gotcha")]
    [InlineData("##vso[task.setvariable variable=a]b")]
    [InlineData("a\n::set-output name=x::y")]
    [InlineData("<script>alert(1)</script> [a](javascript:b) @everyone `c` **d**")]
    [InlineData("a\u202eb\e[31mc\u0007")]
    public async Task What_agents_say_gives_no_command_and_marks_nothing_up(string text)
    {
        _workspace.Agents.AnswerReviewsWith(
            JsonSerializer.Serialize(
                new { summary = text, findings = new[] { new { file = "src/hello.txt", line = 1, message = text } } }));
        await _workspace.RunAsync();

        await _workspace.Open().ReportAsync(new ReportRequest { Exports = ["markdown", "sarif", "junit"] }, CancellationToken.None);

        var (markdown, sarif, junit) = (
            _workspace.Read("reports/summary.md"), _workspace.Read("reports/lorch.sarif"), _workspace.Read("reports/junit.xml"));
        Assert.All(
            (markdown + junit).Split('\n'),
            line => Assert.False(
                line.TrimStart().StartsWith("::", StringComparison.Ordinal) || line.Contains("##vso[", StringComparison.Ordinal)));
        Assert.DoesNotContain("<script", markdown + junit, StringComparison.Ordinal);
        Assert.DoesNotContain("](javascript", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("@everyone", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain(
            markdown + sarif + junit,
            character => (char.IsControl(character) && character is not '\n') || character is '\u202e');
        Assert.NotNull(XDocument.Parse(junit));
        Assert.NotEqual(default, JsonElement.Parse(sarif));
    }

    public void Dispose() => _workspace.Dispose();

    private static string? Uri(JsonElement result) =>
        result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString();

    private static string? Fingerprint(JsonElement result) =>
        result.GetProperty("partialFingerprints").GetProperty("lorchFinding/v1").GetString();

    private async Task<string?> FingerprintOfAsync(string finding)
    {
        _workspace.Agents.AnswerReviewsWith($$"""{"findings":[{{finding}}]}""");
        await _workspace.RunAsync(mode: WorkMode.Force);
        return Fingerprint(Assert.Single(await ResultsAsync(new ReportRequest { Exports = ["sarif"] })));
    }

    private async Task<IReadOnlyList<JsonElement>> ResultsAsync(ReportRequest request)
    {
        await _workspace.Open().ReportAsync(request, CancellationToken.None);
        return [.. JsonElement.Parse(_workspace.Read("reports/lorch.sarif"))
            .GetProperty("runs")[0]
            .GetProperty("results")
            .EnumerateArray()];
    }
}
