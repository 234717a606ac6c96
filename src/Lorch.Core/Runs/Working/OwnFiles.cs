using Lorch.Core.Hashing;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Verdicts;
using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Working;

/// <summary>Watches what Lorch keeps for itself while agents work: an agent that changes it could forge a proof, or lose one.</summary>
/// <remarks>
/// Agents run with the rights of the build, so nothing is kept from them; what they do is found out, and undone as far as copies are there.
/// lorch.json isn't watched: what was read of it when the run began counts until the run ends, and people edit it meanwhile.
/// Where agents work in a view, other runs write records of theirs meanwhile: then only those of the run's own task are watched.
/// What lies in <c>state/</c>, <c>logs/</c> and <c>transcripts/</c> proves nothing and isn't watched, but for the lock and what saves a
/// look: the scanner's index, and verdicts.
/// </remarks>
internal sealed class OwnFiles : IDisposable
{
    /// <summary>How many bytes of other runs' records are copied before agents start.</summary>
    private const long MaxCopied = 16 * 1024 * 1024;

    private readonly RunStores _stores;
    private readonly RunJournal _journal;
    private readonly bool _isAlone;
    private readonly HiddenCopy _copy;
    private readonly WatchedFiles _files;
    private readonly WatchedIndex _index;
    private readonly FileStamp? _lock;
    private readonly Dictionary<string, string?> _links;
    private readonly List<Alteration> _alterations = [];

    private OwnFiles(RunContext context, RunJournal journal)
    {
        var stores = context.Stores;
        (_stores, _journal, _isAlone) = (stores, journal, !context.View.IsApart);
        _copy = HiddenCopy.Create(stores.Layout.EventsFolder);
        _files = new WatchedFiles(_copy, MaxCopied);
        _index = new WatchedIndex(stores.Layout);
        _lock = FileStamp.Of(stores.Layout.LockFile);
        _links = Folders().Union(Links()).ToDictionary(folder => folder, LinkOf, StringComparer.Ordinal);
        foreach (var path in Records().Concat(Snapshots()))
        {
            _files.Add(path, isFresh: false);
        }
    }

    /// <summary>Whether anything was found so far.</summary>
    public bool AreAltered => _alterations.Count + _journal.Alterations.Count > 0;

    /// <summary>
    /// Whether what was found could forge a proof, or lose one: anything but the lock, without which only another build could have come in.
    /// </summary>
    public bool AreProofsAltered => All.Any(altered => altered.Path != _stores.Layout.LockFile);

    /// <summary>What was found, in words, without what was done about it.</summary>
    public string Summary => string.Join("; ", All.Select(altered => $"{Name(altered.Path)} {altered.What}"));

    /// <summary>What was found, one error for each file.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => [.. All.Select(altered => new Diagnostic
    {
        Code = DiagnosticCode.OwnFileAltered,
        File = altered.Path,
        Message = $"{Name(altered.Path)} {altered.What} while agents of {_journal.TaskId} were at work. {altered.Done}",
    })];

    private IEnumerable<Alteration> All => _journal.Alterations.Concat(_alterations);

    /// <summary>Begins to watch, before the first agent starts.</summary>
    /// <param name="context">The run's context.</param>
    /// <param name="journal">The run, whose ledger watches itself.</param>
    /// <returns>The watch; the caller disposes it.</returns>
    public static OwnFiles Watch(RunContext context, RunJournal journal) => new(context, journal);

    /// <summary>Looks at all of it, and undoes what can be undone.</summary>
    /// <param name="cancellationToken">Stops before anything is done.</param>
    /// <returns>A task that completes when everything found is in <see cref="Diagnostics"/>.</returns>
    /// <exception cref="LorchException">Something couldn't be undone.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await _journal.MendAsync(cancellationToken);
        CheckLinks();
        CheckLock();
        foreach (var path in _files.Paths.Where(path => !IsTold(path)).ToList())
        {
            if (_files.FindAlteration(path) is { } what)
            {
                _alterations.Add(await UndoAsync(path, what));
            }
        }

        await CheckNewAsync();
    }

    /// <summary>
    /// Makes the scanner's index what it was; to be called when the agents have ended and the workspace is to be captured.
    /// </summary>
    public void PutIndexBack() => _index.PutBack();

    /// <summary>Ends the watch, after the last agent ended.</summary>
    public void Dispose()
    {
        PutIndexBack();
        VerdictMemory.Forget(_stores.Layout);
        _index.Dispose();
        _copy.Dispose();
    }

    private static string? LinkOf(string folder) => new DirectoryInfo(folder).LinkTarget;

    private bool IsTold(string path) => _alterations.Any(altered => altered.Path == path);

    private async Task<Alteration> UndoAsync(string path, string what) => _files.ContentOf(path) is { } content
        ? await Alteration.MendAsync(_stores.Files, path, what, content)
        : new Alteration(path, what, "It was too large to be copied before: restore it.");

    private void CheckLinks()
    {
        foreach (var (path, link) in _links.ToList())
        {
            if (LinkOf(path) is var now && now != link)
            {
                _links[path] = now;
                _alterations.Add(new Alteration(path, "was replaced by a link, or leads elsewhere now", "Put back what was there."));
            }
        }
    }

    private void CheckLock()
    {
        var path = _stores.Layout.LockFile;
        if (_lock is { } stamp && FileStamp.Of(path) is var now && now?.IsSameFileAs(stamp) != true && !IsTold(path))
        {
            _alterations.Add(new Alteration(
                path,
                now is null ? "was deleted" : "was replaced by another file",
                "Another build could have run in this workspace at the same time."));
        }
    }

    /// <summary>A record that this run's ledger doesn't know was written by somebody else.</summary>
    private async Task CheckNewAsync()
    {
        foreach (var path in Records().Union(Links())
            .Where(path => !_files.Contains(path) && !_links.ContainsKey(path) && !IsTold(path))
            .ToList())
        {
            var own = _journal.History.Steps.FirstOrDefault(step => step.WasWorked && PathOf(step.Receipt.Path) == path);
            _files.Add(path, isFresh: true);
            if (own is null)
            {
                var aside = await Alteration.PutAsideAsync(_stores.Files, path);
                _alterations.Add(
                    new Alteration(
                        path,
                        "was written by somebody else",
                        $"It was renamed to '{aside}', so that Lorch doesn't use it as a record."));
            }
            else if (_files.ContentOf(path) is { } content && Sha256Digest.Of(content) != own.Receipt.Sha256)
            {
                _alterations.Add(new Alteration(path, "was changed", "Delete it to run the step again."));
            }
        }

        foreach (var path in Snapshots().Where(path => !_files.Contains(path)))
        {
            // Whoever takes a snapshot adds a manifest, and its name is checked against its content whenever it is read.
            _files.Add(path, isFresh: true);
        }
    }

    private string PathOf(string relative) => Path.Join(_stores.Layout.StateRoot, relative.Replace('/', Path.DirectorySeparatorChar));

    private string Name(string path) =>
        Path.GetRelativePath(_stores.Layout.StateRoot, path).Replace('\\', '/') is var name
            && !name.StartsWith("..", StringComparison.Ordinal)
            ? name
            : Path.GetFileName(path);

    private IEnumerable<string> Records() => _isAlone
        ? RecordFolder.Files(_stores.Layout.ReceiptsFolder, ".json")
            .Concat(RecordFolder.Files(_stores.Layout.EventsFolder, ".ndjson").Reverse().Where(path => path != _journal.LedgerPath))
        : RecordFolder.Files(_stores.Layout.TaskReceiptsFolder(_journal.TaskId), ".json");

    private IEnumerable<string> Snapshots() => _isAlone
        ? RecordFolder.Files(_stores.Layout.SnapshotsFolder, ".json")
        : [_stores.Layout.Manifest(_journal.History.Started!.SnapshotId)];

    private IEnumerable<string> Links() =>
        RecordFolder.Links(_stores.Layout.ReceiptsFolder)
            .Concat(RecordFolder.Links(_stores.Layout.EventsFolder))
            .Where(path => path != _journal.LedgerPath);

    private IEnumerable<string> Folders() =>
    [
        _stores.Layout.ReceiptsFolder,
        _stores.Layout.TaskReceiptsFolder(_journal.TaskId),
        _stores.Layout.EventsFolder,
        _stores.Layout.SnapshotsFolder,
        _stores.Layout.StateFolder,
        _stores.Layout.LogsFolder,
        _stores.Layout.TranscriptsFolder,
    ];
}
