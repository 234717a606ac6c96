using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs;

/// <summary>A run as its ledger tells it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="History">What is proven.</param>
/// <param name="Fold">What the run state shows besides.</param>
internal sealed record RunRecord(RunId RunId, History History, RunStateFold Fold)
{
    public RunState State => Fold.ToState(RunId, History);

    /// <summary>Reads what a run was started with: its ledger's first line.</summary>
    public static RunStarted? ReadStart(WorkspaceLayout layout, RunId runId, CancellationToken cancellationToken)
    {
        var path = layout.Ledger(runId);
        return File.Exists(path) && LedgerReader.Read(path, cancellationToken).FirstOrDefault() is { } first
            ? History.Empty.Apply(first.Message).Started
            : null;
    }

    /// <summary>Replays a ledger.</summary>
    /// <returns>The run, or <see langword="null"/> if there is no ledger, or none whose first line is whole.</returns>
    /// <exception cref="LorchException">The ledger is damaged; the diagnostic names the line.</exception>
    public static RunRecord? Replay(WorkspaceLayout layout, RunId runId, CancellationToken cancellationToken)
    {
        var path = layout.Ledger(runId);
        if (!File.Exists(path))
        {
            return null;
        }

        var (history, fold) = (History.Empty, new RunStateFold());
        foreach (var (line, message) in LedgerReader.ReadWithoutChatter(path, cancellationToken))
        {
            try
            {
                history = history.Apply(message);
                fold = fold.Apply(message);
            }
            catch (LorchException exception) when (exception.Diagnostic.File is null)
            {
                throw new LorchException(exception.Diagnostic with { File = path, Line = (int)line, Column = 1 }, exception);
            }
        }

        if (history.Started is { } started && started.RunId != runId)
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.LedgerDamaged,
                Message = $"the ledger begins run {started.RunId}, but its name says {runId}; give the file its name back",
                File = path,
                Line = 1,
            });
        }

        return history.Started is null ? null : new RunRecord(runId, history, fold);
    }
}
