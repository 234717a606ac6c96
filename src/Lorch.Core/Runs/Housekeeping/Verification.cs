using Lorch.Core.Ledgers;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Working;
using Lorch.Core.Storage;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Housekeeping;

/// <summary>
/// Checks all that Lorch keeps against each other: each file by itself, receipts against ledgers, artifacts against receipts.
/// </summary>
internal sealed class Verification(RunStores stores, ArtifactVerifier verifier, TaskGraph graph)
{
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly Dictionary<RunId, RunRecord> _runs = [];
    private readonly List<StoredReceipt> _receipts = [];
    private readonly HashSet<RunId> _completed = [];
    private long _lines;

    public async Task<VerificationResult> RunAsync(CancellationToken cancellationToken)
    {
        var snapshots = CheckManifests();
        var ledgers = CheckLedgers(cancellationToken);
        var completions = CheckRecords();
        CheckReceiptsAgainstLedgers();
        CheckLedgersAgainstReceipts();
        NoteAltered();
        CheckContents(cancellationToken);
        _diagnostics.AddRange(PrivateFolders.FindProblems(stores.Layout));
        var artifacts = await CheckArtifactsAsync(cancellationToken);
        return new VerificationResult
        {
            Snapshots = snapshots,
            Ledgers = ledgers,
            Lines = _lines,
            Receipts = _receipts.Count,
            Completions = completions,
            Artifacts = artifacts,
            Diagnostics = _diagnostics,
        };
    }

    private static IReadOnlyList<string> Files(string folder, string pattern) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)] : [];

    /// <summary>Says which folders stand where a record should: whoever lists files passes over them.</summary>
    private void RefuseFolders(string parent, string pattern, string code, string record)
    {
        foreach (var folder in Directory.Exists(parent) ? Directory.GetDirectories(parent, pattern) : [])
        {
            Damage(
                code,
                $"A folder stands in the place of a {record}. Something else made it: put the {record} back, or remove the folder.",
                folder);
        }
    }

    private int CheckManifests()
    {
        var files = Files(stores.Layout.SnapshotsFolder, "snap-*.manifest.json");
        RefuseFolders(stores.Layout.SnapshotsFolder, "snap-*.manifest.json", DiagnosticCode.ManifestDamaged, "manifest");
        foreach (var file in files)
        {
            if (SnapshotId.TryParse(Path.GetFileName(file).Split('.')[0], out var id))
            {
                Try(() => stores.Manifests.TryLoad(id));
            }
        }

        return files.Count;
    }

    private int CheckLedgers(CancellationToken cancellationToken)
    {
        var files = Files(stores.Layout.EventsFolder, "run-*.ndjson");
        RefuseFolders(stores.Layout.EventsFolder, "run-*.ndjson", DiagnosticCode.LedgerDamaged, "ledger");
        foreach (var file in files)
        {
            if (RunId.TryParse(Path.GetFileNameWithoutExtension(file), out var id))
            {
                Try(() => CheckLedger(id, file, cancellationToken));
            }
        }

        return files.Count;
    }

    private void CheckLedger(RunId id, string file, CancellationToken cancellationToken)
    {
        var record = RunRecord.Replay(stores.Layout, id, cancellationToken);
        if (record is not null)
        {
            _runs.Add(id, record);
        }

        var lines = LedgerReader.Read(file, cancellationToken).LongCount();
        _lines += lines;
        if (TornTail.IsTorn(file))
        {
            Note(
                DiagnosticCode.LedgerTorn,
                DiagnosticSeverity.Warning,
                "The last line was torn by a crash. That is no damage: the next run moves it aside.",
                file,
                lines + 1);
        }
    }

    private int CheckRecords()
    {
        var completions = 0;
        foreach (var task in stores.Receipts.Tasks())
        {
            _receipts.AddRange(stores.Receipts.Load(task, _diagnostics));
            var written = stores.Completions.Load(task, _diagnostics);
            completions += written.Count;
            _completed.UnionWith(written.Select(completion => completion.RunId));
            Try(() => stores.Completions.Latest(task));
        }

        return completions;
    }

    private void CheckReceiptsAgainstLedgers()
    {
        foreach (var (receipt, reference) in _receipts)
        {
            var file = stores.Layout.Receipt(receipt.TaskId, receipt.Step);
            if (!_runs.TryGetValue(receipt.RunId, out var run))
            {
                if (!File.Exists(stores.Layout.Ledger(receipt.RunId)))
                {
                    Note(
                        DiagnosticCode.ReceiptDamaged,
                        DiagnosticSeverity.Message,
                        $"The ledger of {receipt.RunId} isn't here. The receipt counts without it.",
                        file);
                }
            }
            else if (run.History.Steps.FirstOrDefault(step => step.WasWorked && step.Step == receipt.Step) is { } recorded)
            {
                if (recorded.Receipt.Sha256 != reference.Sha256)
                {
                    Damage(
                        DiagnosticCode.ReceiptDamaged,
                        $"The receipt isn't the one that {receipt.RunId} recorded: "
                            + $"expected {recorded.Receipt.Sha256}, found {reference.Sha256}. "
                        + "It can't be trusted: restore the file, or delete it to run the step again.",
                        file);
                }
            }
            else if (run.History.InFlight?.Terminal?.MessageId != receipt.TerminalMessageId)
            {
                Damage(
                    DiagnosticCode.ReceiptDamaged,
                    $"The ledger of {receipt.RunId} knows nothing of step {receipt.Step}. Something else wrote this file: delete it.",
                    file);
            }
        }
    }

    private void CheckLedgersAgainstReceipts()
    {
        var known = _receipts.Select(stored => (stored.Receipt.RunId, stored.Receipt.Step)).ToHashSet();
        foreach (var (id, run) in _runs)
        {
            foreach (var step in run.History.Steps.Where(step => step.WasWorked && !known.Contains((id, step.Step))))
            {
                if (_completed.Contains(id))
                {
                    Damage(
                        DiagnosticCode.ReceiptDamaged,
                        $"The receipt of step {step.Step}, {step.Receipt.Path}, is gone or can't be used. The step may run, and you may "
                            + $"pay for it, again: restore the file.",
                        stores.Layout.Ledger(id));
                }
                else
                {
                    // Ledgers tell of all branches, receipts of the one that is checked out.
                    Note(
                        DiagnosticCode.ReceiptDamaged,
                        DiagnosticSeverity.Message,
                        $"The receipt of step {step.Step}, {step.Receipt.Path}, isn't here, and no completion that is here rests on it: "
                            + $"the run may be another branch's.",
                        stores.Layout.Ledger(id));
                }
            }
        }
    }

    /// <summary>What was put aside is no damage: what belongs in its place was put back, or checked above.</summary>
    private void NoteAltered()
    {
        string[] folders = [stores.Layout.EventsFolder, stores.Layout.ReceiptsFolder, stores.Layout.SnapshotsFolder];
        foreach (var file in folders.SelectMany(folder => RecordFolder.Named(folder, Alteration.Suffix)))
        {
            Note(
                DiagnosticCode.OwnFileAltered,
                DiagnosticSeverity.Warning,
                "Something wrote this in the place of one of Lorch's files while agents were at work. Look what it is and who did it, then "
                    + "delete it.",
                file);
        }
    }

    /// <summary>A content that isn't what its name says proves nothing, and is never put anywhere.</summary>
    private void CheckContents(CancellationToken cancellationToken)
    {
        _ = stores.Receipts.Landings(_diagnostics);
        foreach (var file in stores.Contents.FindDamaged(cancellationToken))
        {
            Damage(
                DiagnosticCode.ContentLost,
                "The content isn't what its name says any more. A run that needs it can't go on, and what replaced it can't be undone: "
                    + "restore the file, or delete it.",
                file);
        }
    }

    /// <summary>Compares the disk with the newest receipt that names each path.</summary>
    private async Task<int> CheckArtifactsAsync(CancellationToken cancellationToken)
    {
        var newest = Product.Newest(_receipts.Select(stored => stored.Receipt));
        foreach (var (path, product) in newest.OrderBy(pair => pair.Key))
        {
            var problem = product.Artifact is { } artifact
                ? await verifier.VerifyAsync(artifact, cancellationToken)
                : verifier.VerifyRemoved(path);
            if (problem is not null && !IsInFlight(path))
            {
                // People go on editing what was made: only files that are to equal their inputs are wrong by that.
                var regenerates = graph.Knows(product.TaskId) && graph[product.TaskId].Regenerate;
                Note(
                    DiagnosticCode.ArtifactAltered,
                    regenerates ? DiagnosticSeverity.Error : DiagnosticSeverity.Message,
                    $"{problem}. The expected content is from the newest receipt of this file, of {product.RunId}. "
                    + (regenerates
                        ? $"{product.TaskId} is stale and will run again."
                        : $"Whoever edited what {product.TaskId} made may do so."),
                    path.ToString());
            }
        }

        return newest.Count;
    }

    /// <summary>Whether an open run's agent may have been at work on the path when it was interrupted.</summary>
    private bool IsInFlight(RelativePath path) => _runs.Values.Any(run => run.History.IsOpen && Drift.MayBeInFlight(run.History, path));

    private void Try(Action check)
    {
        try
        {
            check();
        }
        catch (LorchException exception)
        {
            _diagnostics.Add(exception.Diagnostic);
        }
    }

    private void Damage(string code, string message, string file) => Note(code, DiagnosticSeverity.Error, message, file);

    private void Note(string code, DiagnosticSeverity severity, string message, string file, long line = 0) =>
        _diagnostics.Add(new Diagnostic
        {
            Code = code,
            Severity = severity,
            Message = message,
            File = file,
            Line = (int)line,
            Column = line > 0 ? 1 : 0,
        });
}
