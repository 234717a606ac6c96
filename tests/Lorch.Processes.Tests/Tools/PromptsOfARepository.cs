using Lorch.Core;

namespace Lorch.Processes.Tests.Tools;

/// <summary>A repository may word its prompts itself, and they count.</summary>
public sealed class PromptsOfARepository : IDisposable
{
    private readonly ToolRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Stand_in_the_place_of_those_of_the_package()
    {
        _run.Write("prompts/implement.md", "Do {{ goal }} for {{task_id}}, {{unfilled }.\n");
        _run.Tool("builder", "cat > \"$NOTES/asked\"; mkdir -p src; echo hello > src/hello.txt; echo done");

        await _run.WorkAsync();

        Assert.Equal("Do greet the world for T-1, {{unfilled }.\n", _run.Note("asked"));
    }

    [Fact]
    public async Task Are_shown_in_the_report_as_they_were_sent_but_for_secrets()
    {
        _run.Write("prompts/implement.md", "Do {{ goal }} for {{task_id}}; the key is sk-planted-0123456789abcdef.\n");

        var page = await _run.PageAsync(await _run.WorkAsync());

        Assert.Contains("Do greet the world for T-1; the key is ***.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leave_a_task_done_by_an_earlier_agent()
    {
        await _run.WorkAsync();
        _run.Write("prompts/review.md", "Judge {{goal}}. {{result_format}}\n");

        var verdict = await _run.JudgeAsync();

        Assert.True(verdict.IsUpToDate);
        Assert.Equal(["by an earlier reviewer"], verdict.Although);
    }

    [Fact]
    public async Task Make_a_task_stale_that_regenerates_its_files_and_say_so()
    {
        _run.TaskMembers = ", \"regenerate\": true";
        await _run.WorkAsync();
        Assert.True((await _run.JudgeAsync()).IsUpToDate);
        _run.Write("prompts/review.md", "Judge {{goal}}. {{result_format}}\n");

        var verdict = await _run.JudgeAsync();

        Assert.False(verdict.IsUpToDate);
        Assert.Contains(
            verdict.Reasons,
            reason => reason.Contains("reviewer", StringComparison.Ordinal)
                && reason.Contains("prompts/review.md", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Are_refused_with_a_name_that_does_not_exist()
    {
        _run.Write("prompts/review.md", "Judge it.\n{{gaol}}\n");

        var refused = await Assert.ThrowsAsync<LorchException>(() => _run.JudgeAsync());

        Assert.Equal((DiagnosticCode.UnknownPlaceholder, 2), (refused.Diagnostic.Code, refused.Diagnostic.Line));
        Assert.Contains("Did you mean 'goal'?", refused.Diagnostic.Message, StringComparison.Ordinal);
        Assert.EndsWith("review.md", refused.Diagnostic.File, StringComparison.Ordinal);
    }
}
