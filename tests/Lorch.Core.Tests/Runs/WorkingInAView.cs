using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>A run works in a copy of the workspace, and what it made lands in the workspace at its end.</summary>
public sealed class WorkingInAView : IDisposable
{
    private const string Policy = """{"isolation":"view"}""";
    private readonly WorkspaceUnderTest _workspace = new();

    public WorkingInAView() => _workspace.Configure([WorkspaceUnderTest.OneTask], Policy);

    [Fact]
    public async Task Agents_work_elsewhere_and_the_workspace_gets_all_at_the_end()
    {
        var seen = new List<bool>();
        _workspace.Agents.Answer = command =>
        {
            seen.Add(File.Exists(_workspace.At("src/hello.txt")));
            return _workspace.Agents.Play(command);
        };

        var result = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Empty(result.Diagnostics);
        Assert.DoesNotContain(true, seen);
        Assert.StartsWith(_workspace.ViewRoot, _workspace.Agents.Root, StringComparison.Ordinal);
        Assert.Equal(InView("src/hello.txt"), _workspace.Read("src/hello.txt"));
        Assert.Equal(RunOutcome.UpToDate, (await _workspace.RunAsync()).Outcome);
    }

    [Fact]
    public async Task The_ledger_tells_of_the_landing_and_its_receipt_of_every_file()
    {
        await _workspace.RunAsync();

        Assert.Equal(
            ["system.landing", "system.landed", "system.run_completed", "system.recorded"],
            _workspace.Events(Assert.Single(_workspace.RunIds)).TakeLast(4));
        Assert.Contains("\"src/hello.txt\"", LandReceipt(), StringComparison.Ordinal);
        Assert.All(
            _workspace.LatestCompletion().Artifacts,
            artifact => Assert.True(File.Exists(_workspace.Layout.Content(artifact.Sha256)), $"{artifact.Path} isn't kept"));
    }

    [Fact]
    public async Task A_person_may_edit_other_files_meanwhile()
    {
        _workspace.Write("docs/notes.md", "before\n");
        _workspace.Agents.Answer = command =>
        {
            _workspace.Write("docs/notes.md", "edited\n");
            _workspace.Write("src/other.txt", "new\n");
            return _workspace.Agents.Play(command);
        };

        var result = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Empty(result.Diagnostics);
        Assert.Equal(("edited\n", "new\n"), (_workspace.Read("docs/notes.md"), _workspace.Read("src/other.txt")));
        Assert.True(File.Exists(_workspace.At("src/hello.txt")));
    }

    [Fact]
    public async Task An_edit_of_an_input_has_the_builder_look_again_before_anything_lands()
    {
        var seen = new List<string>();
        _workspace.Agents.Answer = command =>
        {
            _workspace.Write("specs/a.md", "# A, edited\n");
            seen.Add(InView("specs/a.md"));
            return _workspace.Agents.Play(command);
        };

        var result = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Empty(result.Diagnostics);
        Assert.Equal(
            ["implement 0 0", "review 0 0", "update_spec 0 0", "implement_changes 0 0", "review 1 0", "update_spec 1 0"],
            _workspace.Agents.Story);
        Assert.Equal(["# A\n", "# A\n", "# A\n", "# A, edited\n", "# A, edited\n", "# A, edited\n"], seen);
        Assert.Equal(("# A, edited\n", "hello, version 2\n"), (_workspace.Read("specs/a.md"), _workspace.Read("src/hello.txt")));
        Assert.True((await _workspace.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task Who_edits_inputs_all_the_time_gets_the_work_and_a_warning()
    {
        var edits = 0;
        _workspace.Agents.Answer = command =>
        {
            _workspace.Write("specs/a.md", $"# A, {++edits}\n");
            return _workspace.Agents.Play(command);
        };

        var result = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Code == DiagnosticCode.InputChangedDuringRun);
        Assert.Equal(("# A, 6\n", "hello, version 2\n"), (_workspace.Read("specs/a.md"), _workspace.Read("src/hello.txt")));
        Assert.False((await _workspace.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task What_a_person_and_the_run_made_alike_is_no_conflict()
    {
        _workspace.Agents.Answer = command =>
        {
            var signals = _workspace.Agents.Play(command).ToList();
            _workspace.Write("src/hello.txt", File.ReadAllText(Path.Join(_workspace.Agents.Root, "src/hello.txt")));
            return signals;
        };

        var result = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.DoesNotContain("src/hello.txt", LandReceipt(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_in_the_way_holds_the_landing_and_nothing_is_lost()
    {
        _workspace.Agents.Answer = command =>
        {
            _workspace.Write("src/hello.txt/mine.txt", "mine\n");
            return _workspace.Agents.Play(command);
        };

        var result = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Code == DiagnosticCode.LandingConflict);
        Assert.Equal("mine\n", _workspace.Read("src/hello.txt/mine.txt"));
        var made = _workspace.Receipts()[0].Artifacts.Single(artifact => artifact.Path.ToString() == "src/hello.txt");
        Assert.True(File.Exists(_workspace.Layout.Content(made.Sha256)));

        Directory.Delete(_workspace.At("src/hello.txt"), recursive: true);
        var asked = _workspace.Agents.Received.Count;
        _workspace.Agents.Answer = command => _workspace.Agents.Play(command);
        Directory.Delete(_workspace.ViewRoot, recursive: true);
        Assert.Equal(RunOutcome.Completed, (await _workspace.RunAsync()).Outcome);
        Assert.Equal(asked, _workspace.Agents.Received.Count);
        _workspace.Agents.Root = _workspace.Root;
        Assert.Equal(made.Sha256, _workspace.Agents.Describe("src/hello.txt").Sha256);
    }

    [Fact]
    public async Task An_interrupted_run_goes_on_in_a_view_that_is_made_again()
    {
        using var cancellation = new CancellationTokenSource();
        _workspace.Agents.Answer = command =>
        {
            if (command.Action is AgentAction.Review)
            {
                cancellation.Cancel();
            }

            return _workspace.Agents.Play(command);
        };
        Assert.Equal(RunOutcome.Interrupted, (await _workspace.RunAsync(cancellationToken: cancellation.Token)).Outcome);
        Directory.Delete(_workspace.ViewRoot, recursive: true);
        Directory.Delete(_workspace.Layout.StateFolder, recursive: true);
        _workspace.Agents.Answer = command => _workspace.Agents.Play(command);

        var result = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Single(_workspace.RunIds);
        Assert.Single(_workspace.Agents.Received, command => command.Action is AgentAction.Implement);
        Assert.True(File.Exists(_workspace.At("src/hello.txt")));
    }

    [Fact]
    public async Task A_run_whose_work_is_not_kept_any_more_does_not_go_on()
    {
        _workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? [_workspace.Agents.Fail(command, "tired", retriable: false)]
            : _workspace.Agents.Play(command);
        Assert.Equal(RunOutcome.Failed, (await _workspace.RunAsync()).Outcome);
        Directory.Delete(_workspace.Layout.ContentsFolder, recursive: true);

        var failure = await Assert.ThrowsAsync<LorchException>(() => _workspace.RunAsync());

        Assert.Equal(DiagnosticCode.ContentLost, failure.Diagnostic.Code);
        Assert.False(File.Exists(_workspace.At("src/hello.txt")));
        _workspace.Agents.Answer = command => _workspace.Agents.Play(command);
        Assert.Equal(RunOutcome.Completed, (await _workspace.RunAsync(mode: WorkMode.Fresh)).Outcome);
    }

    [Fact]
    public async Task What_an_agent_changes_without_naming_it_fails_its_step()
    {
        _workspace.Agents.Answer = command =>
        {
            _workspace.Agents.Produce("src/unnamed.txt", "lost\n");
            return _workspace.Agents.Play(command);
        };

        var result = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        var error = Assert.Single(result.Diagnostics, diagnostic => diagnostic.Code == DiagnosticCode.ChangedOutside);
        Assert.Contains("src/unnamed.txt", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_workspace.At("src/unnamed.txt")));
    }

    [Fact]
    public async Task No_path_of_the_view_is_shown()
    {
        _workspace.Agents.AnswerReviewsWith("{}");
        var usual = _workspace.Agents.Answer;
        _workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? [_workspace.Agents.Say(
                command,
                EventName.ReviewCompleted,
                "approved",
                $$"""
                {"summary":"{{_workspace.Agents.Root}}/src is good",
                 "findings":[{"file":"{{_workspace.Agents.Root}}/src/hello.txt","line":1,"message":"see {{_workspace.Agents.Root}}"}]}
                """)]
            : usual(command);

        var result = await _workspace.RunAsync();

        Assert.Equal("src/hello.txt", Assert.Single(result.Findings).File);
        var records = Directory.EnumerateFiles(_workspace.Root, "*", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains(_workspace.ViewRoot, StringComparison.Ordinal));
        Assert.Empty(records);
        Assert.DoesNotContain(_workspace.Said, text => text.Contains(_workspace.ViewRoot, StringComparison.Ordinal));
        Assert.DoesNotContain(result.Diagnostics, text => text.ToString().Contains(_workspace.ViewRoot, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_view_holds_no_record_and_the_next_run_finds_the_slot_as_the_workspace_is()
    {
        await _workspace.RunAsync();
        var view = _workspace.Agents.Root;
        _workspace.Agents.Produce("left/behind.txt", "x");
        _workspace.Write("specs/a.md", "# B\n");
        _workspace.Write(".hidden/kept.txt", "hidden\n");

        await _workspace.RunAsync();

        Assert.Equal(view, _workspace.Agents.Root);
        Assert.Equal("# B\n", InView("specs/a.md"));
        Assert.Equal("hidden\n", InView(".hidden/kept.txt"));
        Assert.False(Path.Exists(Path.Join(view, "left")));
        Assert.DoesNotContain(
            WorkspaceLayout.OwnFolders.Except(WorkspaceLayout.FoldersForAgents),
            folder => Path.Exists(Path.Join(view, folder)));
    }

    [Fact]
    public async Task A_view_can_not_lie_in_the_workspace()
    {
        _workspace.ViewRoot = _workspace.At("obj/views");

        var failure = await Assert.ThrowsAsync<LorchException>(() => _workspace.RunAsync());

        Assert.Equal(DiagnosticCode.ViewRootInWorkspace, failure.Diagnostic.Code);
        Assert.Empty(_workspace.RunIds);
    }

    public void Dispose() => _workspace.Dispose();

    private string InView(string path) => File.ReadAllText(Path.Join(_workspace.Agents.Root, path));

    private string LandReceipt() => File.ReadAllText(_workspace.Layout.LandReceipt(TaskId.Parse("T-1"), _workspace.RunIds[0]));
}
