using Lorch.Core.Agents;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>What a run landed is taken back, unless that would take more than what it landed.</summary>
public sealed class UndoingALanding : IDisposable
{
    private readonly WorkspaceUnderTest _workspace = new();

    public UndoingALanding()
    {
        _workspace.Configure([WorkspaceUnderTest.OneTask], """{"isolation":"view"}""");
        _workspace.Write("src/old.txt", "old\n");
        _workspace.Write("docs/gone.md", "gone\n");
        _workspace.Agents.Answer = command =>
        {
            if (command.Action is not AgentAction.Implement)
            {
                return _workspace.Agents.Play(command);
            }

            File.Delete(Path.Join(_workspace.Agents.Root, "docs/gone.md"));
            Artifact[] made =
                [_workspace.Agents.Produce("src/hello.txt", "hello\n"), _workspace.Agents.Produce("src/old.txt", "new\n")];
            var said = _workspace.Agents.Say(command, EventName.BuilderCompleted, artifacts: made).Event;
            return [new AgentSignal.Spoke(said with { Removed = [RelativePath.Parse("docs/gone.md")] })];
        };
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Puts_back_what_was_there_and_makes_the_task_stale()
    {
        var before = FilesOfPeople();
        var result = await _workspace.RunAsync();
        Assert.NotEqual(before, FilesOfPeople());

        var undone = await _workspace.UndoAsync();

        Assert.Equal(result.RunId, undone);
        Assert.Equal(before, FilesOfPeople());
        Assert.False((await _workspace.JudgeAsync()).IsUpToDate);
        Assert.Equal(
            ["system.run_started", "system.landing", "system.landed", "system.undone"],
            _workspace.Events(_workspace.RunIds[^1]));
        Assert.Contains(_workspace.Said, said => said == $"T-1 {undone} is undone; the task is stale");
        Assert.True((await _workspace.Open().VerifyAsync(CancellationToken.None)).IsContent);
    }

    [Fact]
    public async Task The_next_build_works_the_task_again_and_that_can_be_undone_too()
    {
        var before = FilesOfPeople();
        await _workspace.RunAsync();
        await _workspace.UndoAsync();

        var again = await _workspace.RunAsync();
        Assert.Equal(RunOutcome.Completed, again.Outcome);
        Assert.Equal("new\n", _workspace.Read("src/old.txt"));

        Assert.Equal(again.RunId, await _workspace.UndoAsync());
        Assert.Equal(before, FilesOfPeople());
    }

    [Fact]
    public async Task An_undo_can_be_undone_by_its_id()
    {
        var landed = await _workspace.RunAsync();
        var after = FilesOfPeople();
        await _workspace.UndoAsync();
        var undo = _workspace.RunIds[^1];

        Assert.Equal(undo, await _workspace.UndoAsync(undo));

        Assert.Equal(after, FilesOfPeople());
        Assert.True((await _workspace.JudgeAsync()).IsUpToDate);
        Assert.Equal(landed.RunId, await _workspace.UndoAsync());
    }

    [Theory]
    [InlineData("src/hello.txt", "edited\n")]
    [InlineData("src/old.txt", null)]
    [InlineData("docs/gone.md", "written anew\n")]
    public async Task Does_nothing_once_a_person_changed_what_it_landed(string path, string? content)
    {
        await _workspace.RunAsync();
        if (content is null)
        {
            _workspace.Delete(path);
        }
        else
        {
            _workspace.Write(path, content);
        }

        var before = FilesOfPeople();
        var refused = await RefusedAsync();

        Assert.Equal(DiagnosticCode.NotUndoable, refused.Code);
        Assert.Contains($" isn't undone: {path} isn't what it landed any more", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, FilesOfPeople());
        Assert.Single(_workspace.RunIds);
    }

    [Fact]
    public async Task Does_nothing_once_a_content_is_gone()
    {
        await _workspace.RunAsync();
        Directory.Delete(_workspace.Layout.ContentsFolder, recursive: true);
        var before = FilesOfPeople();

        Assert.Equal(DiagnosticCode.ContentLost, (await RefusedAsync()).Code);

        Assert.Equal(before, FilesOfPeople());
    }

    [Fact]
    public async Task A_content_that_was_altered_is_found_by_verifying_and_never_put_back()
    {
        await _workspace.RunAsync();
        var content = _workspace.Layout.Content(Sha256Digest.Of("old\n"u8));
        await File.WriteAllTextAsync(content, "forged\n", TestContext.Current.CancellationToken);

        var damage = (await _workspace.Open().VerifyAsync(CancellationToken.None)).Diagnostics;

        Assert.Contains(damage, diagnostic => diagnostic.Code == DiagnosticCode.ContentLost && diagnostic.File == content);
        Assert.Equal(DiagnosticCode.ContentLost, (await RefusedAsync()).Code);
        Assert.Equal("new\n", _workspace.Read("src/old.txt"));
    }

    [Fact]
    public async Task Says_so_when_nothing_landed_or_all_is_undone()
    {
        Assert.Contains("no run has landed", (await RefusedAsync()).Message, StringComparison.Ordinal);
        var landed = await _workspace.RunAsync();
        await _workspace.UndoAsync();

        Assert.Contains("all that did are undone", (await RefusedAsync()).Message, StringComparison.Ordinal);
        Assert.Contains($"{landed.RunId} is undone already", (await RefusedAsync(landed.RunId)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "never landed",
            (await RefusedAsync(RunId.Parse("run-20990101-000000-00000000"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_nothing_for_an_agent_to_ask_for()
    {
        await _workspace.RunAsync();
        _workspace.Environment["LORCH_AGENT_SESSION"] = "1";
        var before = FilesOfPeople();

        Assert.Equal(DiagnosticCode.AcceptedByAgent, (await RefusedAsync()).Code);

        Assert.Equal(before, FilesOfPeople());
    }

    [Fact]
    public async Task Names_a_file_that_a_later_run_changed()
    {
        var first = await _workspace.RunAsync();
        var work = _workspace.Agents.Answer;
        _workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [_workspace.Agents.Say(
                command,
                EventName.BuilderCompleted,
                artifacts: _workspace.Agents.Produce("src/hello.txt", "hello again\n"))]
            : work(command);
        _workspace.Write("specs/a.md", "# Other\n");
        Assert.Equal(RunOutcome.Completed, (await _workspace.RunAsync()).Outcome);

        Assert.Contains("src/hello.txt", (await RefusedAsync(first.RunId)).Message, StringComparison.Ordinal);

        await _workspace.UndoAsync();
        Assert.Equal("hello\n", _workspace.Read("src/hello.txt"));
        Assert.False((await _workspace.JudgeAsync()).IsUpToDate);
    }

    /// <summary>What lies in the workspace but Lorch's records.</summary>
    private IReadOnlyList<string> FilesOfPeople() =>
    [
        .. new[] { "docs", "specs", "src", "reviews", "spec_notes" }
            .Select(folder => _workspace.At(folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Select(file => $"{Path.GetRelativePath(_workspace.Root, file)}: {File.ReadAllText(file)}")
            .Order(StringComparer.Ordinal),
    ];

    private async Task<Diagnostic> RefusedAsync(RunId? run = null) =>
        (await Assert.ThrowsAsync<LorchException>(() => _workspace.UndoAsync(run))).Diagnostic;
}
