using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Records;

namespace Lorch.Core.Runs.Working;

/// <summary>
/// Notes what a spec maintainer that was interrupted leaves behind, once it has ended: whatever is another thing later was done by somebody
/// else.
/// </summary>
/// <remarks>
/// Not of a builder: it is asked again and goes on with what it finds, whoever wrote it. A reviewer writes nothing that a task is about.
/// </remarks>
internal sealed class InterruptedWork(RunContext context, OpenedRun run)
{
    public async Task NoteAsync()
    {
        var journal = run.Journal;
        if (journal.History.InFlight is not { Terminal: null, Command.Action.Agent: AgentType.SpecMaintainer })
        {
            return;
        }

        try
        {
            var expected = new ExpectedFiles(
                context.Graph,
                context.Stores.Receipts,
                context.Verifier,
                journal.RunId,
                journal.StartedAt,
                journal.History,
                run.Snapshot);
            var now = await context.Capture.CaptureAsync(CancellationToken.None);
            var left = (await expected.CompareAsync(now.Manifest, CancellationToken.None))
                .Where(difference => difference.Explanation is null && Drift.MayBeInFlight(journal.History, difference.Path))
                .ToList();
            var drift = new SnapshotDrift
            {
                Added = [],
                Removed = [],
                Changed = [],
                InFlight = [.. left.Select(difference => difference.Path)],
                Left = [.. left.Select(difference => difference.Found).OfType<Artifact>()],
            };
            await journal.NoteAsync(EventName.SnapshotDrift, drift, CancellationToken.None);
        }
        catch (LorchException exception) when (exception.Diagnostic.Code is not DiagnosticCode.StorageFailed)
        {
            // Something lies there that no snapshot can hold. Without the note an edit of an input counts as nobody's, and the task is
            // stale afterwards.
        }
    }
}
