namespace Lorch.Core.Runs.Records;

/// <summary>A run whose ledger can't be believed.</summary>
/// <param name="RunId">The run.</param>
/// <param name="TaskId">Its task, if anything tells.</param>
/// <param name="Diagnostic">What is wrong.</param>
internal sealed record DamagedRun(RunId RunId, TaskId? TaskId, Diagnostic Diagnostic);
