using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Storage;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Housekeeping;

/// <summary>Removes what is old and needed by nothing.</summary>
/// <remarks>
/// <para>Receipts and completions are never removed, and nor is what they need. A manifest is needed by each receipt and completion that
/// names it: without it no receipt answers once agents changed the workspace, and no completion says what its inputs were. A ledger is
/// needed by its run while that is open, and by the completions that answer now: it says why a task is stale. Older completions and
/// receipts stand for themselves, as they do where a cache restored them without ledgers. The newest run stays, as <c>state/run.json</c>
/// tells of it.</para>
/// <para>What is removed first is needed by nothing that is removed later, so it does no harm to end between two files: the next prune
/// finds what is left, by its name.</para>
/// </remarks>
internal sealed class Pruning(RunStores stores, RunCatalog catalog, PruneRequest request)
{
    private const string Ledgers = "run-*.ndjson";
    private const string TornEnds = "run-*.torn";
    private const string Transcripts = "run-*.txt";
    private const string Reports = "run-*";
    private const string Logs = "run-*.ndjson";
    private const string Patches = "run-*.patch";
    private const string Manifests = "snap-*.manifest.json";
    private static readonly string[] CommandFiles = ["goal-*.md", "summary-*.txt", "work-*.json"];

    private readonly DateTimeOffset _oldBefore =
        request.Days is { } days ? stores.Clock.GetUtcNow().AddDays(-days) : DateTimeOffset.MinValue;

    private WorkspaceLayout Layout => stores.Layout;

    public async Task<PruneResult> RunAsync(CancellationToken cancellationToken)
    {
        var runs = catalog.List(cancellationToken);
        var unwritten = catalog.Unwritten(runs, cancellationToken);
        if (!request.IsDryRun)
        {
            // A completion that only a ledger holds is written before that ledger may go.
            LeftOvers.Remove(Layout, stores.Clock);
            await catalog.RepairAsync(runs, cancellationToken);
        }

        var records = KeptByRecords.Read(stores, runs, unwritten);
        var finished = FinishedRuns(runs);
        var left = runs.Where(run => records.Runs.Contains(run.RunId) || !finished.GetValueOrDefault(run.RunId)).ToList();
        var goneRuns = runs.Select(run => run.RunId).Except(left.Select(run => run.RunId)).ToHashSet();

        // Torn ends go with their ledger, or alone where it never was one.
        var isLeft = left.Select(run => run.RunId).ToHashSet();
        KindOfFile[] kinds =
        [
            OfRuns("ledgers", Files(Layout.EventsFolder, Ledgers), goneRuns.Contains, finished),
            OfRuns("torn ends of ledgers", Files(Layout.EventsFolder, TornEnds), run => !isLeft.Contains(run), finished),
            OfRuns("transcripts", Files(Layout.TranscriptsFolder, Transcripts), _ => true, finished),
            OfRuns("reports", Files(Layout.ReportsFolder, Reports), _ => true, finished),
            OfRuns("patches", Files(Layout.LogsFolder, Patches), _ => true, finished),
            OfRuns("logs", LogFolders().SelectMany(folder => Files(folder, Logs)), _ => true, finished),
            ByTime("snapshots", Files(Layout.SnapshotsFolder, Manifests), Needed(records, left)),
            ByTime("parts of commands", FilesOfCommands(), NamedByCommands(left, cancellationToken)),
            ByTime("contents", Contents(), NeededOfContents(runs, finished, cancellationToken)),
        ];
        if (!request.IsDryRun)
        {
            // A run that the index doesn't list is found by its ledger; one that it lists must have one.
            if (goneRuns.Count > 0)
            {
                await new RunStateFile(Layout, stores.Files, stores.Clock).WriteIndexAsync(left, cancellationToken);
            }

            foreach (var file in kinds.SelectMany(kind => kind.Gone))
            {
                await stores.Files.DeleteAsync(file.FullName, cancellationToken);
            }
        }

        return new PruneResult([.. kinds.Select(kind => kind.ToResult())]);
    }

    private static List<FileInfo> Files(string folder, string pattern)
    {
        var directory = new DirectoryInfo(folder);
        return directory.Exists
            ? [.. directory.EnumerateFiles(pattern)
                .Where(file => file.LinkTarget is null)
                .OrderBy(file => file.Name, StringComparer.Ordinal)]
            : [];
    }

    private static RunId? RunOf(FileInfo file) => RunId.TryParse(Path.GetFileNameWithoutExtension(file.Name), out var id) ? id : null;

    /// <summary>
    /// The runs that are over, and whether each is old. Also those that have left nothing but a transcript, a log or a torn end.
    /// </summary>
    private Dictionary<RunId, bool> FinishedRuns(IReadOnlyList<RunIndexEntry> runs)
    {
        var ended = runs.ToDictionary(run => run.RunId, run => run.IsOpen ? (DateTimeOffset?)null : run.CompletedAt ?? run.StartedAt);
        var others = LogFolders().SelectMany(folder => Files(folder, Logs))
            .Concat(Files(Layout.TranscriptsFolder, Transcripts))
            .Concat(Files(Layout.ReportsFolder, Reports))
            .Concat(Files(Layout.EventsFolder, TornEnds));
        foreach (var run in others.Select(RunOf).OfType<RunId>())
        {
            ended.TryAdd(run, run.Time);
        }

        var finished = ended.Where(run => run.Value is not null).OrderByDescending(run => run.Key).ToList();
        return finished.Select((run, index) => (run.Key, IsOld: IsOld(run.Value!.Value, index)))
            .ToDictionary(run => run.Key, run => run.IsOld);
    }

    private bool IsOld(DateTimeOffset time, int newer) => time < _oldBefore || newer >= request.Keep;

    private HashSet<string> Needed(KeptByRecords records, List<RunIndexEntry> left)
    {
        var files = records.Snapshots.Concat(left.Select(run => run.SnapshotId)).Select(Layout.Manifest).ToHashSet(StringComparer.Ordinal);
        if (Files(Layout.SnapshotsFolder, Manifests).MaxBy(file => FileStamp.WrittenAtOf(file.FullName)) is { } latest)
        {
            files.Add(latest.FullName);
        }

        return files;
    }

    private List<FileInfo> Contents()
    {
        var folder = new DirectoryInfo(Layout.ContentsFolder);
        return folder.Exists
            ? [.. folder.EnumerateDirectories().Where(sub => sub.LinkTarget is null).SelectMany(sub => Files(sub.FullName, "*"))]
            : [];
    }

    /// <summary>Of a run that is worked a content may be needed before any record names it. All stay as long as there is one.</summary>
    private HashSet<string> NeededOfContents(
        IReadOnlyList<RunIndexEntry> runs,
        Dictionary<RunId, bool> finished,
        CancellationToken cancellationToken)
    {
        var needed = runs.Any(run => run.Status is RunStatus.Running)
            ? Contents().Select(file => file.FullName)
            : NeededContents.Find(stores, runs, run => finished.GetValueOrDefault(run, true), cancellationToken).Select(Layout.Content);
        return needed.ToHashSet(StringComparer.Ordinal);
    }

    private List<FileInfo> FilesOfCommands() => [.. CommandFiles.SelectMany(pattern => Files(Layout.SnapshotsFolder, pattern))];

    private HashSet<string> NamedByCommands(List<RunIndexEntry> runs, CancellationToken cancellationToken)
    {
        if (FilesOfCommands().Count == 0)
        {
            return [];
        }

        var named =
            from run in runs
            from entry in LedgerReader.ReadWithoutChatter(Layout.Ledger(run.RunId), cancellationToken)
            let command = entry.Message as Command
            where command is not null
            from path in CommandFileReferences.PathsOf(command.Inputs)
            select Path.Join(Layout.SnapshotsFolder, Path.GetFileName(path));
        return named.ToHashSet(StringComparer.Ordinal);
    }

    private IEnumerable<string> LogFolders()
    {
        var folder = new DirectoryInfo(Layout.LogsFolder);
        return folder.Exists
            ? folder.EnumerateDirectories().Where(sub => sub.LinkTarget is null).Select(sub => sub.FullName).Order(StringComparer.Ordinal)
            : [];
    }

    private static KindOfFile OfRuns(string name, IEnumerable<FileInfo> files, Func<RunId, bool> mayGo, Dictionary<RunId, bool> finished)
    {
        var old = files.Where(file => RunOf(file) is { } run && finished.GetValueOrDefault(run)).ToList();
        var gone = old.Where(file => mayGo(RunOf(file)!.Value)).ToList();
        return new KindOfFile(name, gone, old.Count - gone.Count);
    }

    private KindOfFile ByTime(string name, List<FileInfo> files, HashSet<string> needed)
    {
        var old = files.Select(file => (File: file, Time: FileStamp.WrittenAtOf(file.FullName)))
            .OrderByDescending(file => file.Time)
            .Where((file, index) => IsOld(file.Time, index))
            .Select(file => file.File)
            .ToList();
        var gone = old.Where(file => !needed.Contains(file.FullName)).ToList();
        return new KindOfFile(name, gone, old.Count - gone.Count);
    }

    private sealed record KindOfFile(string Name, List<FileInfo> Gone, int Needed)
    {
        private readonly long _bytes = Gone.Sum(file => file.Length);

        public PrunedKind ToResult() =>
            new() { Name = Name, Files = [.. Gone.Select(file => file.FullName)], Bytes = _bytes, Needed = Needed };
    }
}
