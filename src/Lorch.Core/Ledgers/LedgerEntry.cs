using Lorch.Core.Protocol;

namespace Lorch.Core.Ledgers;

/// <summary>One whole line of a ledger.</summary>
/// <param name="LineNumber">The line's number, from 1.</param>
/// <param name="Message">What it says.</param>
internal sealed record LedgerEntry(long LineNumber, Message Message);
