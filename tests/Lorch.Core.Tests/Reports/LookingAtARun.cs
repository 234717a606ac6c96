using System.Text.RegularExpressions;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Reports;

public sealed partial class LookingAtARun : IDisposable
{
    private readonly WorkspaceUnderTest _workspace = new();

    [Fact]
    public async Task Shows_each_step_with_what_was_said_found_and_changed()
    {
        _workspace.Agents.Answer = command => _workspace.Agents.Play(command, reviewAsks: 1);
        await _workspace.RunAsync();

        var page = await PageAsync();

        Assert.Contains("The builder built it", page, StringComparison.Ordinal);
        Assert.Contains("The reviewer asked for changes", page, StringComparison.Ordinal);
        Assert.Contains("say it better", page, StringComparison.Ordinal);
        Assert.Contains("<code>src/hello.txt:1</code>", page, StringComparison.Ordinal);
        Assert.Contains("<del>hello</del><ins>hello, version 2</ins>", page, StringComparison.Ordinal);
        Assert.Contains("it has never been completed", page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(5, Step().Count(page));
    }

    [Fact]
    public async Task Says_that_nobody_reviewed_what_was_built()
    {
        _workspace.Write(
            "lorch.json",
            """{"version":"1.0","agents":{"builder":{"cmd":["b"]}},"tasks":[{"id":"T-1","goal":"g","unchecked":true}]}""");
        await _workspace.RunAsync();

        Assert.Contains("completed without a review", await PageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_the_same_bytes_for_the_same_run()
    {
        await _workspace.RunAsync();

        Assert.Equal(await PageAsync(), await PageAsync());
    }

    [Fact]
    public async Task Asks_for_nothing_from_elsewhere()
    {
        await _workspace.RunAsync();

        var (page, index) = (await PageAsync(), _workspace.Read("reports/index.html"));

        Assert.All(
            Address().Matches(page + index),
            address => Assert.Matches("^(#.*|data:,|index\\.html|run-[^/]*\\.html)$", address.Groups[1].Value));
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_why_a_run_failed_and_what_to_do_next()
    {
        _workspace.Agents.Answer = command => [_workspace.Agents.Fail(command, "no_quota", retriable: false)];
        await _workspace.RunAsync();

        var page = await PageAsync();

        Assert.Contains("class=\"state wrong\">Failed", page, StringComparison.Ordinal);
        Assert.Contains("it didn&#39;t work", page, StringComparison.Ordinal);
        Assert.Contains("dotnet build -t:LorchRun -p:Task=T-1", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_shown_by_its_ledger_alone_when_nothing_else_is_left()
    {
        _workspace.Agents.Answer = command => _workspace.Agents.Play(command, reviewAsks: 1);
        await _workspace.RunAsync();
        _workspace.Delete($"reports/{_workspace.RunIds[0]}.json");

        var page = await PageAsync();

        Assert.Contains("say it better", page, StringComparison.Ordinal);
        Assert.Contains("no differences can be shown", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"format":2}""")]
    [InlineData("""{"format":1,"run_id":"RUN","task_id":"T-1","goal":"g","messages":[null]}""")]
    public async Task Is_shown_whatever_stands_in_the_place_of_its_data(string text)
    {
        await _workspace.RunAsync();
        _workspace.Write(
            $"reports/{_workspace.RunIds[0]}.json",
            text.Replace("RUN", _workspace.RunIds[0].ToString(), StringComparison.Ordinal));

        Assert.Contains("no differences can be shown", await PageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_make_no_task_stale()
    {
        await _workspace.RunAsync();
        await PageAsync();
        _workspace.Write("reports/mine.txt", "mine");

        Assert.True((await _workspace.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_named()
    {
        await _workspace.RunAsync();

        var exception = await Assert.ThrowsAsync<LorchException>(
            () => _workspace.Open()
                .ReportAsync(new ReportRequest { RunId = RunId.Parse("run-20260131-090500-0a1b2c3d") }, CancellationToken.None));

        Assert.Equal(DiagnosticCode.RunNotFound, exception.Diagnostic.Code);
    }

    [Fact]
    public async Task A_resumed_run_is_one_story()
    {
        await Runs.ResumingARun.InterruptAtAsync(_workspace, AgentAction.Review);
        _workspace.Agents.Answer = command => _workspace.Agents.Play(command);
        await _workspace.RunAsync();

        var page = await PageAsync();

        Assert.Contains("class=\"state\">Completed", page, StringComparison.Ordinal);
        Assert.Contains("The reviewer was interrupted", page, StringComparison.Ordinal);
        Assert.Contains("The reviewer approved", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_writes_its_page_when_it_ends_where_that_is_asked_for()
    {
        _workspace.Configure([WorkspaceUnderTest.OneTask], policy: """{"report":true}""");

        await _workspace.RunAsync();

        Assert.True(File.Exists(_workspace.At($"reports/{_workspace.RunIds[0]}.html")));
        Assert.Contains("The task is done", _workspace.Read("reports/index.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_cannot_be_written_is_told_and_changes_nothing_of_the_run()
    {
        _workspace.Configure([WorkspaceUnderTest.OneTask], policy: """{"report":true}""");
        _workspace.Write("reports", "a file where the folder should be");

        var result = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(DiagnosticCode.ReportNotWritten, Assert.Single(result.Diagnostics).Code);
    }

    public void Dispose() => _workspace.Dispose();

    private async Task<string> PageAsync()
    {
        var result = await _workspace.Open().ReportAsync(new ReportRequest(), CancellationToken.None);
        return await File.ReadAllTextAsync(result.Pages[^1]);
    }

    [GeneratedRegex("<article class=\"step")]
    private static partial Regex Step();

    [GeneratedRegex("(?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Address();
}
