using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs;

/// <summary>Lets receipts answer commands: a step that was worked and paid for isn't worked again.</summary>
internal sealed class ReceiptChain(RunJournal journal, RunServices services, Narrator narrator)
{
    private Dictionary<IdempotencyKey, StoredReceipt>? _receipts;

    /// <summary>Follows the receipts as far as they hold: the longest chain for which, path by path, the last receipt that names it agrees with the disk.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (journal.History.Steps.Any(step => step.WasWorked))
        {
            return;
        }

        var chain = Answers();
        for (var length = chain.Count; length > 0; length--)
        {
            var prefix = chain[..length];
            if (await AgreesAsync(prefix, cancellationToken))
            {
                foreach (var answer in prefix)
                {
                    await ReuseAsync(answer, cancellationToken);
                }

                return;
            }
        }
    }

    /// <summary>Lets a receipt answer one command, if all its own artifacts verify.</summary>
    public async Task<bool> TryAnswerAsync(CommandRequest request, CancellationToken cancellationToken)
    {
        if (Find(request) is not { } stored || !await HoldsAsync(stored.Receipt, cancellationToken))
        {
            return false;
        }

        await ReuseAsync(new Answer(request, stored), cancellationToken);
        return true;
    }

    private List<Answer> Answers()
    {
        var history = journal.History;
        var chain = new List<Answer>();
        while (!history.IsUnjudged && Workflow.Next(history) is Decision.Send { Request: var request } && Find(request) is { } stored)
        {
            var answer = new Answer(request, stored);
            chain.Add(answer);
            history = history.ApplyReuse(answer.ToStep());
        }

        return chain;
    }

    private StoredReceipt? Find(CommandRequest request)
    {
        _receipts ??= services.Receipts.Load(journal.TaskId)
            .GroupBy(stored => stored.Receipt.IdempotencyKey)
            .ToDictionary(group => group.Key, group => group.Last());
        return _receipts.TryGetValue(request.Key, out var found)
            && Workflow.MovesOn(found.Receipt.Outcome, journal.History.Started!.OnFailingTests)
                ? found
                : null;
    }

    /// <summary>Whether the disk agrees with what the steps reused before and the chain say last of each path.</summary>
    private async Task<bool> AgreesAsync(List<Answer> chain, CancellationToken cancellationToken)
    {
        var last = new Dictionary<RelativePath, Artifact?>();
        var steps = journal.History.Steps.Select(step => (step.Artifacts, step.Removed))
            .Concat(chain.Select(answer => (answer.Stored.Receipt.Artifacts, answer.Stored.Receipt.Removed)));
        foreach (var (artifacts, removed) in steps)
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
            if (await ProblemAsync(path, artifact, cancellationToken) is { } problem)
            {
                narrator.Detail($"{journal.TaskId} receipts are followed up to where {problem}");
                return false;
            }
        }

        return true;
    }

    private async Task<bool> HoldsAsync(Receipt receipt, CancellationToken cancellationToken)
    {
        foreach (var artifact in receipt.Artifacts)
        {
            if (await ProblemAsync(artifact.Path, artifact, cancellationToken) is not null)
            {
                return false;
            }
        }

        return receipt.Removed.All(path => services.Verifier.VerifyRemoved(path) is null);
    }

    private async Task<ArtifactProblem?> ProblemAsync(RelativePath path, Artifact? artifact, CancellationToken cancellationToken) =>
        artifact is null ? services.Verifier.VerifyRemoved(path) : await services.Verifier.VerifyAsync(artifact, cancellationToken);

    private async Task ReuseAsync(Answer answer, CancellationToken cancellationToken)
    {
        var step = answer.ToStep();
        await journal.NoteAsync(EventName.StepReused, step, cancellationToken, answer.Request.CorrelationId);
        narrator.Say(StepStory.Reused(journal.TaskId, step));
    }

    private sealed record Answer(CommandRequest Request, StoredReceipt Stored)
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
}
