using System.Diagnostics;
using Lorch.Core;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Tools;

/// <summary>Real processes work in a copy of the workspace while a person goes on in the workspace itself.</summary>
public sealed class ToolsInAView : IDisposable
{
    private readonly ToolRun _run = new();

    public ToolsInAView() => _run.Policy += ", \"isolation\": \"view\"";

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task What_a_tool_writes_lands_and_nothing_shows_where_it_was_written()
    {
        _run.Write("src/there.txt", "there\n");
        _run.Tool("builder", "pwd > $NOTES/folder; mkdir -p src; echo hello > src/hello.txt; echo \"done in $(pwd)/src\"");

        var result = await _run.WorkAsync();

        AssertCompleted(result);
        Assert.Empty(result.Diagnostics);
        Assert.StartsWith(_run.Views, _run.Note("folder"), StringComparison.Ordinal);
        Assert.Equal("hello\n", _run.Read("src/hello.txt"));
        var shown = Directory.EnumerateFiles(_run.Root, "*", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains(_run.Views, StringComparison.Ordinal));
        Assert.Empty(shown);
        Assert.True((await _run.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task A_person_types_all_the_time_and_nothing_fails_and_nothing_is_lost()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_run.Token);
        _run.Write("src/mine.txt", "");
        _run.Write("docs/open.md", "");
        var typing = TypeAsync(end.Token);
        _run.Tool("builder", "mkdir -p src; rm -f src/hello.txt; for i in 1 2 3 4 5 6 7 8 9; do echo $i >> src/hello.txt; done; echo done");

        var result = await _run.WorkAsync();

        await end.CancelAsync();
        var (last, lines) = await typing;
        AssertCompleted(result);
        Assert.Equal("1\n2\n3\n4\n5\n6\n7\n8\n9\n", _run.Read("src/hello.txt"));
        Assert.Equal($"{last}", _run.Read("src/mine.txt"));
        Assert.Equal(lines, _run.Read("docs/open.md"));
        Assert.True(last > 1, "nothing was typed");
    }

    [Fact]
    public async Task What_a_tool_does_with_git_costs_neither_a_record_nor_anything_of_the_repository()
    {
        _run.Write(".gitignore", "events/\nreceipts/\nstate/\nlogs/\ntranscripts/\nsnapshots/\nreviews/\nspec_notes/\n.env\n");
        _run.Write(".env", "mine\n");
        await _run.JudgeAsync();
        Git("init", "-q", "-b", "main");
        Git("add", "-A");
        Git("-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "-m", "one");
        _run.Write("specs/a.md", "# A, uncommitted\n");
        var before = State();
        _run.Variables["GIT_DIR"] = Path.Join(_run.Root, ".git");
        _run.Variables["GIT_WORK_TREE"] = _run.Root;
        _run.Tool(
            "builder",
            """
            export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@y GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@y
            git status --porcelain > $NOTES/status; git log --format=%s > $NOTES/log; git branch -a > $NOTES/branches
            git remote > $NOTES/remotes
            git stash -q --all; git checkout -q -b theirs; git commit -q --allow-empty -m theirs; git tag theirs; git gc -q --prune=now
            git stash pop -q; git clean -qfdx; mkdir -p src; echo hello > src/hello.txt; echo done
            """);

        var result = await _run.WorkAsync();

        AssertCompleted(result);
        Assert.Equal((" M specs/a.md\n", "one\n", ""), (_run.Note("status"), _run.Note("log"), _run.Note("remotes")));
        Assert.DoesNotContain("main", _run.Note("branches"), StringComparison.Ordinal);
        Assert.Equal(before, State());
        Assert.Equal(("mine\n", "hello\n"), (_run.Read(".env"), _run.Read("src/hello.txt")));
        Assert.Equal("# A, uncommitted\n", _run.Read("specs/a.md"));
        Assert.True((await _run.JudgeAsync()).IsUpToDate);
    }

    [LongSet]
    [Fact]
    public async Task A_reviewer_sees_by_git_what_the_builder_did()
    {
        LongTests.SkipUnlessAsked();
        _run.Write("src/old.txt", "old\n");
        Git("init", "-q");
        Git("add", "src", "specs");
        Git("-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "-m", "one");
        _run.Tool("builder", "echo new > src/old.txt; echo hello > src/hello.txt; echo done");
        _run.Tool("reviewer", $"git diff --stat > $NOTES/diff\n{ToolRun.Approved}");

        var result = await _run.WorkAsync();

        AssertCompleted(result);
        Assert.Contains("src/old.txt", _run.Note("diff"), StringComparison.Ordinal);
        Assert.Equal("new\n", _run.Read("src/old.txt"));
    }

    [LongSet]
    [Fact]
    public async Task Two_changes_of_one_line_are_put_together_by_the_builder()
    {
        LongTests.SkipUnlessAsked();
        _run.Write("src/hello.txt", "old\n");
        Git("init", "-q");
        _run.Tool(
            "builder",
            """
            if grep -q '<<<<<<<' src/hello.txt; then cp src/hello.txt $NOTES/shown; echo both > src/hello.txt; echo done; exit; fi
            echo theirs > src/hello.txt; echo done
            """);
        _run.Tool("reviewer", $"test -f $NOTES/once || echo mine > '{_run.Root}/src/hello.txt'; touch $NOTES/once\n{ToolRun.Approved}");

        var result = await _run.WorkAsync();

        AssertCompleted(result);
        Assert.Equal("<<<<<<< workspace\nmine\n=======\ntheirs\n>>>>>>> run\n", _run.Note("shown"));
        Assert.Equal("both\n", _run.Read("src/hello.txt"));
        Assert.True((await _run.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task Changes_of_different_lines_are_checked_where_the_tool_worked_and_land_together()
    {
        _run.TaskMembers = """, "verify": [["sh", "-c", "pwd >> $NOTES/checked; cat src/hello.txt >> $NOTES/text"]]""";
        _run.Write("src/hello.txt", "one\ntwo\nthree\n");
        Git("init", "-q");
        Git("add", "-A");
        Git("-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "-m", "one");
        _run.Tool(
            "builder",
            $"""
            printf 'one\ntwo\nTHREE\n' > '{_run.Root}/src/hello.txt'
            printf 'ONE\ntwo\nthree\n' > src/hello.txt; echo done
            """);

        var result = await _run.WorkAsync();

        AssertCompleted(result);
        Assert.Equal("ONE\ntwo\nTHREE\n", _run.Read("src/hello.txt"));
        Assert.EndsWith("ONE\ntwo\nTHREE\n", _run.Note("text"), StringComparison.Ordinal);
        Assert.All(
            _run.Note("checked").Split('\n', StringSplitOptions.RemoveEmptyEntries),
            folder => Assert.StartsWith(_run.Views, folder, StringComparison.Ordinal));
        Assert.True((await _run.JudgeAsync()).IsUpToDate);
    }

    [LongSet]
    [Fact]
    public async Task The_patch_shows_what_did_not_land()
    {
        LongTests.SkipUnlessAsked();
        _run.Write("src/hello.txt", "old\n");
        Git("init", "-q");
        _run.Tool("builder", "echo theirs > src/hello.txt; echo done");
        _run.Tool("reviewer", $"rm -f '{_run.Root}/src/hello.txt'; mkdir -p '{_run.Root}/src/hello.txt'\n{ToolRun.Approved}");

        var result = await _run.WorkAsync();

        var error = ToolRun.ErrorOf(result);
        Assert.Equal(DiagnosticCode.LandingConflict, error.Code);
        var patch = _run.Read($"logs/{result.RunId}.patch");
        Assert.Contains($"logs/{result.RunId}.patch", error.Message, StringComparison.Ordinal);
        Assert.Contains("-old\n+theirs\n", patch, StringComparison.Ordinal);
        Directory.Delete(Path.Join(_run.Root, "src/hello.txt"));
        _run.Write("src/hello.txt", "old\n");
        Git("apply", $"logs/{result.RunId}.patch");
        Assert.Equal("theirs\n", _run.Read("src/hello.txt"));
    }

    [LongSet]
    [Fact]
    public async Task Executable_bits_go_there_and_come_back()
    {
        LongTests.SkipUnlessAsked();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such bits");
        _run.Write("src/run.sh", "#!/bin/sh\necho hello\n");
        MakeExecutable("src/run.sh");
        _run.Tool(
            "builder",
            "./src/run.sh > src/hello.txt; echo '#!/bin/sh' > src/new.sh; chmod +x src/new.sh; echo '# more' >> src/run.sh; echo done");

        var result = await _run.WorkAsync();

        AssertCompleted(result);
        Assert.Equal("hello\n", _run.Read("src/hello.txt"));
        Assert.True(IsExecutable("src/run.sh") && IsExecutable("src/new.sh") && !IsExecutable("src/hello.txt"));
    }

    private static void AssertCompleted(RunResult result) =>
        Assert.True(result.Outcome is RunOutcome.Completed, string.Join('\n', result.Diagnostics.Select(diagnostic => diagnostic.Message)));

    /// <summary>Replaces one file as editors do, and appends to another that stays open.</summary>
    private Task<(int Last, string Lines)> TypeAsync(CancellationToken cancellationToken) => Task.Run(() =>
    {
        using var open = new FileStream(Path.Join(_run.Root, "docs", "open.md"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        var (last, lines) = (0, "");
        while (!cancellationToken.IsCancellationRequested)
        {
            last++;
            var beside = Path.Join(_run.Root, "src", ".mine.txt.swp");
            File.WriteAllText(beside, $"{last}");
            File.Move(beside, Path.Join(_run.Root, "src", "mine.txt"), overwrite: true);
            lines += "x";
            open.Write("x"u8);
            open.Flush();
            cancellationToken.WaitHandle.WaitOne(1);
        }

        return (last, lines);
    });

    private string State() => string.Join(
        '|',
        Git("for-each-ref"),
        Git("stash", "list"),
        Git("rev-parse", "HEAD"),
        Git("symbolic-ref", "HEAD"),
        Git("diff", "--cached", "--stat"),
        Git("config", "--local", "--list"));

    private string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = _run.Root, RedirectStandardOutput = true };
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output;
    }

    private void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            var file = Path.Join(_run.Root, path);
            File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.UserExecute);
        }
    }

    private bool IsExecutable(string path) =>
        !OperatingSystem.IsWindows() && File.GetUnixFileMode(Path.Join(_run.Root, path)).HasFlag(UnixFileMode.UserExecute);
}
