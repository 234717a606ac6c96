using Lorch.Core.Hashing;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>What a task's work came to, without what differs from run to run: ids and times.</summary>
/// <param name="Artifacts">The artifacts that the result names, with what the disk holds under their names.</param>
/// <param name="Receipts">The receipts.</param>
/// <param name="Keys">The keys of the steps, in their order.</param>
internal sealed record FinishedWork(IReadOnlyList<string> Artifacts, IReadOnlyList<string> Receipts, IReadOnlyList<string> Keys)
{
    public static FinishedWork Of(WorkspaceUnderTest workspace, RunResult result) => new(
        [.. result.Artifacts.Select(
            artifact => $"{artifact.Path} {artifact.Sha256} {artifact.Size} {artifact.Step} is {OnDisk(workspace, artifact)}")],
        [.. workspace.Receipts().Select(Describe)],
        [.. workspace.Receipts().Select(receipt => $"{receipt.Action} {receipt.IdempotencyKey}")]);

    /// <summary>Says how other work differs from this.</summary>
    public IEnumerable<string> DifferencesFrom(FinishedWork other) =>
    [
        .. Differences("artifacts", Artifacts, other.Artifacts),
        .. Differences("receipts", Receipts, other.Receipts),
        .. Differences("keys", Keys, other.Keys),
    ];

    private static IEnumerable<string> Differences(string what, IReadOnlyList<string> expected, IReadOnlyList<string> found) =>
        expected.SequenceEqual(found)
            ? []
            : [$"the {what} are\n      {string.Join("\n      ", found)}\n    and not\n      {string.Join("\n      ", expected)}"];

    private static string OnDisk(WorkspaceUnderTest workspace, CompletionArtifact artifact) =>
        File.Exists(workspace.At(artifact.Path.ToString()))
            ? Sha256Digest.Of(File.ReadAllBytes(workspace.At(artifact.Path.ToString()))).ToString()
            : "absent";

    private static string Describe(Receipt receipt) => string.Join(
        ' ',
        receipt.Step,
        receipt.Action,
        receipt.IdempotencyKey,
        receipt.SnapshotId,
        receipt.CorrelationId,
        string.Join(',', receipt.Artifacts.Select(artifact => $"{artifact.Path}={artifact.Sha256}/{artifact.Size}")),
        string.Join(',', receipt.Removed),
        receipt.Events.Count,
        receipt.Outcome.Event,
        receipt.Outcome.Status,
        receipt.Outcome.Payload?.GetRawText());
}
