using Lorch.Core.Protocol;

namespace Lorch.Core.Receipts;

/// <summary>A receipt as it was found on disk.</summary>
/// <param name="Receipt">What it says.</param>
/// <param name="Reference">Its file, relative to the state root, and the digest of its bytes: what a ledger's line says of it.</param>
internal sealed record StoredReceipt(Receipt Receipt, FileReference Reference);
