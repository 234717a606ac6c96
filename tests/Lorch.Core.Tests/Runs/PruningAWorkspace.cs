using System.Globalization;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage.Locks;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

public sealed class PruningAWorkspace
{
    [Fact]
    public async Task Removes_a_run_that_another_one_with_the_same_key_stands_for()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        await workspace.RunAsync(mode: WorkMode.Force);
        var runs = workspace.RunIds;

        await PruneAsync(workspace, keep: 0);

        Assert.Equal([runs[1]], workspace.RunIds);
        Assert.Empty(Directory.EnumerateFiles(workspace.Layout.TranscriptsFolder));
        Assert.True((await workspace.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task Keeps_the_newest_of_what_is_finished()
    {
        using var workspace = new WorkspaceUnderTest();
        for (var i = 0; i < 4; i++)
        {
            await workspace.RunAsync(mode: WorkMode.Force);
        }

        var runs = workspace.RunIds;

        await PruneAsync(workspace, keep: 2);

        Assert.Equal(runs.Skip(2), workspace.RunIds);
        Assert.Equal(2, Directory.EnumerateFiles(workspace.Layout.TranscriptsFolder).Count());
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(11, 0)]
    public async Task Counts_days_from_a_runs_end(int daysLater, int left)
    {
        var clock = new ShiftedClock();
        using var workspace = new WorkspaceUnderTest { Clock = clock };
        await workspace.RunAsync();
        clock.Pass(TimeSpan.FromDays(daysLater));

        await PruneAsync(workspace, days: 10);

        Assert.Equal(left, Directory.EnumerateFiles(workspace.Layout.TranscriptsFolder).Count());
    }

    [Fact]
    public async Task Removes_contents_once_no_landing_that_could_be_undone_needs_them()
    {
        var clock = new ShiftedClock();
        using var workspace = new WorkspaceUnderTest { Clock = clock };
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"isolation":"view"}""");
        await workspace.RunAsync();
        clock.Pass(TimeSpan.FromDays(9));
        await PruneAsync(workspace, days: 10);
        Assert.NotEmpty(Contents(workspace));

        clock.Pass(TimeSpan.FromDays(2));
        await PruneAsync(workspace, days: 10);

        Assert.Empty(Contents(workspace));
        Assert.True((await workspace.JudgeAsync()).IsUpToDate);
    }

    [Fact]
    public async Task Keeps_what_a_failed_run_in_a_view_made()
    {
        var clock = new ShiftedClock();
        using var workspace = new WorkspaceUnderTest { Clock = clock };
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"isolation":"view"}""");
        workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? [workspace.Agents.Fail(command, "no_quota", retriable: false)]
            : workspace.Agents.Play(command);
        await workspace.RunAsync();
        clock.Pass(TimeSpan.FromDays(30));
        await PruneAsync(workspace, days: 10);
        Directory.Delete(workspace.ViewRoot, recursive: true);
        var asked = new List<AgentAction>();
        workspace.Agents.Answer = command =>
        {
            asked.Add(command.Action);
            return workspace.Agents.Play(command);
        };

        Assert.Equal(RunOutcome.Completed, (await workspace.RunAsync()).Outcome);
        Assert.DoesNotContain(AgentAction.Implement, asked);
    }

    private static IReadOnlyList<string> Contents(WorkspaceUnderTest workspace) =>
        [.. Directory.EnumerateFiles(workspace.Layout.ContentsFolder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is not ".gitignore")];

    [Fact]
    public async Task Keeps_all_of_a_run_that_failed_until_it_is_aborted()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command => [workspace.Agents.Fail(command, "no_quota", retriable: false)];
        await workspace.RunAsync();
        var failed = Log(workspace, workspace.RunIds[0]);

        await PruneAsync(workspace, keep: 0);
        var whileOpen = (HasLog: File.Exists(failed), Transcripts: Directory.GetFiles(workspace.Layout.TranscriptsFolder).Length);
        await workspace.Open().AbortAsync(null, workspace, CancellationToken.None);
        await PruneAsync(workspace, keep: 0);

        Assert.Equal((true, 1), whileOpen);
        Assert.False(File.Exists(failed));
    }

    [Fact]
    public async Task Keeps_the_list_of_work_that_an_open_run_needs_and_no_other()
    {
        using var workspace = new WorkspaceUnderTest();
        var other = workspace.Layout.CommandFile("work-0123456789ab.json");
        using var interruption = new CancellationTokenSource();
        workspace.Agents.Answer = command =>
        {
            if (command.Action is AgentAction.Review)
            {
                interruption.Cancel();
                return [];
            }

            var many = Enumerable.Range(0, 600)
                .Select(i => workspace.Agents.Produce(string.Create(CultureInfo.InvariantCulture, $"src/{i}.txt"), "x"));
            return [workspace.Agents.Say(
                command,
                EventName.BuilderCompleted,
                artifacts: [.. many, workspace.Agents.Produce("src/hello.txt", "hello\n")])];
        };
        await workspace.RunAsync(cancellationToken: interruption.Token);
        await File.WriteAllTextAsync(other, "[]", TestContext.Current.CancellationToken);

        await PruneAsync(workspace, keep: 0);
        var left = Directory.GetFiles(workspace.Layout.SnapshotsFolder, "work-*.json");
        workspace.Agents.Answer = command => workspace.Agents.Play(command);
        var resumed = await workspace.ResumeAsync();

        Assert.NotEqual(other, Assert.Single(left));
        Assert.Equal(RunOutcome.Completed, resumed!.Outcome);
    }

    [Fact]
    public async Task Keeps_the_manifest_of_a_receipt_so_that_it_still_answers()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.OneTask, """{"id":"T-2","goal":"more","inputs":["docs/**"]}""");
        await ResumingARun.InterruptAtAsync(workspace, AgentAction.UpdateSpec);
        await workspace.Open().AbortAsync(null, workspace, CancellationToken.None);
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [workspace.Agents.Say(command, EventName.BuilderCompleted)]
            : workspace.Agents.Play(command);
        await workspace.RunAsync("T-2");
        workspace.Agents.Received.Clear();

        await PruneAsync(workspace, keep: 0);
        await workspace.RunAsync();

        Assert.Equal(2, workspace.RunIds.Count);
        Assert.Equal(["update_spec 0 0"], workspace.Agents.Story);
    }

    [Fact]
    public async Task Removes_what_a_run_without_ledger_left()
    {
        using var workspace = new WorkspaceUnderTest();
        var lost = RunId.Parse("run-20200101-000000-00000000");
        await workspace.RunAsync();
        string[] files = [Log(workspace, lost), workspace.Layout.Transcript(lost), workspace.Layout.TornTail(lost)];
        Array.ForEach(files, file => File.WriteAllText(file, "{"));

        var result = await PruneAsync(workspace, days: 30);

        Assert.Equal(files.Order(), result.Kinds.SelectMany(kind => kind.Files).Order());
        Assert.All(files, file => Assert.False(File.Exists(file)));
    }

    [Fact]
    public async Task Removes_nothing_when_it_can_not_know_what_is_needed()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        await workspace.RunAsync(mode: WorkMode.Force);
        workspace.Write("receipts/T-1/step-2.json", "{");
        var before = workspace.RunIds;

        var refusal = await Assert.ThrowsAsync<LorchException>(() => PruneAsync(workspace, keep: 0));

        Assert.Equal(DiagnosticCode.ReceiptDamaged, refusal.Diagnostic.Code);
        Assert.Equal(before, workspace.RunIds);
    }

    [Fact]
    public async Task Waits_for_the_workspace_as_a_run_does()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        var other = new LockHolder { Pid = 1, StartedAt = DateTimeOffset.UnixEpoch };
        using var held = await HeldLock.AcquireAsync(
            workspace.Layout,
            other,
            TimeSpan.Zero,
            TimeProvider.System,
            CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<LorchException>(() => PruneAsync(workspace, keep: 0));

        Assert.Equal(DiagnosticCode.WorkspaceLocked, refusal.Diagnostic.Code);
    }

    [Fact]
    public async Task Follows_no_link_out_of_its_folders()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        using var workspace = new WorkspaceUnderTest();
        using var elsewhere = new TemporaryWorkspace();
        var foreign = elsewhere.Write("run-20200101-000000-00000000.ndjson", "mine");
        await workspace.RunAsync();
        Directory.CreateDirectory(workspace.Layout.LogsFolder);
        Directory.CreateSymbolicLink(Path.Join(workspace.Layout.LogsFolder, "builder"), elsewhere.Root);

        await PruneAsync(workspace, keep: 0);

        Assert.True(File.Exists(foreign));
    }

    private static string Log(WorkspaceUnderTest workspace, RunId run)
    {
        var file = workspace.Layout.AgentLog("builder", run);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "{}\n");
        return file;
    }

    private static Task<PruneResult> PruneAsync(WorkspaceUnderTest workspace, int? keep = null, int? days = null) =>
        workspace.Open().PruneAsync(new PruneRequest { Keep = keep, Days = days }, workspace, CancellationToken.None);
}
