using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.GitIgnore;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>Tasks in a work tree of git, some of whose files are ignored.</summary>
public sealed class RespectingGitIgnore
{
    private const string Generated =
        """{"id":"T-1","goal":"greet","inputs":["specs/**","src/gen/api.txt","out/in/**"],"expected_outputs":[{"path":"src/hello.txt"}]}""";

    [Fact]
    public async Task What_is_ignored_makes_nothing_stale()
    {
        using var workspace = InGit("*.log\n/src/tmp/\n", """{"id":"T-1","goal":"greet","inputs":["src/**"]}""");
        await workspace.RunAsync();

        workspace.Write("src/a.log", "noise");
        workspace.Write("src/tmp/b.txt", "noise");
        var quiet = await workspace.JudgeAsync();
        workspace.Write("src/c.txt", "news");

        Assert.Empty(quiet.Reasons);
        Assert.Equal(["src/c.txt was added"], (await workspace.JudgeAsync()).Reasons);
    }

    [Fact]
    public async Task A_changed_gitignore_counts_through_what_is_tracked()
    {
        using var workspace = InGit("*.log\n", """{"id":"T-1","goal":"greet","inputs":["src/**"]}""");
        workspace.Write("src/a.log", "noise");
        await workspace.RunAsync();

        workspace.Write(".gitignore", "# the same, in other words\n*.l[o]g\n");
        var same = await workspace.JudgeAsync();
        workspace.Write(".gitignore", "");

        Assert.Empty(same.Reasons);
        Assert.Equal(["src/a.log was added"], (await workspace.JudgeAsync()).Reasons);
    }

    [Fact]
    public async Task An_artifact_that_is_ignored_is_proven_and_watched_like_any_other()
    {
        using var workspace = InGit("hello.txt\n", WorkspaceUnderTest.Regenerating);
        await workspace.RunAsync();

        var done = await workspace.RunAsync();
        workspace.Write("src/hello.txt", "altered");

        Assert.Equal(RunOutcome.UpToDate, done.Outcome);
        Assert.Equal(["its artifact src/hello.txt was altered"], (await workspace.JudgeAsync()).Reasons);
    }

    [Fact]
    public async Task An_ignored_artifact_that_is_among_the_inputs_makes_nothing_stale()
    {
        using var workspace = InGit("*.g.txt\n", """{"id":"T-1","goal":"greet","inputs":["src/**"]}""");
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [workspace.Agents.Say(command, EventName.BuilderCompleted, artifacts: workspace.Agents.Produce("src/a.g.txt", "made"))]
            : workspace.Agents.Play(command);
        await workspace.RunAsync();

        Assert.Empty((await workspace.JudgeAsync()).Reasons);
    }

    /// <summary>Who edits .gitignore, where, and what of the files that it then hides: a file that nobody changed hasn't changed.</summary>
    [Theory]
    [InlineData(".gitignore", "src/gen/\n", false, true)]
    [InlineData("src/.gitignore", "gen/\n", false, true)]
    [InlineData("src/.gitignore", "*.txt\n", false, true)]
    [InlineData(".gitignore", "src/gen/\n", true, false)]
    public async Task What_an_agent_hides_while_it_works_counts_as_changed_only_if_it_was(
        string file,
        string ignored,
        bool isEdited,
        bool isQuiet)
    {
        using var workspace = InGit("*.tmp\n", """{"id":"T-1","goal":"greet","inputs":["specs/**","src/**"]}""");
        workspace.Write("src/gen/g.txt", "g");
        workspace.Agents.Answer = command =>
        {
            if (command.Action is not AgentAction.Implement)
            {
                return workspace.Agents.Play(command);
            }

            if (isEdited)
            {
                workspace.Write("src/gen/g.txt", "by a person");
            }

            return [workspace.Agents.Say(
                command,
                EventName.BuilderCompleted,
                artifacts: [workspace.Agents.Produce(file, ignored), workspace.Agents.Produce("src/out.txt", "made")])];
        };

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(isQuiet, result.Diagnostics.Count == 0);
        Assert.Equal(isQuiet, (await workspace.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task A_resumed_run_sees_no_drift_in_what_its_steps_wrote_into_an_ignored_place()
    {
        using var workspace = InGit("hello.txt\n", WorkspaceUnderTest.OneTask);
        await ResumingARun.InterruptAtAsync(workspace, AgentAction.Review);
        workspace.Agents.Answer = command => workspace.Agents.Play(command);

        var result = await workspace.ResumeAsync(failOnDrift: true);

        Assert.Equal(RunOutcome.Completed, result!.Outcome);
    }

    [Theory]
    [InlineData("src/gen/api.txt", true)]
    [InlineData("src/gen/other.txt", false)]
    [InlineData("out/in/deep/x.txt", true)]
    [InlineData("out/x.txt", false)]
    public async Task An_input_that_names_what_is_ignored_beats_it(string path, bool counts)
    {
        using var workspace = InGit("gen/\nout/\n", Generated);
        workspace.Write("src/gen/api.txt", "1");
        workspace.Write("out/in/x.txt", "1");
        await workspace.RunAsync();

        workspace.Write(path, "2");

        Assert.Equal(counts, (await workspace.JudgeAsync()).Reasons.Count > 0);
    }

    [Fact]
    public async Task An_input_all_of_whose_files_are_ignored_is_warned_of()
    {
        using var workspace = InGit("*.g.txt\n", """{"id":"T-1","goal":"greet","inputs":["specs/**","src/*.g.txt"]}""");
        workspace.Write("src/a.g.txt", "1");

        var result = await workspace.RunAsync();

        var warning = Assert.Single(result.Diagnostics);
        Assert.Equal(DiagnosticCode.GlobMatchesNothing, warning.Code);
        Assert.Contains(".gitignore", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "{}", true)]
    [InlineData(false, "{}", false)]
    [InlineData(true, """{"respect_gitignore":false}""", false)]
    [InlineData(false, """{"respect_gitignore":true}""", true)]
    public async Task It_is_the_default_in_a_work_tree_and_lorch_json_has_the_last_word(bool isInGit, string snapshot, bool isRespected)
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], snapshot: snapshot);
        if (isInGit)
        {
            Directory.CreateDirectory(workspace.At(".git"));
        }

        workspace.Write(".gitignore", "b.md\n");
        workspace.Write("specs/b.md", "b");

        Assert.Equal(isRespected ? 1 : 2, (await workspace.Open().Snapshots.WithNowAsync(null, CancellationToken.None)).FileCount);
    }

    [Fact]
    public async Task Files_above_the_workspace_count_unless_they_ignore_the_workspace_itself()
    {
        using var repository = new TemporaryWorkspace();
        Directory.CreateDirectory(repository.At(".git"));
        repository.Write(".gitignore", "/app/specs/b.md\n/scratch/\n*.md\n");
        repository.Write("app/.gitignore", "!a.md\n");

        Assert.Equal(["specs/a.md"], await TrackedAsync("app"));
        Assert.Equal(["specs/a.md", "specs/b.md"], await TrackedAsync("scratch"));

        async Task<IEnumerable<string>> TrackedAsync(string folder)
        {
            repository.Write($"{folder}/specs/a.md", "a");
            repository.Write($"{folder}/specs/b.md", "b");
            repository.Write($"{folder}/lorch.json", """{"version":"1.0"}""");
            var layout = new WorkspaceLayout(repository.At(folder), null);
            var rules = new TrackingRules(null, [], []).Without(GitIgnoreFiles.Of(layout, null));
            var capture = new SnapshotCapture(layout, rules, new DurableFiles(), SnapshotTrust.Stat, TimeProvider.System);
            return (await capture.CaptureAsync(TestContext.Current.CancellationToken)).Manifest.Files.Select(file => file.Path.ToString());
        }
    }

    private static WorkspaceUnderTest InGit(string ignored, params string[] tasks)
    {
        var workspace = new WorkspaceUnderTest(tasks);
        Directory.CreateDirectory(workspace.At(".git"));
        workspace.Write(".gitignore", ignored);
        return workspace;
    }
}
