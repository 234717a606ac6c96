using Lorch.Core.Receipts;
using Lorch.Core.Runs.Records;

namespace Lorch.Core.Runs.Housekeeping;

/// <summary>What the records that are never removed need.</summary>
/// <param name="Runs">The runs whose ledgers stay.</param>
/// <param name="Snapshots">The snapshots whose manifests stay.</param>
internal sealed record KeptByRecords(IReadOnlySet<RunId> Runs, IReadOnlySet<SnapshotId> Snapshots)
{
    public static KeptByRecords Read(RunStores stores, IReadOnlyList<RunIndexEntry> runs, IReadOnlyList<Completion> unwritten)
    {
        var tasks = stores.Receipts.Tasks().Concat(unwritten.Select(completion => completion.TaskId)).Distinct().ToList();
        var receipts = tasks.SelectMany(stores.Receipts.Load).Select(stored => stored.Receipt);
        var completions = tasks.ToDictionary(
            task => task,
            task => stores.Completions.Load(task)
                .Concat(unwritten.Where(completion => completion.TaskId == task))
                .OrderBy(completion => completion.RunId)
                .ToList());
        var answering = tasks.Select(stores.Completions.Latest)
            .Concat(completions.Values.Select(list => list.LastOrDefault()))
            .OfType<Completion>()
            .ToList();
        return new KeptByRecords(
            answering.Select(completion => completion.RunId)
                .Concat(runs.Where((run, index) => run.IsOpen || index == runs.Count - 1).Select(run => run.RunId))
                .ToHashSet(),
            receipts.Select(receipt => receipt.SnapshotId)
                .Concat(completions.Values.SelectMany(list => list).Concat(answering).Select(completion => completion.SnapshotId))
                .ToHashSet());
    }
}
