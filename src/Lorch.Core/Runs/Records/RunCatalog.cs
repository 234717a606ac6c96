using Lorch.Core.Ledgers;
using Lorch.Core.Receipts;
using Lorch.Core.Storage;
using Lorch.Core.Transcripts;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Records;

/// <summary>All runs of a workspace, by their ledgers. Of those that have ended the first and the last line are read.</summary>
internal sealed class RunCatalog(RunStores stores, SecretRedactor redactor, Func<double> chance)
{
    private readonly RunStateFile _states = new(stores.Layout, stores.Files, stores.Clock);

    /// <summary>What was read of runs that are over, each for a ledger of this stamp.</summary>
    private readonly Dictionary<RunId, (FileStamp Ledger, EndedRun Run)> _ended = [];

    /// <summary>Lists the runs, the newest last.</summary>
    /// <exception cref="LorchException">A ledger can't be believed.</exception>
    public IReadOnlyList<RunIndexEntry> List(CancellationToken cancellationToken)
    {
        var damaged = new List<DamagedRun>();
        var runs = List(damaged, cancellationToken);
        return damaged.Count == 0 ? runs : throw new LorchException(damaged[0].Diagnostic);
    }

    /// <summary>Lists the runs whose ledgers can be believed, the newest last.</summary>
    /// <param name="damaged">Takes the others.</param>
    /// <param name="cancellationToken">Stops between two lines.</param>
    public IReadOnlyList<RunIndexEntry> List(ICollection<DamagedRun> damaged, CancellationToken cancellationToken)
    {
        var runs = new List<RunIndexEntry>();
        foreach (var runId in LedgerIds())
        {
            try
            {
                var run = EndedRunOf(runId)?.Entry
                    ?? (RunRecord.Replay(stores.Layout, runId, cancellationToken) is { } record ? EntryOf(record) : null);
                if (run is not null)
                {
                    runs.Add(run);
                }
            }
            catch (LorchException exception)
            {
                damaged.Add(new DamagedRun(runId, TaskOf(runId), exception.Diagnostic));
            }
        }

        return runs;
    }

    /// <summary>
    /// The completions that a crash kept from their files: a ledger ends with one, and no file of its key holds it or a later one.
    /// </summary>
    /// <remarks>
    /// Ledgers tell of all branches, receipts of the one that is checked out. So a completion is given back only where the receipts that it
    /// rests on are, and never once its files were durable (<c>system.recorded</c>): what became of them since is somebody's will.
    /// </remarks>
    /// <exception cref="LorchException">A ledger's last line can't be believed.</exception>
    public IReadOnlyList<Completion> Unwritten(IReadOnlyList<RunIndexEntry> runs, CancellationToken cancellationToken)
    {
        var damaged = new List<DamagedRun>();
        var unwritten = Unwritten(runs, damaged, cancellationToken);
        return damaged.Count == 0 ? unwritten : throw new LorchException(damaged[0].Diagnostic);
    }

    /// <summary>Those of them whose ledgers can be believed.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="damaged">Takes those whose last line can't be believed.</param>
    /// <param name="cancellationToken">Stops between two lines.</param>
    public IReadOnlyList<Completion> Unwritten(
        IReadOnlyList<RunIndexEntry> runs,
        ICollection<DamagedRun> damaged,
        CancellationToken cancellationToken) =>
        [.. Unconfirmed(runs, damaged).Where(completion => !IsWritten(completion) && HasReceipts(completion.RunId, cancellationToken))];

    /// <summary>The greatest run id that ledgers, torn ones among them, or receipts name: a new one must be greater.</summary>
    public RunId? Greatest()
    {
        var inReceipts = stores.Receipts.LoadAllSound().Select(stored => stored.Receipt.RunId);
        var all = LedgerIds().Concat(Ids(".torn")).Concat(inReceipts).ToList();
        return all.Count == 0 ? null : all.Max();
    }

    /// <summary>An id for a new run.</summary>
    public RunId NewRunId() => RunId.Create(stores.Clock.GetUtcNow(), Greatest(), (uint)(chance() * uint.MaxValue));

    /// <summary>Writes what the projections lack: completions, then the index.</summary>
    public async Task RepairAsync(IReadOnlyList<RunIndexEntry> runs, CancellationToken cancellationToken)
    {
        foreach (var completion in Unconfirmed(runs, []))
        {
            await ConfirmAsync(completion, cancellationToken);
        }

        foreach (var task in runs.Select(run => run.TaskId).Distinct().Where(task => stores.Completions.TryLatest(task) is null))
        {
            if (stores.Completions.Load(task, []) is [.., var newest])
            {
                await stores.Completions.MakeLatestAsync(newest, cancellationToken);
            }
        }

        // A ledger without a whole first line began no run, and a person's word that a crash cut off is said anew in another one: nothing
        // goes on with either, so nothing else would move their torn lines aside.
        var stillborn = LedgerIds().Except(runs.Select(run => run.RunId)).Where(id => IsStillborn(id, cancellationToken));
        var cutOff = runs.Where(run => run.Status is RunStatus.Aborted && EndedRunOf(run.RunId) is null).Select(run => run.RunId);
        foreach (var runId in stillborn.Concat(cutOff))
        {
            await TornTail.RepairAsync(stores.Layout, runId, stores.Files, cancellationToken);
        }

        if (runs.Count > 0 || Path.Exists(stores.Layout.RunIndex))
        {
            await _states.WriteIndexAsync(runs, cancellationToken);
        }

        if (runs.Count > 0 && RunRecord.TryReplay(stores.Layout, runs[^1].RunId, cancellationToken) is { } record)
        {
            await _states.RepairAsync(record.State, cancellationToken);
        }
    }

    private RunIndexEntry EntryOf(RunRecord record) =>
        RunIndexEntry.Of(record.State) with { Elsewhere = OtherWorkspaces.Find(record.History.Started!, stores.Layout) };

    /// <summary>
    /// The completions that ledgers end with, without saying that their files were durable; ledgers of earlier versions never say it.
    /// </summary>
    private IEnumerable<Completion> Unconfirmed(IReadOnlyList<RunIndexEntry> runs, ICollection<DamagedRun> damaged) =>
        runs.Where(run => run.Status is RunStatus.Completed)
            .Select(run => UnconfirmedOf(run, damaged))
            .OfType<Completion>()
            .Where(completion => completion.EditedMeanwhile is null);

    private bool IsWritten(Completion completion) =>
        stores.Completions.TryFind(completion.TaskId, completion.TaskKey) is { } written && written.RunId.CompareTo(completion.RunId) >= 0;

    private bool HasReceipts(RunId runId, CancellationToken cancellationToken) =>
        RunRecord.TryReplay(stores.Layout, runId, cancellationToken) is { } record
        && record.History.Steps.All(step => stores.Receipts.Holds(step.Receipt));

    /// <summary>Writes a completion's files unless they are there, and has its ledger say so.</summary>
    private async Task ConfirmAsync(Completion completion, CancellationToken cancellationToken)
    {
        var isWritten = IsWritten(completion);
        if (stores.Completions.IsDamaged(completion)
            || (!isWritten && !HasReceipts(completion.RunId, cancellationToken))
            || RunRecord.TryReplay(stores.Layout, completion.RunId, cancellationToken) is not { } record)
        {
            return;
        }

        await TornTail.RepairAsync(stores.Layout, completion.RunId, stores.Files, cancellationToken);

        // Opening makes the ledger durable, whoever appended to it: a record must not outlive the line that it rests on.
        await using var journal = await RunJournal.ReopenAsync(stores, redactor, record, cancellationToken);
        await (isWritten
            ? stores.Completions.ConfirmAsync(completion, cancellationToken)
            : stores.Completions.WriteAsync(completion, cancellationToken));
        await journal.NoteRecordedAsync();
    }

    private bool IsStillborn(RunId runId, CancellationToken cancellationToken)
    {
        try
        {
            return FileStamp.Of(stores.Layout.Ledger(runId)) is { IsRegular: true }
                && RunRecord.Replay(stores.Layout, runId, cancellationToken) is null;
        }
        catch (LorchException)
        {
            // Damage isn't told here, but where it is in the way. Nothing about it is changed.
            return false;
        }
    }

    private Completion? UnconfirmedOf(RunIndexEntry run, ICollection<DamagedRun> damaged)
    {
        try
        {
            return EndedRunOf(run.RunId) is { IsRecorded: false } ended ? ended.ReadCompletion() : null;
        }
        catch (LorchException exception)
        {
            damaged.Add(new DamagedRun(run.RunId, run.TaskId, exception.Diagnostic));
            return null;
        }
    }

    /// <summary>A run whose ledger says last that it is over; what stands between isn't asked.</summary>
    private EndedRun? EndedRunOf(RunId runId)
    {
        var path = stores.Layout.Ledger(runId);
        if (FileStamp.Of(path) is not { } ledger)
        {
            return null;
        }

        if (_ended.TryGetValue(runId, out var known) && known.Ledger == ledger)
        {
            return known.Run;
        }

        if (EndedRun.Read(path, runId) is not { } run)
        {
            return null;
        }

        _ended[runId] = (ledger, run);
        return run;
    }

    /// <summary>The task of a run whose ledger can't be believed, by one of its lines or by a receipt.</summary>
    private TaskId? TaskOf(RunId runId) => LedgerReader.FindTask(stores.Layout.Ledger(runId))
        ?? stores.Receipts.LoadAllSound().FirstOrDefault(stored => stored.Receipt.RunId == runId)?.Receipt.TaskId;

    private List<RunId> LedgerIds() => Ids(".ndjson");

    private List<RunId> Ids(string suffix)
    {
        var ids = new List<RunId>();
        var names = Directory.Exists(stores.Layout.EventsFolder) ? FolderNames.OfEntries(stores.Layout.EventsFolder) : [];
        foreach (var name in names.Where(name => name.EndsWith(suffix, StringComparison.Ordinal)))
        {
            if (RunId.TryParse(Path.GetFileNameWithoutExtension(name), out var id))
            {
                ids.Add(id);
            }
        }

        ids.Sort();
        return ids;
    }
}
