using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>
/// Checks every snapshot, ledger, receipt, completion and artifact against each other; fails if anything is damaged, and changes nothing.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class LorchVerify : WorkspaceTask
{
    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var result = await Open().VerifyAsync(cancellationToken);
        foreach (var diagnostic in result.Diagnostics)
        {
            log.Report(diagnostic, Root);
        }

        log.Answer(
            $"{(result.IsContent ? "Nothing is damaged" : "Something is damaged")}: checked {result.Snapshots} snapshots, "
                + $"{result.Ledgers} ledgers "
            + $"of {result.Lines} lines, {result.Receipts} receipts, {result.Completions} completions, {result.Artifacts} artifacts.");
    }
}
