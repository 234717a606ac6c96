using System.Globalization;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Receipts;

/// <summary>The receipts on disk. They are only ever added to.</summary>
internal sealed class ReceiptStore(WorkspaceLayout layout, IDurableFiles files)
{
    private const string Prefix = "step-";
    private const string LandPrefix = "land-";
    private const string Suffix = ".json";
    private const int MaxDigits = 9;

    private readonly RecordFile<Receipt> _file = new(
        ReceiptsJson.ReceiptType,
        Receipt.CurrentFormat,
        DiagnosticCode.ReceiptDamaged,
        "receipt",
        "Without it, Lorch would run the step, and you would pay for it, again.",
        " to run the step again.");

    private readonly RecordFile<LandReceipt> _landFile = new(
        ReceiptsJson.LandType,
        LandReceipt.CurrentFormat,
        DiagnosticCode.ReceiptDamaged,
        "receipt of a landing",
        "Without it, what was landed can't be taken back.",
        ".");

    /// <summary>Reads all receipts of a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The receipts, oldest first: by run, then by step.</returns>
    /// <exception cref="LorchException">A receipt is damaged, belongs elsewhere, or was written by a newer version.</exception>
    public IReadOnlyList<StoredReceipt> Load(TaskId task) => Sound.OrThrow<IReadOnlyList<StoredReceipt>>(damaged => Load(task, damaged));

    /// <summary>Reads those receipts of a task that can be believed.</summary>
    /// <param name="task">The task.</param>
    /// <param name="damaged">Takes what is said of the others.</param>
    /// <returns>The receipts, oldest first: by run, then by step.</returns>
    public IReadOnlyList<StoredReceipt> Load(TaskId task, ICollection<Diagnostic> damaged) =>
    [
        .. Sound.Of(Sound.List(() => Steps(task), damaged), step => TryRead(task, step), damaged)
            .OrderBy(stored => stored.Receipt.RunId)
            .ThenBy(stored => stored.Receipt.Step),
    ];

    /// <summary>Reads the receipts of all tasks.</summary>
    /// <returns>The receipts, task by task, of each the oldest first.</returns>
    /// <exception cref="LorchException">A receipt is damaged, belongs elsewhere, or was written by a newer version.</exception>
    public IEnumerable<StoredReceipt> LoadAll() => Tasks().SelectMany(Load);

    /// <summary>Reads those receipts of all tasks that can be believed.</summary>
    /// <returns>The receipts, task by task, of each the oldest first.</returns>
    public IEnumerable<StoredReceipt> LoadAllSound() => Tasks().SelectMany(task => Load(task, []));

    /// <summary>Lists the tasks that have a folder of receipts, sorted by id.</summary>
    /// <returns>The tasks; whether they still stand in lorch.json isn't asked.</returns>
    public IReadOnlyList<TaskId> Tasks()
    {
        var tasks = new List<TaskId>();
        foreach (var name in FolderNames.OfFolders(layout.ReceiptsFolder))
        {
            if (TaskId.TryParse(name, out var task))
            {
                tasks.Add(task);
            }
        }

        tasks.Sort();
        return tasks;
    }

    /// <summary>Gets the number of the task's next step: numbers go on over all its runs, and a damaged receipt keeps its own.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The greatest number that is taken, plus 1.</returns>
    public int NextStep(TaskId task) => Steps(task).Aggregate(0, Math.Max) + 1;

    /// <summary>Writes a receipt durably, once.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="cancellationToken">Stops before the file appears.</param>
    /// <returns>What the ledger says of it.</returns>
    /// <exception cref="LorchException">Its number is taken; the receipt that has it was left as it is.</exception>
    public async Task<FileReference> WriteAsync(Receipt receipt, CancellationToken cancellationToken)
    {
        var path = layout.Receipt(receipt.TaskId, receipt.Step);
        var bytes = ReceiptsJson.GetFileBytes(receipt, ReceiptsJson.ReceiptType);
        if (!await files.CreateAsync(path, bytes, cancellationToken))
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.ReceiptDamaged,
                Message = $"Step {receipt.Step} of task '{receipt.TaskId}' was completed by {receipt.RunId}, but a receipt with that "
                    + $"number already exists. "
                    + "It wasn't changed. Another program writes to this folder: stop it, then resume the run.",
                File = path,
            });
        }

        return Reference(path, bytes);
    }

    /// <summary>Writes the receipt of a landing durably; one that is there, as after a crash, stays.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="cancellationToken">Stops before the file appears.</param>
    /// <returns>What the ledger says of it.</returns>
    public async Task<FileReference> WriteAsync(LandReceipt receipt, CancellationToken cancellationToken)
    {
        var path = layout.LandReceipt(receipt.TaskId, receipt.RunId);
        var bytes = ReceiptsJson.GetFileBytes(receipt, ReceiptsJson.LandType);
        if (!await files.CreateAsync(path, bytes, cancellationToken))
        {
            bytes = NoFifo.ReadAllBytes(path);
        }

        return Reference(path, bytes);
    }

    /// <summary>Reads the receipts of all landings.</summary>
    /// <param name="damaged">Takes what is said of those that can't be believed.</param>
    /// <returns>The receipts, in the order in which they landed.</returns>
    public IReadOnlyList<LandReceipt> Landings(ICollection<Diagnostic> damaged) =>
    [
        .. Tasks().SelectMany(
            task => Sound.Of(
                Sound.List<RunId>(() => [.. FolderNames.OfEntries(layout.TaskReceiptsFolder(task)).Select(RunOf).OfType<RunId>()], damaged),
                run => _landFile.TryRead(layout.LandReceipt(task, run))?.Record,
                damaged))
            .OrderBy(landing => landing.CreatedAt)
            .ThenBy(landing => landing.RunId),
    ];

    /// <summary>Tells whether a receipt is there as a ledger recorded it.</summary>
    /// <param name="reference">What the ledger says of it.</param>
    /// <returns>Whether the file has that content.</returns>
    public bool Holds(FileReference reference)
    {
        try
        {
            return Sha256Digest.Of(NoFifo.ReadAllBytes(Path.Join(layout.StateRoot, reference.Path))) == reference.Sha256;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // Gone, or nothing that can be read: in either case it doesn't hold.
            return false;
        }
    }

    /// <summary>
    /// Makes sure that a receipt which was found stays: the process that wrote it may have been killed before its name was durable.
    /// </summary>
    /// <param name="stored">The receipt.</param>
    /// <param name="cancellationToken">Stops before anything is synced.</param>
    /// <returns>A task that completes when others may rely on the receipt.</returns>
    public Task ConfirmAsync(StoredReceipt stored, CancellationToken cancellationToken) => files.CreateAsync(
        layout.Receipt(stored.Receipt.TaskId, stored.Receipt.Step),
        ReceiptsJson.GetFileBytes(stored.Receipt, ReceiptsJson.ReceiptType),
        cancellationToken);

    private static RunId? RunOf(string name) =>
        name.StartsWith(LandPrefix, StringComparison.Ordinal)
        && name.EndsWith(Suffix, StringComparison.Ordinal)
        && RunId.TryParse(name[LandPrefix.Length..^Suffix.Length], out var run)
            ? run
            : null;

    private static int? ParseName(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.EndsWith(Suffix, StringComparison.Ordinal)
        && name.Length is > 10 and <= 10 + MaxDigits
        && name[Prefix.Length] != '0'
        && int.TryParse(name.AsSpan(Prefix.Length..^Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : null;

    private StoredReceipt? TryRead(TaskId task, int step)
    {
        var path = layout.Receipt(task, step);
        if (_file.TryRead(path) is not var (receipt, bytes))
        {
            return null;
        }

        return receipt switch
        {
            _ when receipt.TaskId != task =>
                throw _file.Damaged(path, $"it is a receipt of task '{receipt.TaskId}' in the folder of task '{task}'"),
            _ when receipt.Step != step => throw _file.Damaged(path, $"it is the receipt of step {receipt.Step}, but its name says {step}"),
            _ => new StoredReceipt(receipt, Reference(path, bytes)),
        };
    }

    private FileReference Reference(string path, byte[] bytes) =>
        new() { Path = layout.RelativeToStateRoot(path), Sha256 = Sha256Digest.Of(bytes) };

    private IReadOnlyList<int> Steps(TaskId task) =>
        [.. FolderNames.OfEntries(layout.TaskReceiptsFolder(task)).Select(ParseName).OfType<int>().Order()];
}
