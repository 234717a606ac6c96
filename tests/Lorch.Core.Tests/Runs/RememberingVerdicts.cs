using System.Runtime.Versioning;
using Lorch.Core.Protocol;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Verdicts;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>What a build remembers of the last one: it saves judging, and never changes a verdict.</summary>
public sealed class RememberingVerdicts : IDisposable
{
    private const string Tracked = """{"id":"T-1","goal":"greet","inputs":["specs/**"],"expected_outputs":[{"path":"src/hello.txt"}]}""";
    private const string Untracked = """{"id":"T-2","goal":"greet","inputs":["specs/**"],"expected_outputs":[{"path":"out/hello.txt"}]}""";

    /// <summary>Each is something that a verdict depends on, and what changes it.</summary>
    private static readonly Dictionary<string, Action<WorkspaceUnderTest>> Changes = new(StringComparer.Ordinal)
    {
        ["input changed"] = workspace => workspace.Write("specs/a.md", "# B\n"),
        ["input added"] = workspace => workspace.Write("specs/b.md", "# B\n"),
        ["input removed"] = workspace => workspace.Delete("specs/a.md"),
        ["tracked artifact altered"] = workspace => workspace.Write("src/hello.txt", "other"),
        ["tracked artifact deleted"] = workspace => workspace.Delete("src/hello.txt"),
        ["artifact altered that isn't tracked"] = workspace => workspace.Write("out/hello.txt", "other"),
        ["artifact deleted that isn't tracked"] = workspace => workspace.Delete("out/hello.txt"),
        ["artifact replaced by a link to another file"] = workspace => Link(workspace, "out/hello.txt", "src/hello.txt"),
        ["input ignored by git"] = workspace => workspace.Write("docs/.gitignore", "a.md\n"),
        ["lorch.json changed"] = workspace => workspace.Configure([Tracked.Replace("greet", "meet", StringComparison.Ordinal), Untracked]),
        ["prompt of the repository added"] = workspace => workspace.Write("prompts/review.md", "Judge {{goal}}.\n"),
        ["what is tracked changed"] = workspace => workspace.Configure([Tracked, Untracked], snapshot: """{"exclude":["specs/a.md"]}"""),
        ["task file added"] = workspace => workspace.Write("tasks/T-3.md", "---\n---\nGoal"),
        ["task file edited"] = workspace => workspace.Write("tasks/T-0.md", "---\nstatus: proposed\n---\nMore"),
        ["task file removed"] = workspace => workspace.Delete("tasks/T-0.md"),
        ["task file renamed"] = workspace => File.Move(workspace.At("tasks/T-0.md"), workspace.At("tasks/T-00.md")),
        ["folder of task files gone"] = workspace => Directory.Delete(workspace.At("tasks"), recursive: true),
        ["ledger appended to"] = workspace => File.AppendAllText(workspace.Layout.Ledger(workspace.RunIds[0]), "{}\n"),
        ["ledger deleted"] = workspace => File.Delete(workspace.Layout.Ledger(workspace.RunIds[1])),
        ["ledger added"] = workspace => File.WriteAllText(
            Path.Join(workspace.Layout.EventsFolder, "run-20990101-000000-00000000.ndjson"),
            ""),
        ["latest completion deleted"] = workspace => workspace.Delete("receipts/T-1/completion.json"),
        ["latest completion altered"] = workspace => workspace.Write("receipts/T-2/completion.json", "{}"),
        ["completions gone"] = workspace => Directory.Delete(workspace.At("receipts/T-1/completions"), recursive: true),
        ["key file deleted"] = workspace => workspace.Delete("state/keys/T-1.key"),
        ["key file altered"] = workspace => workspace.Write("state/keys/T-2.key", ""),
    };

    private readonly LeadingClock _clock = new();
    private readonly WorkspaceUnderTest _workspace;

    public RememberingVerdicts()
    {
        _workspace = new WorkspaceUnderTest(Tracked, Untracked) { Clock = _clock };
        Directory.CreateDirectory(_workspace.At(".git"));
        _workspace.Write("docs/a.md", "# A\n");
        _workspace.Write("tasks/T-0.md", "---\nstatus: proposed\n---\nGoal");
        _workspace.Build(("T-1", "src/hello.txt=1"), ("T-2", "out/hello.txt=2"));
    }

    public static TheoryData<string> NamesOfChanges => [.. Changes.Keys];

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_second_question_is_answered_with_the_verdicts_of_the_first()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        var judged = await WorkAndRememberAsync();

        var recalled = await RecallAsync();

        Assert.Equal(Show(judged), Show(recalled!));
    }

    [Theory]
    [MemberData(nameof(NamesOfChanges))]
    public async Task Nothing_is_known_any_more_once_something_changed_that_decides(string what)
    {
        await WorkAndRememberAsync();

        Changes[what](_workspace);

        Assert.Null(await RecallAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_no_longer_holds_is_forgotten_so_that_nobody_looks_in_vain_again(bool mayWrite)
    {
        await WorkAndRememberAsync();
        _workspace.Write("specs/a.md", "# B\n");

        Assert.Null(await LorchWorkspace.RecallAsync(Question, _clock, mayWrite, CancellationToken.None));

        Assert.Equal(OperatingSystem.IsLinux() && !mayWrite, File.Exists(Question.File));
    }

    /// <summary>Places of artifacts, each kept out of snapshots in another way or in none, with what was done to the file.</summary>
    public static TheoryData<string, string> Deeds => new MatrixTheoryData<string, string>(
        [
            "src/hello.txt", "src/gen/a.txt", "src/deep/gen/a.txt", "src/a.log", "src/out/a.txt", "src/.hidden", ".config/a.txt",
            "src/obj/a.txt", "bin/a.txt", "elsewhere/a.txt", "reviews/T-3.json", "src/sub/a.log"
        ],
        ["deleted", "altered", "made a folder", "made a link"]);

    [Theory]
    [MemberData(nameof(Deeds))]
    public async Task Nothing_is_known_any_more_once_an_artifact_is_gone_or_another_wherever_it_lies(string path, string deed)
    {
        const string task = """{"id":"T-3","goal":"greet","inputs":["specs/**"],"regenerate":true}""";
        _workspace.Configure([task], snapshot: """{"exclude":["src/out/"]}""");
        _workspace.Write(".gitignore", "gen/\n*.log\n");
        _workspace.Write(".gitmodules", "[submodule \"sub\"]\n\tpath = src/sub\n");
        _workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [_workspace.Agents.Say(command, EventName.BuilderCompleted, artifacts: _workspace.Agents.Produce(path, "made"))]
            : _workspace.Agents.Play(command);
        await _workspace.RunAsync("T-3");
        _clock.Lead = TimeSpan.FromMinutes(1);
        await JudgeAndRememberAsync();
        Assert.Equal(OperatingSystem.IsLinux(), await RecallAsync() is not null);

        switch (deed)
        {
            case "altered":
                _workspace.Write(path, "else");
                break;
            case "deleted":
                _workspace.Delete(path);
                break;
            case "made a folder":
                _workspace.Delete(path);
                Directory.CreateDirectory(_workspace.At(path));
                break;
            default:
                File.Move(_workspace.At(path), _workspace.At("moved"));
                File.CreateSymbolicLink(_workspace.At(path), _workspace.At("moved"));
                break;
        }

        Assert.Null(await RecallAsync());
        Assert.False((await _workspace.JudgeAsync("T-3")).IsUpToDate);
    }

    [Fact]
    public async Task What_is_written_anew_with_the_same_content_is_the_same_where_it_is_tracked()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        await WorkAndRememberAsync();

        _workspace.Write("specs/a.md", "# A\n");
        _workspace.Write("other/file.txt", "of no concern");

        Assert.NotNull(await RecallAsync());
    }

    [Theory]
    [InlineData("T-1", "")]
    [InlineData("", "added")]
    public async Task Another_question_has_no_answer(string selection, string added)
    {
        await WorkAndRememberAsync();

        Assert.Null(await RecallAsync(Question with { Selection = selection, AddedTasks = added }));
    }

    [Fact]
    public async Task Nothing_is_kept_of_what_was_touched_just_before()
    {
        await WorkAsync();
        _clock.Lead = TimeSpan.Zero;

        await JudgeAndRememberAsync();

        Assert.False(File.Exists(Question.File));
    }

    [Fact]
    public async Task Nothing_is_kept_while_a_task_is_stale()
    {
        await WorkAsync();
        _workspace.Write("specs/a.md", "# B\n");

        await JudgeAndRememberAsync();

        Assert.False(File.Exists(Question.File));
    }

    [Fact]
    public async Task Nothing_is_kept_where_every_file_is_to_be_read_each_time()
    {
        _workspace.Configure([Tracked, Untracked], snapshot: """{"trust":"content"}""");
        await WorkAsync();

        await JudgeAndRememberAsync();

        Assert.False(File.Exists(Question.File));
    }

    [Fact]
    public async Task Nothing_is_kept_of_an_artifact_that_vanished_while_it_was_judged()
    {
        await WorkAsync();
        var workspace = _workspace.Open();
        var verdicts = await workspace.JudgeAsync(workspace.Select([]), WorkMode.WhenStale, CancellationToken.None);
        _workspace.Delete("out/hello.txt");

        Remember(workspace, verdicts);

        Assert.False(File.Exists(Question.File));
    }

    [Fact]
    public async Task What_the_last_review_found_is_remembered_with_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        _workspace.Agents.AnswerReviewsWith(
            """{"findings":[{"file":"src/hello.txt","line":3,"severity":"warning","message":"Too short."},{"message":"Odd."}]}""");
        var judged = await WorkAndRememberAsync();

        var recalled = await RecallAsync();

        Assert.Equal(
            [
                "src/hello.txt: LORCH4005: T-1: Too short. at 3",
                ": LORCH4005: T-1: Odd. at 0",
                "src/hello.txt: LORCH4005: T-2: Too short. at 3",
                ": LORCH4005: T-2: Odd. at 0"
            ],
            recalled!.SelectMany(verdict => verdict.Diagnostics)
                .Select(said => $"{said.File}: {said.Code}: {said.Message} at {said.Line}"));
        Assert.Equal(judged.SelectMany(verdict => verdict.Diagnostics), recalled!.SelectMany(verdict => verdict.Diagnostics));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Nothing_is_known_while_there_is_something_to_warn_of()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        await WorkAndRememberAsync();

        File.SetUnixFileMode(
            _workspace.Layout.ReceiptsFolder,
            File.GetUnixFileMode(_workspace.Layout.ReceiptsFolder) | UnixFileMode.OtherWrite);

        Assert.Null(await RecallAsync());
        Assert.All(
            await JudgeAndRememberAsync(),
            verdict => Assert.Equal([DiagnosticCode.FolderNotPrivate], verdict.Diagnostics.Select(said => said.Code)));
    }

    [Fact]
    public async Task What_an_agent_could_have_written_is_forgotten_when_the_agents_have_ended()
    {
        await WorkAndRememberAsync();
        _workspace.Write("state/keys/0123456789ab.verdicts", "forged");

        await _workspace.RunAsync("T-1", WorkMode.Force);

        Assert.Empty(Directory.GetFiles(_workspace.At("state/keys"), "*.verdicts"));
    }

    [Fact]
    public async Task A_memory_with_any_byte_changed_or_missing_is_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is remembered.");
        await WorkAndRememberAsync();
        var bytes = await File.ReadAllBytesAsync(Question.File, TestContext.Current.CancellationToken);

        for (var i = 0; i < bytes.Length; i++)
        {
            var flipped = bytes.ToArray();
            flipped[i] ^= 0x20;
            Assert.Null(RememberedVerdicts.Parse(flipped, Question));
            Assert.Null(RememberedVerdicts.Parse(bytes[..i], Question));
        }

        Assert.NotNull(RememberedVerdicts.Parse(bytes, Question));
    }

    private VerdictQuestion Question => new() { WorkspaceRoot = _workspace.Root };

    private static void Link(WorkspaceUnderTest workspace, string path, string target)
    {
        workspace.Delete(path);
        File.CreateSymbolicLink(workspace.At(path), workspace.At(target));
    }

    private static IEnumerable<string> Show(IReadOnlyList<TaskVerdict> verdicts) => verdicts.Select(verdict =>
        $"{verdict.TaskId} {verdict.IsUpToDate} {verdict.Inputs} {verdict.KeyText} {verdict.KeyFile} {verdict.CompletionFile} "
            + $"{verdict.Reasons.Count} "
        + $"{verdict.HasOpenRun} {verdict.Completion!.RunId} {verdict.Completion.SnapshotId} "
        + $"{string.Join(' ', verdict.Completion.Artifacts)}");

    private Task<IReadOnlyList<TaskVerdict>?> RecallAsync(VerdictQuestion? question = null) =>
        LorchWorkspace.RecallAsync(question ?? Question, _clock, mayWrite: true, CancellationToken.None);

    private async Task WorkAsync()
    {
        await _workspace.RunAsync("T-1");
        await _workspace.RunAsync("T-2");
        _clock.Lead = TimeSpan.FromMinutes(1);
    }

    private async Task<IReadOnlyList<TaskVerdict>> WorkAndRememberAsync()
    {
        await WorkAsync();
        var verdicts = await JudgeAndRememberAsync();
        Assert.Equal(OperatingSystem.IsLinux(), await RecallAsync() is not null);
        return verdicts;
    }

    /// <summary>Does what the key task does.</summary>
    private async Task<IReadOnlyList<TaskVerdict>> JudgeAndRememberAsync()
    {
        var workspace = _workspace.Open();
        var verdicts = await workspace.JudgeAsync(workspace.Select([]), WorkMode.WhenStale, CancellationToken.None);
        Remember(workspace, verdicts);
        return verdicts;
    }

    private void Remember(LorchWorkspace workspace, IReadOnlyList<TaskVerdict> verdicts)
    {
        foreach (var verdict in verdicts)
        {
            _workspace.Write($"state/keys/{verdict.TaskId}.key", verdict.KeyText);
        }

        // What is written now is compared with the real clock.
        _clock.Lead = TimeSpan.Zero;
        workspace.Remember(Question, verdicts);
    }

    private sealed class LeadingClock : TimeProvider
    {
        public TimeSpan Lead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Lead;
    }
}
