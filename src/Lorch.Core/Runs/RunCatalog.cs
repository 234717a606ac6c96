using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;

namespace Lorch.Core.Runs;

/// <summary>All runs of a workspace, by their ledgers. The index saves reading those that have ended.</summary>
internal sealed class RunCatalog(RunServices services)
{
    private readonly RunStateFile _states = new(services.Layout, services.Files);

    /// <summary>The last lines of ledgers of runs that are over, each for a file of this size and time.</summary>
    private readonly Dictionary<RunId, ((long Size, DateTime Time) File, Event Line)> _endings = [];

    /// <summary>Lists the runs, the newest last. Reads no ledger of a run that the index knows to have completed or been aborted.</summary>
    public IReadOnlyList<RunIndexEntry> List(CancellationToken cancellationToken)
    {
        var known = _states.ReadIndex().ToDictionary(run => run.RunId);
        var runs = new List<RunIndexEntry>();
        foreach (var runId in LedgerIds())
        {
            if (known.TryGetValue(runId, out var run) && !run.IsOpen && HasEnded(runId))
            {
                runs.Add(run);
            }
            else if (RunRecord.Replay(services.Layout, runId, cancellationToken) is { } record)
            {
                runs.Add(RunIndexEntry.Of(record.State));
            }
        }

        return runs;
    }

    /// <summary>The completions that a crash kept from their files: a ledger ends with one, and no file of its key holds it or a later one.</summary>
    /// <remarks>
    /// Ledgers tell of all branches, receipts of the one that is checked out. So a completion is given back only where the receipts that it rests on are,
    /// and never once its files were durable (<c>system.recorded</c>): what became of them since is somebody's will.
    /// </remarks>
    public IReadOnlyList<Completion> Unwritten(IReadOnlyList<RunIndexEntry> runs, CancellationToken cancellationToken) =>
        [.. Unconfirmed(runs).Where(completion => !IsWritten(completion) && HasReceipts(completion.RunId, cancellationToken))];

    /// <summary>The greatest run id that ledgers, torn ones among them, or receipts name: a new one must be greater.</summary>
    public RunId? Greatest()
    {
        var inReceipts = services.Receipts.Tasks().SelectMany(services.Receipts.Load).Select(stored => stored.Receipt.RunId);
        var all = LedgerIds().Concat(Ids("run-*.torn")).Concat(inReceipts).ToList();
        return all.Count == 0 ? null : all.Max();
    }

    /// <summary>Writes what the projections lack: completions, then the index.</summary>
    public async Task RepairAsync(IReadOnlyList<RunIndexEntry> runs, CancellationToken cancellationToken)
    {
        foreach (var completion in Unconfirmed(runs))
        {
            await ConfirmAsync(completion, cancellationToken);
        }

        foreach (var task in runs.Select(run => run.TaskId).Distinct().Where(task => services.Completions.Latest(task) is null))
        {
            if (services.Completions.Load(task) is [.., var newest])
            {
                await services.Completions.MakeLatestAsync(newest, cancellationToken);
            }
        }

        // A ledger without a whole first line began no run: it is moved aside.
        foreach (var stillborn in LedgerIds().Where(id => runs.All(run => run.RunId != id)))
        {
            await TornTail.RepairAsync(services.Layout, stillborn, services.Files, cancellationToken);
        }

        if (!_states.ReadIndex().SequenceEqual(runs))
        {
            await _states.WriteIndexAsync(runs, cancellationToken);
        }

        if (runs.Count > 0 && RunRecord.Replay(services.Layout, runs[^1].RunId, cancellationToken) is { } record)
        {
            await _states.RepairAsync(record.State, cancellationToken);
        }
    }

    /// <summary>The completions that ledgers end with, without saying that their files were durable; ledgers of earlier versions never say it.</summary>
    private IEnumerable<Completion> Unconfirmed(IReadOnlyList<RunIndexEntry> runs) =>
        runs.Where(run => run.Status is RunStatus.Completed).Select(run => CompletionOf(run.RunId)).OfType<Completion>().Where(completion => completion.EditedMeanwhile is null);

    private bool IsWritten(Completion completion) =>
        services.Completions.Find(completion.TaskId, completion.TaskKey) is { } written && written.RunId.CompareTo(completion.RunId) >= 0;

    private bool HasReceipts(RunId runId, CancellationToken cancellationToken) =>
        RunRecord.Replay(services.Layout, runId, cancellationToken) is { } record
        && record.History.Steps.All(step => services.Receipts.Holds(step.Receipt));

    /// <summary>Writes a completion's files unless they are there, and has its ledger say so.</summary>
    private async Task ConfirmAsync(Completion completion, CancellationToken cancellationToken)
    {
        var isWritten = IsWritten(completion);
        if (!isWritten && !HasReceipts(completion.RunId, cancellationToken))
        {
            return;
        }

        await TornTail.RepairAsync(services.Layout, completion.RunId, services.Files, cancellationToken);

        // Opening makes the ledger durable, whoever appended to it: a record must not outlive the line that it rests on.
        await using var journal = await RunJournal.ReopenAsync(services, RunRecord.Replay(services.Layout, completion.RunId, cancellationToken)!, cancellationToken);
        await (isWritten ? services.Completions.ConfirmAsync(completion, cancellationToken) : services.Completions.WriteAsync(completion, cancellationToken));
        await journal.NoteRecordedAsync();
    }

    /// <summary>Whether a ledger says last that its run is over. The index alone isn't believed.</summary>
    private bool HasEnded(RunId runId) => EndingOf(runId) is not null;

    private Completion? CompletionOf(RunId runId) =>
        EndingOf(runId) is { Name: EventName.RunCompleted, Payload: { } payload } ? Completion.FromElement(payload) : null;

    private Event? EndingOf(RunId runId)
    {
        var ledger = new FileInfo(services.Layout.Ledger(runId));
        if (!ledger.Exists)
        {
            return null;
        }

        var file = (ledger.Length, ledger.LastWriteTimeUtc);
        if (_endings.TryGetValue(runId, out var known) && known.File == file)
        {
            return known.Line;
        }

        if (LedgerReader.TryReadLast(ledger.FullName) is not { Message: Event { Name: EventName.RunCompleted or EventName.RunAborted or EventName.Recorded } ending })
        {
            return null;
        }

        _endings[runId] = (file, ending);
        return ending;
    }

    private List<RunId> LedgerIds() => Ids("run-*.ndjson");

    private List<RunId> Ids(string pattern)
    {
        var folder = new DirectoryInfo(services.Layout.EventsFolder);
        var ids = new List<RunId>();
        foreach (var file in folder.Exists ? folder.EnumerateFiles(pattern) : [])
        {
            if (RunId.TryParse(Path.GetFileNameWithoutExtension(file.Name), out var id))
            {
                ids.Add(id);
            }
        }

        ids.Sort();
        return ids;
    }
}
