using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Receipts;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>A receipt that answers a command of this run.</summary>
/// <param name="Request">The command.</param>
/// <param name="Stored">The newest receipt of its key.</param>
internal sealed record ReceiptAnswer(CommandRequest Request, StoredReceipt Stored)
{
    public StepReused ToStep() => new()
    {
        Step = Stored.Receipt.Step,
        RunId = Stored.Receipt.RunId,
        Receipt = Stored.Reference,
        IdempotencyKey = Request.Key,
        Action = Request.Action,
        Iteration = Request.Iteration,
        Artifacts = Stored.Receipt.Artifacts,
        Removed = Stored.Receipt.Removed,
        Outcome = Stored.Receipt.Outcome,
    };
}

/// <summary>The receipts of one task, by the commands that they answer.</summary>
internal sealed class ReceiptAnswers
{
    private readonly ArtifactVerifier _verifier;
    private readonly Dictionary<IdempotencyKey, StoredReceipt> _newest;

    public ReceiptAnswers(ReceiptStore receipts, ArtifactVerifier verifier, TaskId task)
    {
        _verifier = verifier;
        var usable = receipts.Load(task).Where(stored => stored.Receipt.EditedMeanwhile is null).ToList();
        _newest = usable.GroupBy(stored => stored.Receipt.IdempotencyKey).ToDictionary(group => group.Key, group => group.Last());
        Snapshots = [.. usable.AsEnumerable().Reverse().Select(stored => stored.Receipt.SnapshotId).Distinct()];
    }

    /// <summary>The snapshots that the task was worked on, the latest first.</summary>
    public IReadOnlyList<SnapshotId> Snapshots { get; }

    /// <summary>The receipt that answers a command, whatever the disk holds.</summary>
    public ReceiptAnswer? Find(CommandRequest request, History history) =>
        _newest.TryGetValue(request.Key, out var found) && Workflow.MovesOn(found.Receipt.Outcome, history.Started!.OnFailingTests)
            ? new ReceiptAnswer(request, found)
            : null;

    /// <summary>The chain command → receipt → next command → …, as far as there are receipts.</summary>
    public List<ReceiptAnswer> Chain(History history)
    {
        var chain = new List<ReceiptAnswer>();
        while (!history.IsUnjudged
            && Workflow.Next(history) is Decision.Send { Request: var request }
            && Find(request, history) is { } answer)
        {
            chain.Add(answer);
            history = history.ApplyReuse(answer.ToStep());
        }

        return chain;
    }

    /// <summary>The longest start of a chain for which, path by path, the last receipt that names it agrees with the disk.</summary>
    public async Task<List<ReceiptAnswer>> HoldingAsync(History history, List<ReceiptAnswer> chain, CancellationToken cancellationToken)
    {
        for (var length = chain.Count; length > 0; length--)
        {
            if (await AgreesAsync(history, chain[..length], cancellationToken))
            {
                return chain[..length];
            }
        }

        return [];
    }

    /// <summary>Whether all that one receipt says agrees with the disk.</summary>
    public Task<bool> HoldsAsync(ReceiptAnswer answer, CancellationToken cancellationToken) =>
        AgreesAsync(History.Empty, [answer], cancellationToken);

    private async Task<bool> AgreesAsync(History history, List<ReceiptAnswer> chain, CancellationToken cancellationToken)
    {
        var last = history.Products().ToDictionary(product => product.Artifact.Path, product => (Artifact?)product.Artifact);
        foreach (var path in history.Removals())
        {
            last[path] = null;
        }

        foreach (var (artifacts, removed) in chain.Select(answer => (answer.Stored.Receipt.Artifacts, answer.Stored.Receipt.Removed)))
        {
            foreach (var artifact in artifacts)
            {
                last[artifact.Path] = artifact;
            }

            foreach (var path in removed)
            {
                last[path] = null;
            }
        }

        foreach (var (path, artifact) in last)
        {
            var problem = artifact is null
                ? _verifier.VerifyRemoved(path)
                : await _verifier.VerifyAsync(artifact, cancellationToken);
            if (problem is not null)
            {
                return false;
            }
        }

        return true;
    }
}
