using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Records;
using Lorch.Core.Storage;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Landing;

/// <summary>Brings what a run made in its view into the workspace: all of it or nothing.</summary>
/// <remarks>
/// What it is to be is durable before anything is exchanged: the contents, those that are replaced among them, and then the plan, in the
/// run's ledger. From there on a process that ends may end anywhere: the next one goes on with the same plan.
/// </remarks>
/// <param name="workspace">The workspace's own context.</param>
/// <param name="journal">The run.</param>
/// <param name="narrator">Tells people.</param>
internal sealed class RunLanding(RunContext workspace, RunJournal journal, Narrator narrator)
{
    private readonly FileLanding _files = new(workspace, journal.RunId);

    /// <summary>Lands a run. Nothing here can be cancelled: what was worked is complete whoever cancels.</summary>
    /// <param name="plan">What is to be done.</param>
    /// <returns>The files that somebody else changed meanwhile; if there are any, the workspace is as it was.</returns>
    public async Task<IReadOnlyList<RelativePath>> LandAsync(LandingPlan plan)
    {
        var conflicts = new List<RelativePath>();
        foreach (var change in plan.Paths)
        {
            if (!await _files.KeepBeforeAsync(change, CancellationToken.None))
            {
                conflicts.Add(change.Path);
            }
        }

        if (conflicts.Count > 0 || plan.Paths.Count == 0)
        {
            return conflicts;
        }

        await journal.NoteAsync(EventName.Landing, new Protocol.SystemEvents.Landing { Paths = plan.Paths }, CancellationToken.None);
        return await FinishAsync();
    }

    /// <summary>Goes on with the landing that the run's ledger tells of.</summary>
    /// <returns>As above.</returns>
    public async Task<IReadOnlyList<RelativePath>> FinishAsync()
    {
        var paths = journal.History.Landing!;
        foreach (var folder in paths.Select(change => Path.Join(workspace.Layout.WorkspaceRoot, change.Path.Folder)).Distinct())
        {
            LeftOvers.RemoveIn(folder, workspace.Clock);
        }

        var conflicts = new List<RelativePath>();
        foreach (var change in paths)
        {
            if (!await _files.LandAsync(change))
            {
                conflicts.Add(change.Path);
                break;
            }
        }

        if (conflicts.Count > 0)
        {
            await TakeBackAsync(paths.Where(change => change.Path != conflicts[0]));
            return conflicts;
        }

        var receipt = new LandReceipt
        {
            TaskId = journal.TaskId,
            RunId = journal.RunId,
            Paths = paths,
            Merged = journal.History.Work.Merged.Intersect(paths.Select(change => change.Path)).ToList() is { Count: > 0 } merged
                ? merged
                : null,
            Undoes = journal.History.Started!.Undoes,
            CreatedAt = workspace.Clock.GetUtcNow(),
        };
        var reference = await workspace.Stores.Receipts.WriteAsync(receipt, CancellationToken.None);
        await journal.NoteAsync(EventName.Landed, new Landed { Receipt = reference }, CancellationToken.None);
        var files = paths.Count == 1 ? "1 file" : $"{paths.Count} files";
        narrator.Say(receipt.Undoes is { } undone
            ? $"{journal.TaskId} put back {files} as they were before {undone}"
            : $"{journal.TaskId} landed {files} in the workspace");
        return [];
    }

    /// <summary>Takes back what the landing that the run's ledger tells of has done so far.</summary>
    public Task TakeBackAsync() => TakeBackAsync(journal.History.Landing!);

    private async Task TakeBackAsync(IEnumerable<LandingPath> paths)
    {
        foreach (var change in paths)
        {
            await _files.TakeBackAsync(change);
        }
    }

    /// <summary>Says why a run whose work can't land has failed.</summary>
    public static FailureReason ConflictOver(IReadOnlyList<RelativePath> conflicts)
    {
        const int shown = 3;
        var names = string.Join(", ", conflicts.Take(shown)) + (conflicts.Count > shown ? $" and {conflicts.Count - shown} more" : "");
        return new FailureReason(
            FailureReason.LandingConflict,
            $"its work couldn't be put into the workspace{(names.Length > 0 ? $" because of {names}" : "")}: a folder or a link has the "
                + "place, or somebody saved a file just then. The workspace is as it was. Take out of the way what stands there to let it "
                + "land, or start over with -p:LorchFresh=true");
    }
}
