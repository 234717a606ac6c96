using System.Text.Json;
using Lorch.Core.Ledgers;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Storage;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Records;

/// <summary>A run as its ledger tells it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="History">What is proven.</param>
/// <param name="Fold">What the run state shows besides.</param>
internal sealed record RunRecord(RunId RunId, History History, RunStateFold Fold)
{
    public RunState State => Fold.ToState(RunId, History);

    /// <summary>Whether all that its agents were to do in a view is done, so that it only has to land.</summary>
    public bool IsComplete => History is { Started.IsInView: true, IsUnjudged: false, Steps.Count: > 0, IsOpen: true }
        && Workflow.Next(History) is Decision.Complete;

    /// <summary>Gives the run as it was when it began.</summary>
    public RunRecord WithoutWork() => this with { History = History.Empty.ApplyStart(History.TaskId, History.Started!) };

    /// <summary>Reads what a run was started with: its ledger's first line.</summary>
    public static RunStarted? ReadStart(WorkspaceLayout layout, RunId runId, CancellationToken cancellationToken)
    {
        var path = layout.Ledger(runId);
        return File.Exists(path) && LedgerReader.Read(path, cancellationToken).FirstOrDefault() is { } first
            ? At(path, first, () => History.Empty.Apply(first.Message).Started)
            : null;
    }

    /// <summary>Reads what a run was started with, if its first line can be believed.</summary>
    public static RunStarted? TryReadStart(WorkspaceLayout layout, RunId runId, CancellationToken cancellationToken)
    {
        try
        {
            return ReadStart(layout, runId, cancellationToken);
        }
        catch (LorchException)
        {
            // As with TryReplay: for those who only show it.
            return null;
        }
    }

    /// <summary>Replays a ledger, if it can be believed.</summary>
    /// <returns>The run, or <see langword="null"/>.</returns>
    public static RunRecord? TryReplay(WorkspaceLayout layout, RunId runId, CancellationToken cancellationToken)
    {
        try
        {
            return Replay(layout, runId, cancellationToken);
        }
        catch (LorchException)
        {
            // For those who only show it: whoever needs the run says what is wrong.
            return null;
        }
    }

    /// <summary>Replays a ledger.</summary>
    /// <returns>The run, or <see langword="null"/> if there is no ledger, or none whose first line is whole.</returns>
    /// <exception cref="LorchException">The ledger is damaged; the diagnostic names the line.</exception>
    public static RunRecord? Replay(WorkspaceLayout layout, RunId runId, CancellationToken cancellationToken)
    {
        var path = layout.Ledger(runId);
        if (!File.Exists(path) || FileStamp.Of(path) is null)
        {
            // Also a link to nothing, which exists for the framework.
            return null;
        }

        var (history, fold) = (History.Empty, new RunStateFold());
        foreach (var entry in LedgerReader.ReadWithoutChatter(path, cancellationToken))
        {
            (history, fold) = At(path, entry, () => (history.Apply(entry.Message), fold.Apply(entry.Message)));
        }

        if (history.Started is { } started && started.RunId != runId)
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.LedgerDamaged,
                Message = $"The ledger begins run {started.RunId}, but its name says {runId}. Give the file its name back, or delete it.",
                File = path,
                Line = 1,
                Column = 1,
            });
        }

        return history.Started is null ? null : new RunRecord(runId, history, fold);
    }

    /// <summary>Folds a line; what can't follow the lines before it is said with its place.</summary>
    private static T At<T>(string path, LedgerEntry entry, Func<T> fold)
    {
        try
        {
            return fold();
        }
        catch (LorchException exception) when (exception.Diagnostic.File is null)
        {
            using var file = new LedgerFile(path);
            throw file.Damaged(entry.LineNumber, exception.Diagnostic.Message);
        }
        catch (JsonException exception)
        {
            using var file = new LedgerFile(path);
            throw file.Damaged(entry.LineNumber, exception.Message.TrimEnd('.'));
        }
    }
}
