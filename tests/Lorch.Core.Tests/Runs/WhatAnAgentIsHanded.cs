using System.Globalization;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Working;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.GitIgnore;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// What the workspace must hold, as it is handed to an agent with its command: an agent that compares with it is accused of nothing that
/// others did.
/// </summary>
public sealed class WhatAnAgentIsHanded
{
    private const string Two = """{"id":"T-2","goal":"greet","inputs":["docs/**"]}""";

    private static readonly string[] Paths =
        ["src/a.txt", "src/b.txt", "src/gen/c.txt", "specs/a.md", "docs/d.md", "tests/e.txt", "lib/f.txt", "src/hello.txt"];

    private static int Runs => LongTests.AreAsked ? 300 : 12;

    /// <summary>
    /// An agent that was asked for nothing yet did nothing: whoever changed whatever before, reported or not, the disk is as it must be.
    /// </summary>
    [LongSet]
    [Fact]
    public async Task Is_what_the_disk_holds_when_it_is_first_asked_whoever_did_whatever_before()
    {
        var first = RandomSeed.Choose(otherwise: 1);
        for (var i = 0; i < Runs; i++)
        {
            var random = new Random(first + i);
            using var workspace = new WorkspaceUnderTest("""{"id":"T-1","goal":"greet","inputs":["lib/**"]}""", Two);
            Directory.CreateDirectory(workspace.At(".git"));
            Meddle(workspace, random);
            var (seen, told) = (new HashSet<string>(), "");
            workspace.Agents.Answer = command =>
            {
                var isFirst = seen.Add(command.IdempotencyKey.ToString());
                told = isFirst ? Difference(workspace, command) : told;
                Assert.True(
                    told.Length == 0,
                    string.Create(CultureInfo.InvariantCulture, $"LORCH_SEED={first + i}: {command.Action.WireName}: {told}"));
                var answer = random.Next(5) == 0 && isFirst
                    ? [workspace.Agents.Fail(command, "odd")]
                    : workspace.Agents.Play(command, random.Next(2), random.Next(2)).ToList();
                Meddle(workspace, random);
                return answer;
            };

            await workspace.RunAsync(random.Next(2) == 0 ? "T-1" : "T-2");
            Meddle(workspace, random);
            await workspace.RunAsync("T-2");
            await workspace.RunAsync("T-1");
        }
    }

    [Fact]
    public async Task Is_the_same_for_the_next_attempt_so_that_it_reports_what_the_last_one_left()
    {
        using var workspace = new WorkspaceUnderTest();
        var handed = new List<string>();
        workspace.Agents.Answer = command =>
        {
            handed.Add(string.Join(' ', Handed(workspace, command).Keys));
            workspace.Write($"src/half-{command.Retry.Attempt}.txt", "hal");
            return command.Retry.Attempt < 2 ? [workspace.Agents.Fail(command, "odd")] : workspace.Agents.Play(command);
        };

        await workspace.RunAsync();

        Assert.Equal(["specs/a.md", "specs/a.md", "specs/a.md"], handed[..3]);
        Assert.Contains("src/half-0.txt", handed[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_to_a_builder_what_it_left_half_written_when_the_build_ended()
    {
        using var workspace = await OpenRun.InterruptedAsync(AgentAction.Implement);
        workspace.Write("src/half.txt", "hal");
        workspace.Write("tests/half.txt", "hal");
        workspace.Write("lib/other.txt", "not tracked");
        var handed = "";
        workspace.Agents.Answer = command =>
        {
            handed = command.Action is AgentAction.Implement ? string.Join(' ', Handed(workspace, command).Keys) : handed;
            return workspace.Agents.Play(command);
        };

        await workspace.RunAsync();

        Assert.Equal("specs/a.md", handed);
    }

    [Theory]
    [InlineData("edited", "specs/a.md")]
    [InlineData("deleted", "specs/a.md")]
    [InlineData("added", "specs/b.md")]
    public async Task Leaves_an_edit_of_an_input_to_the_next_run_when_it_came_after_a_kill_that_ended_the_spec_maintainer(
        string what,
        string path)
    {
        using var workspace = await OpenRun.InterruptedAsync(AgentAction.UpdateSpec);
        ForgetWhatWasLeft(workspace);
        Edit(workspace, what, path);

        workspace.Agents.Answer = command => command.Action is AgentAction.UpdateSpec
            ? [Observe(workspace, command)]
            : workspace.Agents.Play(command);
        var result = await workspace.RunAsync();

        Assert.DoesNotContain(workspace.LatestCompletion().Artifacts, artifact => artifact.Path.ToString() == path);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Code is DiagnosticCode.InputChangedDuringRun);
        Assert.False((await workspace.JudgeAsync()).IsUpToDate);
    }

    [Theory]
    [InlineData("edited", "specs/a.md")]
    [InlineData("deleted", "specs/a.md")]
    [InlineData("added", "specs/b.md")]
    public async Task Is_of_a_new_run_when_an_input_was_edited_after_the_spec_maintainer_was_interrupted(string what, string path)
    {
        using var workspace = await OpenRun.InterruptedAsync(AgentAction.UpdateSpec);
        Edit(workspace, what, path);

        var result = await OpenRun.PlayAsync(workspace);

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal("implement 0 0", workspace.Agents.Story.First());
        Assert.True((await workspace.JudgeAsync()).IsUpToDate);
    }

    [Theory]
    [InlineData("edited", "specs/a.md")]
    [InlineData("deleted", "specs/a.md")]
    [InlineData("added", "specs/b.md")]
    public async Task Leaves_to_a_spec_maintainer_what_it_had_changed_when_it_was_interrupted(string what, string path)
    {
        using var workspace = new WorkspaceUnderTest();
        using var cancellation = new CancellationTokenSource();
        workspace.Agents.Answer = command => command.Action is AgentAction.UpdateSpec ? WorkHalf() : workspace.Agents.Play(command);
        await workspace.RunAsync(cancellationToken: cancellation.Token);
        workspace.Agents.Received.Clear();
        workspace.Agents.Answer = command => command.Action is AgentAction.UpdateSpec
            ? [Observe(workspace, command)]
            : workspace.Agents.Play(command);

        var result = await workspace.RunAsync();

        Assert.Equal(["update_spec 0 0"], workspace.Agents.Story);
        Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.Code is DiagnosticCode.InputChangedDuringRun);
        Assert.True((await workspace.JudgeAsync()).IsUpToDate);

        IEnumerable<AgentSignal> WorkHalf()
        {
            Edit(workspace, what, path);
            cancellation.Cancel();
            return [];
        }
    }

    [Fact]
    public async Task Holds_all_that_counts_for_what_is_tracked_and_what_the_task_is()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure(
            ["""{"id":"T-1","goal":"greet","inputs":["lib/**"],"verify":[{"cmd":["true"]}]}""", Two],
            snapshot: """{"include":["src/"],"exclude":["src/x/"],"respect_gitignore":false}""");
        Handover? handover = null;
        workspace.Agents.Answer = command =>
        {
            handover = command.Action is AgentAction.UpdateSpec
                ? Handover.Read(workspace.Layout.Handover(workspace.RunIds[^1]), command.MessageId)
                : null;
            return workspace.Agents.Play(command);
        };

        await workspace.RunAsync();

        Assert.Equal(["src/"], handover!.Include);
        Assert.Equal(["src/x/"], handover.Exclude);
        Assert.Equal(["lib/**", "docs/**"], handover.Inputs);
        Assert.False(handover.RespectGitIgnore);
        Assert.Equal("true", handover.Definition!.Value.GetProperty("verify")[0].GetProperty("cmd")[0].GetString());
        Assert.Equal("approved", handover.Cause!.Status);
        Assert.False(File.Exists(workspace.Layout.Handover(workspace.RunIds[^1])));
    }

    [Fact]
    public void Is_good_for_its_own_command_alone()
    {
        using var folder = TemporaryWorkspace.InMemory();
        var (mine, others) = (MessageId.Create(DateTimeOffset.UnixEpoch), MessageId.Create(DateTimeOffset.UnixEpoch));
        var snapshot = Manifest.Create([], DateTimeOffset.UnixEpoch).SnapshotId;
        var text =
            $$"""{"format":1,"command":"{{mine}}","snapshot_id":"{{snapshot}}","files":[],"absent":[],"include":[],"exclude":[],"inputs":[],"definition":{"goal":"g"} }""";

        Assert.NotNull(Handover.Read(folder.Write("a", text), mine));
        Assert.Null(Handover.Read(folder.Write("b", text), others));
        Assert.Throws<InvalidDataException>(() => Handover.Read(folder.Write("c", text[..^1]), mine));
        Assert.Throws<InvalidDataException>(
            () => Handover.Read(folder.Write("d", text.Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal)), mine));
        Assert.Throws<FileNotFoundException>(() => Handover.Read(folder.At("e"), mine));
    }

    private static void Edit(WorkspaceUnderTest workspace, string what, string path)
    {
        if (what == "deleted")
        {
            workspace.Delete(path);
        }
        else
        {
            workspace.Write(path, "as it shall be");
        }
    }

    /// <summary>Makes the ledger what it is after a kill: the last line that was written then isn't there.</summary>
    private static void ForgetWhatWasLeft(WorkspaceUnderTest workspace)
    {
        var ledger = workspace.Layout.Ledger(workspace.RunIds[0]);
        var lines = File.ReadAllLines(ledger);
        Assert.Contains("system.snapshot_drift", lines[^1], StringComparison.Ordinal);
        File.WriteAllText(ledger, string.Concat(lines[..^1].Select(line => line + "\n")));
    }

    /// <summary>What was handed over with a command. The run that goes on needn't be the newest.</summary>
    private static Handover HandoverOf(WorkspaceUnderTest workspace, Command command) => workspace.RunIds.Select(workspace.Layout.Handover)
        .Where(File.Exists)
        .Select(path => Handover.Read(path, command.MessageId))
        .OfType<Handover>()
        .Single();

    /// <summary>What the tracked files must be by what was handed over.</summary>
    private static SortedDictionary<string, string> Handed(WorkspaceUnderTest workspace, Command command)
    {
        var handover = HandoverOf(workspace, command);
        var manifest = new ManifestStore(workspace.Layout, workspace.Files).TryLoad(handover.SnapshotId)!;
        var tracked = Rules(workspace, handover).Paths();
        var files = new SortedDictionary<string, string>(
            manifest.Files.ToDictionary(file => file.Path.ToString(), file => file.Sha256.ToString()),
            StringComparer.Ordinal);
        foreach (var path in handover.Absent)
        {
            files.Remove(path.ToString());
        }

        foreach (var file in handover.Files.Where(file => tracked.Hold(file.Path)))
        {
            files[file.Path.ToString()] = file.Sha256.ToString();
        }

        return new SortedDictionary<string, string>(
            files.Where(file => tracked.Hold(RelativePath.Parse(file.Key))).ToDictionary(),
            StringComparer.Ordinal);
    }

    private static TrackingRules Rules(WorkspaceUnderTest workspace, Handover handover) =>
        new TrackingRules(handover.Include, handover.Exclude, handover.Inputs).For(workspace.Layout)
            .Without(GitIgnoreFiles.Of(workspace.Layout, handover.RespectGitIgnore));

    private static SortedDictionary<string, string> OnDisk(WorkspaceUnderTest workspace, Command command)
    {
        var rules = Rules(workspace, HandoverOf(workspace, command));
        var capture = new SnapshotCapture(
            workspace.Layout,
            rules,
            new DurableFiles(),
            SnapshotTrust.Content,
            TimeProvider.System).CaptureAsync(CancellationToken.None)
            .GetAwaiter()
            .GetResult();
        return new SortedDictionary<string, string>(
            capture.Manifest.Files.ToDictionary(file => file.Path.ToString(), file => file.Sha256.ToString()),
            StringComparer.Ordinal);
    }

    private static string Difference(WorkspaceUnderTest workspace, Command command)
    {
        var (handed, found) = (Handed(workspace, command), OnDisk(workspace, command));
        return string.Join(
            ' ',
            handed.Keys.Union(found.Keys).Where(path => handed.GetValueOrDefault(path) != found.GetValueOrDefault(path)));
    }

    /// <summary>Answers as an agent does whose changes are observed: it reports what differs from what was handed over.</summary>
    private static AgentSignal.Spoke Observe(WorkspaceUnderTest workspace, Command command)
    {
        var changed = Difference(workspace, command).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return changed.Length == 0
            ? workspace.Agents.Say(command, EventName.SpecNoChangesNeeded)
            : new(workspace.Agents.Say(
                command,
                EventName.SpecUpdated,
                artifacts: [.. changed.Where(path => File.Exists(workspace.At(path))).Select(workspace.Agents.Describe)]).Event with
            {
                Removed = [.. changed.Where(path => !File.Exists(workspace.At(path))).Select(RelativePath.Parse)],
            });
    }

    private static void Meddle(WorkspaceUnderTest workspace, Random random)
    {
        for (var i = random.Next(4); i > 0; i--)
        {
            var path = Paths[random.Next(Paths.Length)];
            switch (random.Next(6))
            {
                case 0 when File.Exists(workspace.At(path)):
                    workspace.Delete(path);
                    break;
                case 1:
                    workspace.Write(".gitignore", random.Next(2) == 0 ? "gen/\n" : "*.md\nlib/\n");
                    break;
                case 2:
                    workspace.Write("src/.gitignore", random.Next(2) == 0 ? "a.txt\n" : "");
                    break;
                default:
                    workspace.Write(path, string.Create(CultureInfo.InvariantCulture, $"{random.Next(3)}"));
                    break;
            }
        }
    }
}
