using Lorch.Core;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Tools;

/// <summary>
/// lorch.json and prompts are edited while real agents of the package work. Each of them asks its tool as it was said when the run began.
/// </summary>
public sealed class WhatWasReadWhenTheRunBegan : IDisposable
{
    private const string Build = "echo asked >> \"$NOTES/asked\"; mkdir -p src; echo hello > src/hello.txt; echo done";

    private readonly ToolRun _run = new();

    [LongSet]
    [Theory]
    [InlineData("echo 'NEW {{result_format}}' > prompts/review.md", "prompts/review.md")]
    [InlineData("rm prompts/review.md", "prompts/review.md")]
    [InlineData("rm -r prompts", "prompts/review.md")]
    [InlineData("echo '{' > lorch.json", "lorch.json")]
    [InlineData("rm lorch.json", "lorch.json")]
    [InlineData("sed -i 's/greet/part/; s/exec:reviewer/exec:nobody/; s/src/lib/g' lorch.json", "lorch.json")]
    public async Task Counts_until_it_ends(string edit, string edited)
    {
        LongTests.SkipUnlessAsked(edit.StartsWith("rm", StringComparison.Ordinal));
        _run.Write("prompts/review.md", "OLD {{goal}} {{result_format}}");
        _run.Tool("builder", $"{edit}; {Build}");
        _run.Tool("reviewer", $"head -n 1 >> \"$NOTES/reviews\"; {ToolRun.Approved}");

        var first = await _run.WorkAsync();
        _run.Write("prompts/review.md", "OLD {{goal}} {{result_format}}");
        var second = await _run.WorkAsync();

        Assert.Equal((RunOutcome.Completed, RunOutcome.UpToDate), (first.Outcome, second.Outcome));
        Assert.Contains(
            first.Diagnostics,
            found => found.Code == DiagnosticCode.ConfigurationEdited && found.File == Path.GetFullPath(edited, _run.Layout.WorkspaceRoot));
        Assert.StartsWith("OLD greet the world", _run.Note("reviews"), StringComparison.Ordinal);
        Assert.Equal("asked\n", _run.Note("asked"));
    }

    [Fact]
    public async Task Is_told_of_an_agent_that_edits_it_as_well()
    {
        _run.Tool("reviewer", $"echo x >> lorch.json; {ToolRun.Approved}");

        var result = await _run.WorkAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Single(result.Diagnostics, found => found.Code == DiagnosticCode.ConfigurationEdited);
    }

    [Fact]
    public async Task Counts_for_agents_of_the_package_that_a_command_starts()
    {
        _run.Write("prompts/review.md", "OLD {{goal}} {{result_format}}");
        _run.Tool("builder", $"echo 'NEW {{{{result_format}}}}' > prompts/review.md; {Build}");
        _run.Tool("reviewer", $"head -n 1 >> \"$NOTES/reviews\"; {ToolRun.Approved}");
        _run.Reviewer = """ "cmd": ["lorch-agent", "exec", "--type", "reviewer", "--", "reviewer"] """;

        await _run.WorkAsync();

        Assert.StartsWith("OLD greet the world", _run.Note("reviews"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_there_again_when_an_agent_starts_after_the_state_was_emptied()
    {
        _run.Tool("builder", $"rm -r state; {Build}");

        var first = await _run.WorkAsync();
        _run.Tool("builder", Build);
        var second = await _run.WorkAsync();

        Assert.Contains(
            first.Diagnostics,
            found => found.Severity is DiagnosticSeverity.Error && found.Code.StartsWith("LORCH", StringComparison.Ordinal));
        Assert.Equal(RunOutcome.Completed, second.Outcome);
        Assert.Equal("asked\n", _run.Note("asked"));
    }

    public void Dispose() => _run.Dispose();
}
