using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>What a run and a person made of the same files meanwhile is put together, checked, and landed; or worked again.</summary>
public sealed class MergingAtALanding : IDisposable
{
    private const string Policy = """{"isolation":"view"}""";
    private const string Before = "one\ntwo\nthree\nfour\nfive\n";
    private readonly WorkspaceUnderTest _workspace = new();
    private readonly List<string> _verified = [];

    public MergingAtALanding()
    {
        _workspace.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "";
        _workspace.Verify = view =>
        {
            _verified.Add(File.ReadAllText(Path.Join(view, "src/hello.txt")));
            return null;
        };
        _workspace.Configure([WorkspaceUnderTest.Verified], Policy);
        _workspace.Write("src/hello.txt", Before);
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Changes_of_different_lines_are_put_together_and_checked_before_they_land()
    {
        Play(Edit("two", "TWO"), () => _workspace.Write("src/hello.txt", Edit("five", "FIVE")(Before)));

        var result = await _workspace.RunAsync();

        AssertCompleted(result);
        Assert.Equal("one\nTWO\nthree\nfour\nFIVE\n", _workspace.Read("src/hello.txt"));
        Assert.Equal(["one\nTWO\nthree\nfour\nFIVE\n"], _verified);
        Assert.Equal(
            ["system.rebased", "system.landing", "system.landed", "system.run_completed", "system.recorded"],
            Events().TakeLast(5));
        Assert.Contains("\"merged\": [\n    \"src/hello.txt\"\n  ]", LandReceipt(), StringComparison.Ordinal);
        Assert.Equal(3, _workspace.Agents.Received.Count);
        Assert.Equal(RunOutcome.UpToDate, (await _workspace.RunAsync()).Outcome);
        Assert.Empty((await _workspace.JudgeAsync()).Although);
    }

    [Fact]
    public async Task The_workspace_keeps_its_line_ends()
    {
        _workspace.Write("src/hello.txt", Windows(Before));
        Play(Edit("two", "TWO"), () => _workspace.Write("src/hello.txt", Windows(Edit("five", "FIVE")(Before))));

        AssertCompleted(await _workspace.RunAsync());

        Assert.Equal(Windows("one\nTWO\nthree\nfour\nFIVE\n"), _workspace.Read("src/hello.txt"));
    }

    [Fact]
    public async Task Nothing_is_checked_again_where_nobody_changed_anything()
    {
        Play(Edit("two", "TWO"), () => { });

        AssertCompleted(await _workspace.RunAsync());

        Assert.Empty(_verified);
        Assert.DoesNotContain("system.rebased", Events());
    }

    [Fact]
    public async Task What_only_others_changed_is_checked_together_with_the_work()
    {
        Play(Edit("two", "TWO"), () => _workspace.Write("src/other.txt", "new\n"));

        AssertCompleted(await _workspace.RunAsync());

        Assert.Single(_verified);
        Assert.Equal(("new\n", Edit("two", "TWO")(Before)), (_workspace.Read("src/other.txt"), _workspace.Read("src/hello.txt")));
    }

    [Fact]
    public async Task A_check_that_fails_has_the_builder_look_again()
    {
        _workspace.Verify = _ => _verified.Count == 0 ? $"`check` failed: {Fail()}" : null;
        Play(Edit("two", "TWO"), () => _workspace.Write("src/hello.txt", Edit("five", "FIVE")(Before)), mended: "mended\n");

        AssertCompleted(await _workspace.RunAsync());

        Assert.Equal("mended\n", _workspace.Read("src/hello.txt"));
        var asked = Assert.Single(_workspace.Agents.Received, command => command.Action is AgentAction.ImplementChanges);
        var cause = asked.Inputs.GetProperty("cause");
        Assert.Equal("system.rebased", cause.GetProperty("event").GetString());
        Assert.Contains("`check` failed: it is broken", cause.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(_workspace.Agents.Received[0].Version.SnapshotId, asked.Version.SnapshotId);
        Assert.Equal(
            ["implement 0 0", "review 0 0", "update_spec 0 0", "implement_changes 0 0", "review 1 0", "update_spec 1 0"],
            _workspace.Agents.Story);
        Assert.Equal(RunOutcome.UpToDate, (await _workspace.RunAsync()).Outcome);

        string Fail()
        {
            _verified.Add("");
            return "it is broken";
        }
    }

    [Fact]
    public async Task A_check_that_changes_what_lands_has_failed()
    {
        _workspace.Verify = view =>
        {
            File.AppendAllText(Path.Join(view, "src/hello.txt"), "by the check\n");
            return null;
        };
        Play(Edit("two", "TWO"), () => _workspace.Write("src/other.txt", "new\n"), mended: "mended\n");

        AssertCompleted(await _workspace.RunAsync());

        var asked = Assert.Single(_workspace.Agents.Received, command => command.Action is AgentAction.ImplementChanges);
        var cause = asked.Inputs.GetProperty("cause").GetProperty("summary").GetString();
        Assert.Contains("changed a file that lands: 'src/hello.txt' has", cause, StringComparison.Ordinal);
        Assert.Equal("mended\n", _workspace.Read("src/hello.txt"));
    }

    [Fact]
    public async Task Changes_of_the_same_line_are_shown_to_the_builder_between_marks()
    {
        var shown = "";
        Play(Edit("two", "TWO"), () => _workspace.Write("src/hello.txt", Edit("two", "zwei")(Before)), text =>
        {
            shown = text;
            return "one\nTWO and zwei\nthree\nfour\nfive\n";
        });

        AssertCompleted(await _workspace.RunAsync());

        Assert.Equal(
            "one\n<<<<<<< workspace\nzwei\n=======\nTWO\n>>>>>>> run\nthree\nfour\nfive\n",
            shown);
        Assert.Equal("one\nTWO and zwei\nthree\nfour\nfive\n", _workspace.Read("src/hello.txt"));
        Assert.Empty(_verified);
        Assert.Equal(RunOutcome.UpToDate, (await _workspace.RunAsync()).Outcome);
    }

    [Fact]
    public async Task Marks_never_land()
    {
        Play(Edit("two", "TWO"), () => _workspace.Write("src/hello.txt", Edit("two", "zwei")(Before)), text => text);

        var result = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal(Edit("two", "zwei")(Before), _workspace.Read("src/hello.txt"));
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Code == DiagnosticCode.ArtifactRejected);
        Assert.Contains("+<<<<<<< workspace\n zwei\n", _workspace.Read($"logs/{result.RunId}.patch"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_commands_that_check_a_builder_looks_at_what_was_put_together()
    {
        _workspace.Configure([WorkspaceUnderTest.OneTask], Policy);
        var shown = "";
        Play(Edit("two", "TWO"), () => _workspace.Write("src/hello.txt", Edit("five", "FIVE")(Before)), text => shown = text);

        AssertCompleted(await _workspace.RunAsync());

        Assert.Equal("one\nTWO\nthree\nfour\nFIVE\n", shown);
        Assert.Equal(shown, _workspace.Read("src/hello.txt"));
    }

    [Theory]
    [InlineData("\0one", "\0two", "\0three")]
    [InlineData("a", "b", null)]
    [InlineData(null, "b", "c")]
    public async Task Where_nothing_can_be_put_together_the_workspace_s_file_stays_and_the_builder_is_told(
        string? before,
        string? run,
        string? person)
    {
        Put(_workspace.At("src/hello.txt"), before);
        var shown = default(string);
        _workspace.Environment.Clear();
        _workspace.Agents.Answer = command =>
        {
            switch (command.Action)
            {
                case AgentAction.Implement:
                    return Done(command, run!);
                case AgentAction.ImplementChanges:
                    var file = Path.Join(_workspace.Agents.Root, "src/hello.txt");
                    shown = File.Exists(file) ? File.ReadAllText(file) : null;
                    return Done(command, "again");
                default:
                    Put(_workspace.At("src/hello.txt"), person);
                    return _workspace.Agents.Play(command);
            }
        };

        AssertCompleted(await _workspace.RunAsync());

        Assert.Equal(person, shown);
        Assert.Equal("again", _workspace.Read("src/hello.txt"));
    }

    [Fact]
    public async Task What_a_person_edits_again_while_the_check_runs_makes_another_round()
    {
        var edits = new Queue<string>([Edit("five", "FIVE!")(Before), Edit("five", "FIVE!!")(Before)]);
        _workspace.Verify = view =>
        {
            _verified.Add(File.ReadAllText(Path.Join(view, "src/hello.txt")));
            if (edits.TryDequeue(out var edit))
            {
                _workspace.Write("src/hello.txt", edit);
            }

            return null;
        };
        Play(Edit("two", "TWO"), () => _workspace.Write("src/hello.txt", Edit("five", "FIVE")(Before)));

        AssertCompleted(await _workspace.RunAsync());

        Assert.Equal("one\nTWO\nthree\nfour\nFIVE!!\n", _workspace.Read("src/hello.txt"));
        Assert.Equal(3, _verified.Count);
    }

    [Fact]
    public async Task Somebody_who_types_elsewhere_all_the_time_holds_no_landing_up()
    {
        var typed = 0;
        _workspace.Verify = _ =>
        {
            _workspace.Write("docs/notes.md", $"{++typed}\n");
            return null;
        };
        Play(Edit("two", "TWO"), () => _workspace.Write("docs/notes.md", "0\n"));

        AssertCompleted(await _workspace.RunAsync());

        Assert.Equal(3, typed);
        Assert.Equal("3\n", _workspace.Read("docs/notes.md"));
    }

    private static Func<string, string> Edit(string from, string to) => text => text.Replace(from, to, StringComparison.Ordinal);

    private static string Windows(string text) => text.Replace("\n", "\r\n", StringComparison.Ordinal);

    private static void Put(string file, string? content)
    {
        if (content is null)
        {
            File.Delete(file);
        }
        else
        {
            File.WriteAllText(file, content);
        }
    }

    private static void AssertCompleted(RunResult result) =>
        Assert.True(result.Outcome is RunOutcome.Completed, string.Join('\n', result.Diagnostics.Select(diagnostic => diagnostic.Message)));

    /// <summary>The builder edits the text, and a person does before the first review.</summary>
    private void Play(Func<string, string> edit, Action meanwhile, string mended) => Play(edit, meanwhile, _ => mended);

    private void Play(Func<string, string> edit, Action meanwhile, Func<string, string>? mend = null)
    {
        var hasEdited = false;
        _workspace.Agents.Answer = command =>
        {
            switch (command.Action)
            {
                case AgentAction.Implement:
                    return Build(command, edit);
                case AgentAction.ImplementChanges:
                    return Build(command, mend!);
                default:
                    if (!hasEdited)
                    {
                        meanwhile();
                        hasEdited = true;
                    }

                    return _workspace.Agents.Play(command);
            }
        };
    }

    private IEnumerable<AgentSignal> Build(Command command, Func<string, string> edit) =>
        Done(command, edit(File.ReadAllText(Path.Join(_workspace.Agents.Root, "src/hello.txt"))));

    private IEnumerable<AgentSignal> Done(Command command, string text) =>
    [
        _workspace.Agents.Say(command, EventName.BuilderCompleted, artifacts: _workspace.Agents.Produce("src/hello.txt", text)),
    ];

    private IReadOnlyList<string> Events() => _workspace.Events(Assert.Single(_workspace.RunIds));

    private string LandReceipt() => File.ReadAllText(_workspace.Layout.LandReceipt(TaskId.Parse("T-1"), _workspace.RunIds[0]));
}
