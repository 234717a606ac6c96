using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Turns;

namespace Lorch.Core.Runs.Landing;

/// <summary>Takes back what a run landed: all of it, in a run of its own, or nothing.</summary>
/// <param name="workspace">The workspace's own context; its lock is held.</param>
/// <param name="narrator">Tells people.</param>
internal sealed class LandingUndo(RunContext workspace, Narrator narrator)
{
    /// <summary>Takes a landing back.</summary>
    /// <param name="asked">The run that landed; <see langword="null"/> for the last one that isn't undone.</param>
    /// <param name="by">Who takes it back.</param>
    /// <param name="locks">What is held, which names the run from here on.</param>
    /// <param name="cancellationToken">Stops before anything is put back.</param>
    /// <returns>The run that was undone.</returns>
    /// <exception cref="LorchException">
    /// Nothing can be undone, a file isn't what the run landed (LORCH2032), or a content is gone (LORCH3025). The workspace is as it was.
    /// </exception>
    public async Task<RunId> UndoAsync(RunId? asked, string by, TurnLocks locks, CancellationToken cancellationToken)
    {
        var landing = Find(asked);
        var undone = RunRecord.TryReplay(workspace.Stores.Layout, landing.RunId, cancellationToken)?.History.Started
            ?? throw Refused($"{landing.RunId} can't be undone: its ledger isn't in this workspace.");
        var paths = landing.Paths.Select(path => path.Back).ToList();
        await RefuseOtherWorkAsync(landing.RunId, paths, cancellationToken);
        var capture = await workspace.Capture.CaptureAsync(cancellationToken);
        await workspace.Stores.Manifests.SaveAsync(capture.Manifest, cancellationToken);
        var started = undone with
        {
            RunId = workspace.Catalog.NewRunId(),
            SnapshotId = capture.Manifest.SnapshotId,
            Purpose = RunPurpose.Undo,
            Undoes = landing.RunId,
            By = workspace.Redactor.Redact(by),
            Isolation = null,
            Branch = null,
            Workspace = OtherWorkspaces.NameOf(workspace.Layout),
        };
        await using var journal =
            await RunJournal.StartAsync(workspace.Stores, workspace.Redactor, landing.TaskId, started, cancellationToken);

        // It was said: nothing from here on can be cancelled.
        locks.SetRun(journal.RunId);
        await journal.NoteAsync(EventName.Landing, new Protocol.SystemEvents.Landing { Paths = paths }, CancellationToken.None);
        await FinishAsync(journal);
        return journal.History.HasLanded ? landing.RunId : throw InTheWay(landing.RunId, []);
    }

    /// <summary>Goes on with an undo whose plan stands in its ledger.</summary>
    public async Task FinishAsync(RunJournal journal)
    {
        var undone = journal.History.Started!.Undoes;
        if (!journal.History.HasLanded
            && await new RunLanding(workspace, journal, narrator).FinishAsync() is { Count: > 0 } conflicts)
        {
            narrator.Say($"{undone} isn't undone: somebody changed {conflicts[0]} in just that moment; all files are as they were");
            await journal.NoteAsync(
                EventName.RunAborted,
                new RunAborted { Reason = "conflict", By = "LorchUndo" },
                CancellationToken.None);
            return;
        }

        await journal.NoteAsync(EventName.Undone, new Undone(), CancellationToken.None);
        narrator.Say($"{journal.TaskId} {undone} is undone; the task is stale");
    }

    private LandReceipt Find(RunId? asked)
    {
        var landings = workspace.Stores.Receipts.Landings([]);
        var undone = new HashSet<RunId>();
        foreach (var landing in landings.Reverse().Where(landing => landing.Undoes is not null && !undone.Contains(landing.RunId)))
        {
            undone.Add(landing.Undoes!.Value);
        }

        if (asked is not { } run)
        {
            return landings.LastOrDefault(landing => landing.Undoes is null && !undone.Contains(landing.RunId))
                ?? throw Refused(
                    "There is nothing to undo: no run has landed, or all that did are undone. Only a run that worked in a view lands "
                        + "(\"isolation\": \"view\" in the policy of lorch.json).");
        }

        var found = landings.FirstOrDefault(landing => landing.RunId == run)
            ?? throw Refused($"{run} can't be undone: it never landed. Only a run that worked in a view lands.");
        return undone.Contains(run) ? throw Refused($"{run} is undone already.") : found;
    }

    private async Task RefuseOtherWorkAsync(RunId run, List<LandingPath> paths, CancellationToken cancellationToken)
    {
        var (files, others) = (new FileLanding(workspace, run), new List<RelativePath>());
        foreach (var path in paths)
        {
            var (isFile, now) = await LandingPlan.HeldAsync(workspace.Verifier, path.Path, cancellationToken);
            if (!isFile || now != path.Before || !await files.KeepBeforeAsync(path, cancellationToken))
            {
                others.Add(path.Path);
            }
        }

        if (others.Count > 0)
        {
            throw InTheWay(run, others);
        }

        if (paths.Find(path => path.After is { } after && workspace.Stores.Contents.TryRead(after) is null) is { After: { } lost } lacking)
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.ContentLost,
                Message = $"{run} can't be undone: what {lacking.Path} held before it isn't in contents/ any more. Nothing was changed. "
                    + "Restore that folder, or take the run's commit back with git.",
                File = workspace.Stores.Layout.Content(lost),
            });
        }
    }

    private LorchException InTheWay(RunId run, List<RelativePath> others) => Refused(
        others.Count == 0
            ? $"{run} isn't undone: somebody changed one of its files in just that moment. All files are as they were. Try again."
            : $"{run} isn't undone: {string.Join(", ", others)} {(others.Count == 1 ? "isn't" : "aren't")} what it landed any more, and "
                + "what was done there since would be lost. Nothing was changed. Put back what it landed, or edit the files by hand.");

    private LorchException Refused(string message) => new(
        new Diagnostic { Code = DiagnosticCode.NotUndoable, Message = message, File = workspace.Configuration.Path });
}
