using Lorch.Core;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Tools;

/// <summary>What changed in the workspace is found out, whatever a tool says.</summary>
public sealed class ChangesThatAreObserved : IDisposable
{
    private readonly ToolRun _run = new();

    public void Dispose() => _run.Dispose();

    [LongSet]
    [Theory]
    [InlineData("echo spoilt >> src/hello.txt", "src/hello.txt")]
    [InlineData("echo mine > src/own.txt", "src/own.txt")]
    [InlineData("rm src/hello.txt", "src/hello.txt")]
    [InlineData("echo x > Makefile", "Makefile")]
    public async Task Of_a_reviewer_that_edits_fail_the_step(string deed, string path)
    {
        LongTests.SkipUnlessAsked(path is not "src/own.txt");
        _run.Tool("reviewer", $"{deed}; {ToolRun.Approved}");

        var result = await _run.WorkAsync();

        Assert.Equal("changed_outside", _run.LastPayload(result).GetProperty("code").GetString());
        Assert.Contains($"changed {path}", _run.LastPayload(result).GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains(
            result.Diagnostics,
            diagnostic => diagnostic.Code is DiagnosticCode.ChangedOutside or DiagnosticCode.OwnFileAltered);
    }

    [LongSet]
    [Fact]
    public async Task Are_taken_back_by_a_person_who_then_goes_on()
    {
        LongTests.SkipUnlessAsked();
        _run.Tool("reviewer", $"if ! test -f \"$NOTES/before\"; then touch \"$NOTES/before\"; echo x > Makefile; fi; {ToolRun.Approved}");
        await _run.WorkAsync();
        _run.Delete("Makefile");

        var result = await _run.WorkAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(
            ["implement", "review", "review", "update_spec"],
            _run.Ledger(result).OfType<Command>().Select(command => command.Action.WireName));
    }

    [Fact]
    public async Task By_a_person_between_two_builds_are_not_the_agents()
    {
        _run.Tool("reviewer", "echo 'out of luck' >&2; exit 1");
        _run.Write("docs/notes.md", "old\n");
        await _run.WorkAsync();
        _run.Tool("reviewer", ToolRun.Approved);
        _run.Write("docs/notes.md", "new\n");
        _run.Write("docs/more.md", "more\n");

        var result = await _run.WorkAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Code is DiagnosticCode.WorkspaceDrifted);
    }

    [LongSet]
    [Fact]
    public async Task In_files_that_git_ignores_are_nobodys()
    {
        LongTests.SkipUnlessAsked();
        _run.Write(".git/HEAD", "ref: refs/heads/main\n");
        _run.Write(".gitignore", "*.tmp\ncache/\n");
        _run.Tool("builder", "mkdir -p src cache; echo hello > src/hello.txt; echo x > src/own.tmp; echo x > cache/session; echo done");
        _run.Tool("reviewer", $"echo y > src/own.tmp; {ToolRun.Approved}");

        var result = await _run.WorkAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        var built = _run.Answers(result).Single(answer => answer.Name is EventName.BuilderCompleted);
        Assert.Equal("src/hello.txt", Assert.Single(built.Artifacts!).Path.ToString());
    }

    [Fact]
    public async Task By_an_attempt_that_died_are_reported_by_the_next()
    {
        _run.Tool("builder", """
            mkdir -p src
            if test -f "$NOTES/before"; then echo hello > src/hello.txt; echo done; exit 0; fi
            touch "$NOTES/before"; echo half > src/left.txt; rm src/old.txt; kill -KILL $$
            """);
        _run.Write("src/old.txt", "old\n");
        _run.Policy = "\"retry\": { \"max_attempts\": 2, \"backoff\": { \"initial_ms\": 0, \"max_ms\": 0 } }";

        var result = await _run.WorkAsync();

        var built = _run.Answers(result).Single(answer => answer.Name is EventName.BuilderCompleted);
        Assert.Equal(["src/hello.txt", "src/left.txt"], built.Artifacts!.Select(artifact => artifact.Path.ToString()));
        Assert.Equal("src/old.txt", Assert.Single(built.Removed!).ToString());
        Assert.Equal(RunOutcome.Completed, result.Outcome);
    }

    [LongSet]
    [Fact]
    public async Task May_be_allowed_by_the_task_and_left_out_of_sight_by_the_agent()
    {
        LongTests.SkipUnlessAsked();
        _run.Tool("builder", "mkdir -p lib src tmp; echo a > lib/a.txt; echo hello > src/hello.txt; echo x > tmp/cache; echo done");
        _run.TaskMembers = """, "produces": ["lib/**"] """;
        _run.Builder = "\"use\": \"exec:builder\", \"ignore\": [\"tmp/**\"]";

        var result = await _run.WorkAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(["lib/a.txt", "src/hello.txt"], _run.Answers(result)[0].Artifacts!.Select(artifact => artifact.Path.ToString()));
    }

    [Fact]
    public async Task Are_no_artifacts_if_they_are_links()
    {
        UnderWine.SkipLinks();
        _run.Tool("builder", "mkdir -p src; echo hello > src/hello.txt; ln -s hello.txt src/link.txt; echo done");

        var result = await _run.WorkAsync();

        Assert.Equal(DiagnosticCode.ChangedOutside, ToolRun.ErrorOf(result).Code);
        Assert.Contains("src/link.txt", ToolRun.ErrorOf(result).Message, StringComparison.Ordinal);
    }
}
