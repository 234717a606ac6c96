using Lorch.Core.Protocol;

namespace Lorch.Processes.Tests.Tools;

/// <summary>Any command-line tool can be an agent: what it did is observed, and what it found is read from its answer.</summary>
public sealed class AToolAtWork : IDisposable
{
    private readonly ToolRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Completes_a_task_that_is_up_to_date_afterwards()
    {
        var result = await _run.WorkAsync();

        _run.AssertCompleted(result);
        Assert.Equal(
            ["implement", "builder.completed", "review", "review.completed approved", "update_spec", "spec.no_changes_needed"],
            _run.Story(result));
        Assert.Equal(
            ["reviews/T-1.json", "spec_notes/T-1.json", "src/hello.txt"],
            result.Artifacts.Select(artifact => artifact.Path.ToString()));
        Assert.True((await _run.JudgeAsync()).IsUpToDate);
        Assert.Empty(await _run.ProcessesThatStayAsync());
    }

    [Fact]
    public async Task Is_given_what_the_command_says_as_words()
    {
        _run.Tool("builder", "cat > \"$NOTES/asked\"; mkdir -p src; echo hello > src/hello.txt");
        _run.TaskMembers = """, "parameters": { "tone": "warm" } """;

        await _run.WorkAsync();

        var asked = _run.Note("asked");
        Assert.Contains("greet the world", asked, StringComparison.Ordinal);
        Assert.Contains("- `src/hello.txt`", asked, StringComparison.Ordinal);
        Assert.Contains("`specs/**`, `src/**`", asked, StringComparison.Ordinal);
        Assert.Contains("\"tone\":\"warm\"", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gets_the_findings_of_a_review_in_the_next_turn()
    {
        _run.Tool("builder", """
            cat > "$NOTES/asked"; mkdir -p src
            if test -f src/hello.txt; then echo 'hello, world' > src/hello.txt; else echo hello > src/hello.txt; fi
            """);
        _run.Tool("reviewer", """
            if grep -q world src/hello.txt; then verdict=approved findings=; else verdict=changes_requested
              findings='{"file":"src/hello.txt","line":1,"severity":"error","message":"says no world"}'; fi
            printf '```json\n{"verdict":"%s","summary":"who is greeted?","findings":[%s]}\n```\n' "$verdict" "$findings"
            """);

        var result = await _run.WorkAsync();

        _run.AssertCompleted(result);
        Assert.Equal(
            ["implement", "review", "implement_changes", "review", "update_spec"],
            _run.Ledger(result).OfType<Command>().Select(command => command.Action.WireName));
        var asked = _run.Note("asked");
        Assert.Contains("who is greeted?", asked, StringComparison.Ordinal);
        Assert.Contains("- error: `src/hello.txt:1`: says no world", asked, StringComparison.Ordinal);
        Assert.Equal("hello, world\n", _run.Read("src/hello.txt"));
        var changed = _run.Answers(result)
            .Where(answer => answer.Name is EventName.BuilderCompleted)
            .Select(answer => answer.Artifacts!.Single().Path.ToString());
        Assert.Equal(["src/hello.txt", "src/hello.txt"], changed);
    }

    [Fact]
    public async Task Has_a_changed_specification_told_from_one_that_is_right()
    {
        _run.Tool("maintainer", "echo '# B' >> specs/a.md; rm specs/old.md; " + ToolRun.NothingNeeded);
        _run.Write("specs/old.md", "# Old\n");

        var result = await _run.WorkAsync();

        var last = _run.Answers(result)[^1];
        Assert.Equal(EventName.SpecUpdated, last.Name);
        Assert.Equal(["spec_notes/T-1.json", "specs/a.md"], last.Artifacts!.Select(artifact => artifact.Path.ToString()));
        Assert.Equal("specs/old.md", Assert.Single(last.Removed!).ToString());
        Assert.True((await _run.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task Leaves_its_own_words_in_the_log()
    {
        _run.Tool("builder", "mkdir -p src; echo hello > src/hello.txt; echo 'I think'; echo 'I warn' >&2");

        var result = await _run.WorkAsync();

        Assert.Contains("I think", _run.Log(result, "builder"), StringComparison.Ordinal);
        Assert.Contains("I warn", _run.Log(result, "builder"), StringComparison.Ordinal);
    }
}
