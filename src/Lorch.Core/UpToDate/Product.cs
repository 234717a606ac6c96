using Lorch.Core.Protocol;
using Lorch.Core.Receipts;

namespace Lorch.Core.UpToDate;

/// <summary>What the newest receipt that names a path says of it.</summary>
/// <param name="TaskId">The task whose receipt it is.</param>
/// <param name="RunId">The run whose receipt it is.</param>
/// <param name="CreatedAt">When the receipt was written: a run that was left may go on after later ones.</param>
/// <param name="Artifact">The file as it was produced; <see langword="null"/> if it was removed.</param>
internal sealed record Product(TaskId TaskId, RunId RunId, DateTimeOffset CreatedAt, Artifact? Artifact)
{
    /// <summary>Finds the newest product of each path over the receipts of all tasks: the one that was written last.</summary>
    public static IReadOnlyDictionary<RelativePath, Product> Newest(IEnumerable<Receipt> receipts)
    {
        var newest = new Dictionary<RelativePath, Product>();
        foreach (var receipt in receipts.OrderBy(receipt => receipt.CreatedAt)
            .ThenBy(receipt => receipt.RunId)
            .ThenBy(receipt => receipt.Step))
        {
            foreach (var artifact in receipt.Artifacts)
            {
                newest[artifact.Path] = new Product(receipt.TaskId, receipt.RunId, receipt.CreatedAt, artifact);
            }

            foreach (var path in receipt.Removed)
            {
                newest[path] = new Product(receipt.TaskId, receipt.RunId, receipt.CreatedAt, null);
            }
        }

        return newest;
    }
}
