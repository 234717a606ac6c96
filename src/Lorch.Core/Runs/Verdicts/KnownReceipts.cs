using Lorch.Core.Receipts;
using Lorch.Core.UpToDate;

namespace Lorch.Core.Runs.Verdicts;

/// <summary>The receipts that a look at the workspace asks for, each read once.</summary>
internal sealed class KnownReceipts(ReceiptStore receipts)
{
    private readonly Dictionary<TaskId, IReadOnlyList<Receipt>> _known = [];
    private IReadOnlyDictionary<RelativePath, Product>? _products;

    /// <summary>Whether any were asked for, so that a verdict rests on them.</summary>
    public bool WereAsked => _known.Count > 0 || _products is not null;

    /// <summary>The newest product of each path; reads all receipts.</summary>
    public IReadOnlyDictionary<RelativePath, Product> Products => _products ??= Product.Newest(All);

    private IEnumerable<Receipt> All => receipts.Tasks().SelectMany(Of);

    private ILookup<RelativePath, Receipt> ByPath => field ??= All
        .SelectMany(
            receipt => receipt.Artifacts.Select(artifact => artifact.Path)
                .Concat(receipt.Removed)
                .Select(path => (Path: path, Receipt: receipt)))
        .ToLookup(pair => pair.Path, pair => pair.Receipt);

    /// <summary>The receipts of all tasks that name a path; reads all receipts.</summary>
    public IEnumerable<Receipt> Naming(RelativePath path) => ByPath[path];

    /// <summary>A task's receipts, the newest last.</summary>
    public IReadOnlyList<Receipt> Of(TaskId task) => _known.TryGetValue(task, out var known)
        ? known
        : _known[task] = [.. receipts.Load(task, []).Select(stored => stored.Receipt)];
}
