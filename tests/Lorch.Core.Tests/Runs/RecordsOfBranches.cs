using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// Receipts and completions are committed, ledgers aren't: the files in <c>receipts/</c> are the truth of the branch that is checked out,
/// the ledgers tell of all branches.
/// </summary>
public sealed class RecordsOfBranches : IDisposable
{
    private const string One = """{"id":"T-1","goal":"greet","inputs":["specs/a.md"],"expected_outputs":[{"path":"src/hello.txt"}]}""";
    private const string Two = """{"id":"T-2","goal":"part","inputs":["specs/b.md"],"expected_outputs":[{"path":"src/bye.txt"}]}""";

    private readonly WorkspaceUnderTest _workspace = new(One, Two);
    private readonly Dictionary<string, Dictionary<string, byte[]>> _branches = [];
    private int _notes;

    public RecordsOfBranches()
    {
        _workspace.Write("specs/b.md", "# B\n");
        _workspace.Agents.Answer = command => [_workspace.Agents.Say(
            command,
            command.Action switch
            {
                AgentAction.Review => EventName.ReviewCompleted,
                AgentAction.UpdateSpec => EventName.SpecNoChangesNeeded,
                _ => EventName.BuilderCompleted,
            },
            command.Action is AgentAction.Review ? "approved" : null,
            artifacts: [.. command.ExpectedOutputs.Select(output =>
                _workspace.Agents.Produce(
                    output.Path.ToString(),
                    output.Path.ToString().StartsWith("src/", StringComparison.Ordinal) ? "made\n" : $"note {_notes++}\n"))])];
    }

    [Theory]
    [InlineData("worked once more", true)]
    [InlineData("worked once more", false)]
    [InlineData("worked for another input", true)]
    [InlineData("worked for another input", false)]
    [InlineData("worked for another input and back", true)]
    [InlineData("worked for another input and back", false)]
    [InlineData("left in the middle", true)]
    [InlineData("never worked", true)]
    [InlineData("never worked", false)]
    public async Task Stay_as_they_were_committed_whatever_another_branch_did(string deed, bool saysSo)
    {
        if (deed != "never worked")
        {
            await _workspace.RunAsync();
        }

        await _workspace.RunAsync("T-2");
        Commit("main");
        await WorkAsync(deed);
        Commit("feature");
        CheckOut("main");
        if (!saysSo)
        {
            Forget("system.recorded");
        }

        var committed = RecordsOf("T-1");
        _workspace.Write("specs/b.md", "# B, changed\n");
        await _workspace.RunAsync("T-2");

        Assert.Equal(committed, RecordsOf("T-1"));
        Assert.Equal(deed != "never worked", (await _workspace.JudgeAsync()).IsUpToDate);
        Assert.True((await _workspace.Open().VerifyAsync(CancellationToken.None)).IsContent);
        CheckOut("feature");
        Assert.Equal(deed != "left in the middle", (await _workspace.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task Are_not_given_back_once_their_files_were_durable_and_the_task_is_completed_anew_without_asking_anyone()
    {
        await _workspace.RunAsync();
        var asked = _workspace.Agents.Received.Count;
        Directory.Delete(_workspace.At("receipts/T-1/completions"), recursive: true);
        _workspace.Delete("receipts/T-1/completion.json");

        Assert.False((await _workspace.JudgeAsync()).IsUpToDate);
        Assert.Equal(RunOutcome.Completed, (await _workspace.RunAsync()).Outcome);
        Assert.Equal(asked, _workspace.Agents.Received.Count);
    }

    [Fact]
    public async Task Are_given_back_where_a_crash_kept_them_from_their_files_and_then_the_ledger_says_so()
    {
        await _workspace.RunAsync();
        var run = _workspace.RunIds[0];
        Forget("system.recorded");
        var completion = _workspace.Read("receipts/T-1/completion.json");
        Directory.Delete(_workspace.At("receipts/T-1/completions"), recursive: true);
        _workspace.Delete("receipts/T-1/completion.json");

        Assert.True((await _workspace.JudgeAsync()).IsUpToDate);
        Assert.Equal(RunOutcome.UpToDate, (await _workspace.RunAsync()).Outcome);

        Assert.Equal(completion, _workspace.Read("receipts/T-1/completion.json"));
        Assert.Equal("system.recorded", _workspace.Events(run)[^1]);
    }

    [Fact]
    public async Task Are_confirmed_by_a_ledger_that_never_said_that_they_were_durable()
    {
        await _workspace.RunAsync();
        Forget("system.recorded");

        await _workspace.RunAsync("T-2");

        Assert.Equal("system.recorded", _workspace.Events(_workspace.RunIds[0])[^1]);
    }

    [Fact]
    public async Task Are_confirmed_when_the_line_that_says_so_was_torn()
    {
        await _workspace.RunAsync();
        var ledger = _workspace.Layout.Ledger(_workspace.RunIds[0]);
        var lines = await File.ReadAllTextAsync(ledger, CancellationToken.None);
        await File.WriteAllTextAsync(ledger, lines[..^40], CancellationToken.None);

        Assert.Equal(RunOutcome.UpToDate, (await _workspace.RunAsync()).Outcome);

        Assert.Single(_workspace.Events(_workspace.RunIds[0]), "system.recorded");
        Assert.True(File.Exists(_workspace.Layout.TornTail(_workspace.RunIds[0])));
    }

    public void Dispose() => _workspace.Dispose();

    private async Task WorkAsync(string deed)
    {
        switch (deed)
        {
            case "worked once more":
                await _workspace.RunAsync(mode: WorkMode.Force);
                break;
            case "left in the middle":
                var answer = _workspace.Agents.Answer;
                _workspace.Write("specs/a.md", "# A, on the branch\n");
                _workspace.Agents.Answer = command => command.Action is AgentAction.Review
                    ? [_workspace.Agents.Fail(command, "ill", retriable: false)]
                    : answer(command);
                await _workspace.RunAsync();
                _workspace.Agents.Answer = answer;
                break;
            case "never worked":
                await _workspace.RunAsync();
                break;
            default:
                _workspace.Write("specs/a.md", "# A, on the branch\n");
                await _workspace.RunAsync();
                if (deed.EndsWith("back", StringComparison.Ordinal))
                {
                    _workspace.Write("specs/a.md", "# A\n");
                    await _workspace.RunAsync(mode: WorkMode.Force);
                }

                break;
        }
    }

    private IEnumerable<string> Tracked() => new[] { "receipts", "specs", "src", "reviews", "spec_notes", "snapshots" }
        .Select(_workspace.At).Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories));

    private void Commit(string branch) => _branches[branch] = Tracked().ToDictionary(file => file, File.ReadAllBytes);

    private void CheckOut(string branch)
    {
        foreach (var file in Tracked().ToList())
        {
            File.Delete(file);
        }

        foreach (var (file, content) in _branches[branch])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }
    }

    /// <summary>Makes ledgers those of a version that didn't write such lines.</summary>
    private void Forget(string name)
    {
        foreach (var ledger in _workspace.RunIds.Select(_workspace.Layout.Ledger))
        {
            File.WriteAllLines(ledger, File.ReadAllLines(ledger).Where(line => !line.Contains($"\"{name}\"", StringComparison.Ordinal)));
        }
    }

    private SortedDictionary<string, string> RecordsOf(string task) => new(
        Tracked().Where(file => file.StartsWith(_workspace.Layout.TaskReceiptsFolder(TaskId.Parse(task)), StringComparison.Ordinal))
            .ToDictionary(file => file, File.ReadAllText));
}
