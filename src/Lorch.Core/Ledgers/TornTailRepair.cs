namespace Lorch.Core.Ledgers;

/// <summary>What was moved aside from the end of a ledger.</summary>
internal sealed record TornTailRepair
{
    /// <summary>Gets the ledger.</summary>
    public required string Ledger { get; init; }

    /// <summary>Gets the file that holds the torn bytes now.</summary>
    public required string TornFile { get; init; }

    /// <summary>Gets how many bytes were torn.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets a value indicating whether there was nothing but the torn line: the run never began.</summary>
    public required bool IsWholeLedger { get; init; }

    /// <summary>Tells it to whoever reads the build's output.</summary>
    /// <returns>A warning.</returns>
    public Diagnostic ToDiagnostic() => new()
    {
        Code = DiagnosticCode.LedgerTorn,
        Severity = DiagnosticSeverity.Warning,
        Message = (IsWholeLedger
            ? $"The ledger's first line is incomplete after a crash ({Bytes} bytes), so its run never started."
            : $"The ledger's last line is incomplete after a crash ({Bytes} bytes) and was removed; the run continues from the line before "
                + $"it.")
            + $" The removed bytes are kept in '{TornFile}'. You don't need to do anything.",
        File = Ledger,
    };
}
