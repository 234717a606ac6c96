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
            ? $"The ledger's first line was torn by a crash ({Bytes} bytes), so its run never began."
            : $"The ledger's last line was torn by a crash ({Bytes} bytes) and was cut off; the run goes on from the line before it.")
            + $" What was there is kept in '{TornFile}'. Nothing needs to be done.",
        File = Ledger,
    };
}
