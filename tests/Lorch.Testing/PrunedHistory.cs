using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;

namespace Lorch.Testing;

/// <summary>
/// A workspace with a random history over many days: runs that complete, fail, are interrupted, resumed, forced and aborted, and snapshots.
/// </summary>
internal sealed class PrunedHistory : IDisposable
{
    private const string First = """{"id":"T-1","goal":"greet","inputs":["specs/**"],"expected_outputs":[{"path":"src/hello.txt"}]}""";
    private const string Second = """{"id":"T-2","goal":"more","inputs":["docs/in/**"],"depends_on":["T-1"]}""";

    private static readonly AgentAction[] Interrupted = [AgentAction.Implement, AgentAction.Review, AgentAction.UpdateSpec];

    private readonly HashSet<string> _stamped = [];
    private readonly Random _random;

    public PrunedHistory(int seed)
        : this(new Random(seed), new ShiftedClock())
    {
    }

    private PrunedHistory(Random random, ShiftedClock clock)
    {
        (_random, Clock) = (random, clock);
        Workspace = new WorkspaceUnderTest(First, Second) { Clock = clock };
        Workspace.Files = new CrashingFiles(Workspace.Root, new UnsyncedChanges());
        Workspace.Configure([First, Second], """{"retry":{"max_attempts":1}}""");
    }

    public ShiftedClock Clock { get; }

    public WorkspaceUnderTest Workspace { get; }

    /// <summary>The paths of all that Lorch keeps, with what is in it.</summary>
    public IReadOnlyDictionary<string, string> Records =>
        Contents(Workspace, "receipts", "events", "snapshots", "logs", "transcripts", "reports", "state");

    public PruneRequest RandomRequest(bool isDryRun = false) => new()
    {
        Days = _random.Next(3) == 0 ? null : _random.Next(12),
        Keep = _random.Next(3) == 0 ? null : _random.Next(6),
        IsDryRun = isDryRun,
    };

    public static IReadOnlyDictionary<string, string> Contents(WorkspaceUnderTest workspace, params string[] folders) => folders
        .Select(workspace.At)
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        .Where(file => Path.GetFileName(file) is not ("run.lock" or "snapshot.index"))
        .ToDictionary(file => Path.GetRelativePath(workspace.Root, file).Replace('\\', '/'), File.ReadAllText);

    public async Task LiveAsync(int deeds)
    {
        for (var i = 0; i < deeds; i++)
        {
            await DoAsync();
            Clock.Pass(TimeSpan.FromHours(_random.Next(1, 40)));
            StampManifests();
        }
    }

    /// <summary>Adds runs and snapshots whose ledgers and manifests nothing needs, once there are newer ones.</summary>
    public async Task AddWhatNothingNeedsAsync()
    {
        Workspace.Agents.Answer = Answer;
        await Workspace.RunAsync(mode: WorkMode.Force);
        await Workspace.RunAsync(mode: WorkMode.Force);
        for (var i = 0; i < 3; i++)
        {
            Workspace.Write("docs/note.md", $"{i}");
            await Workspace.Open().Snapshots.WithNowAsync(null, CancellationToken.None);
            Clock.Pass(TimeSpan.FromHours(1));
            StampManifests();
        }
    }

    public Task<PruneResult> PruneAsync(PruneRequest request) => Workspace.Open().PruneAsync(request, Workspace, CancellationToken.None);

    /// <summary>The same workspace once more, in another folder.</summary>
    public PrunedHistory Copy()
    {
        var copy = new PrunedHistory(_random, Clock);
        foreach (var file in Directory.EnumerateFiles(Workspace.Root, "*", SearchOption.AllDirectories))
        {
            var target = copy.Workspace.At(Path.GetRelativePath(Workspace.Root, file).Replace('\\', '/'));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
            File.SetLastWriteTimeUtc(target, File.GetLastWriteTimeUtc(file));
        }

        return copy;
    }

    /// <summary>
    /// What becomes of the workspace from here on: what is told of it, what is resumed, and what is worked for each of the specifications
    /// there were.
    /// </summary>
    public async Task<IReadOnlyList<string>> GoOnAsync()
    {
        var story = new List<string>();
        var verification = await Workspace.Open().VerifyAsync(CancellationToken.None);
        story.AddRange(
            verification.Diagnostics.Where(found => found.Severity is DiagnosticSeverity.Error)
                .Select(found => found.Message.Replace(Workspace.Root, "", StringComparison.Ordinal)));
        Workspace.Agents.Answer = Answer;
        story.Add($"resume {await TryAsync(async () => (await Workspace.ResumeAsync())?.Outcome)}");
        foreach (var version in (int[])[0, 1, 2, 0])
        {
            Specify(version);
            var status = await Workspace.Open().StatusAsync(CancellationToken.None);
            story.AddRange(status.Tasks.Select(task => $"{task.TaskId} {task.State} {task.Inputs} {string.Join(", ", task.Reasons)}"));
            Workspace.Agents.Received.Clear();
            story.Add(
                $"run {await TryAsync(async () => (RunOutcome?)(await Workspace.RunAsync("T-2")).Outcome)}: "
                    + $"{string.Join(", ", Workspace.Agents.Story)}");
        }

        return story;
    }

    public void Dispose() => Workspace.Dispose();

    private async Task DoAsync()
    {
        Workspace.Agents.Answer = Answer;
        switch (_random.Next(10))
        {
            case 0:
                await Workspace.Open().Snapshots.WithNowAsync(null, CancellationToken.None);
                break;
            case 1:
                Workspace.Write($"docs/{_random.Next(3)}.md", $"{_random.Next(3)}");
                await Workspace.Open().Snapshots.WithNowAsync(null, CancellationToken.None);
                break;
            case 2:
                Workspace.Agents.Answer = command => command.Action is AgentAction.Review
                    ? [Workspace.Agents.Fail(command, "no_quota", retriable: false)]
                    : Answer(command);
                Specify(_random.Next(3));
                await Workspace.RunAsync();
                break;
            case 3 or 4:
                Specify(_random.Next(3));
                await InterruptAsync(Interrupted[_random.Next(Interrupted.Length)]);
                break;
            case 5:
                await Workspace.Open().AbortAsync(null, Workspace, CancellationToken.None);
                break;
            case 6:
                await TryAsync(async () => (await Workspace.ResumeAsync())?.Outcome);
                break;
            case 7:
                await Workspace.RunAsync(mode: WorkMode.Force);
                break;
            default:
                Specify(_random.Next(3));
                await Workspace.RunAsync(_random.Next(3) == 0 ? "T-2" : "T-1");
                break;
        }
    }

    private async Task InterruptAsync(AgentAction action)
    {
        using var interruption = new CancellationTokenSource();
        Workspace.Agents.Answer = command =>
        {
            if (command.Action != action)
            {
                return Answer(command);
            }

            interruption.Cancel();
            return [];
        };
        await Workspace.RunAsync(mode: _random.Next(3) == 0 ? WorkMode.Fresh : WorkMode.WhenStale, cancellationToken: interruption.Token);
    }

    private IEnumerable<AgentSignal> Answer(Command command) =>
        command is { Action: AgentAction.Implement, TaskId: var task } && task.ToString() == "T-1"
            ? [Workspace.Agents.Say(
                command,
                EventName.BuilderCompleted,
                artifacts: Workspace.Agents.Produce("src/hello.txt", Workspace.Read("specs/a.md")))]
            : command is { Action: AgentAction.Implement }
                ? [Workspace.Agents.Say(command, EventName.BuilderCompleted, artifacts: Workspace.Agents.Produce("docs/out.md", "out\n"))]
                : Workspace.Agents.Play(command);

    private static async Task<string> TryAsync(Func<Task<RunOutcome?>> deed)
    {
        try
        {
            return (await deed())?.ToString() ?? "nothing";
        }
        catch (LorchException exception)
        {
            return exception.Diagnostic.Code;
        }
    }

    private void Specify(int version) => Workspace.Write("specs/a.md", $"# {version}\n");

    /// <summary>Gives the manifests written since the times of this history.</summary>
    private void StampManifests()
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        foreach (var file in new DirectoryInfo(Workspace.Layout.SnapshotsFolder) is { Exists: true } folder ? folder.GetFiles() : [])
        {
            if (_stamped.Add(file.Name))
            {
                file.LastWriteTimeUtc = now;
            }
        }
    }
}
