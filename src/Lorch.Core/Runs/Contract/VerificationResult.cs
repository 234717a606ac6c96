namespace Lorch.Core.Runs.Contract;

/// <summary>What a check of everything that Lorch keeps found.</summary>
internal sealed record VerificationResult
{
    /// <summary>Gets how many snapshot manifests were checked.</summary>
    public required int Snapshots { get; init; }

    /// <summary>Gets how many ledgers were checked.</summary>
    public required int Ledgers { get; init; }

    /// <summary>Gets how many lines of ledgers were checked.</summary>
    public required long Lines { get; init; }

    /// <summary>Gets how many receipts were checked.</summary>
    public required int Receipts { get; init; }

    /// <summary>Gets how many completion records were checked.</summary>
    public required int Completions { get; init; }

    /// <summary>Gets how many artifacts were compared with the newest receipt that names them.</summary>
    public required int Artifacts { get; init; }

    /// <summary>Gets what is damaged (errors) and what is worth knowing (messages, warnings).</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>Gets a value indicating whether nothing is damaged.</summary>
    public bool IsContent => Diagnostics.All(diagnostic => diagnostic.Severity is not DiagnosticSeverity.Error);
}
