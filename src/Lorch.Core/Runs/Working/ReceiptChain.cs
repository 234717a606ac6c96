using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Records;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Lets receipts answer a run's commands: a step that was worked and paid for isn't worked again.</summary>
internal sealed class ReceiptChain(RunJournal journal, RunStores stores, ArtifactVerifier verifier, Narrator narrator)
{
    private readonly ReceiptAnswers _answers = new(stores.Receipts, verifier, journal.TaskId);

    /// <summary>The command that comes next, if there is one and no receipt could answer it: somebody has to be asked.</summary>
    public CommandRequest? FindUnanswered() =>
        !journal.History.IsUnjudged
            && Workflow.Next(journal.History) is Decision.Send { Request: var request }
            && _answers.Find(request, journal.History) is null
            ? request
            : null;

    /// <summary>Follows the receipts as far as they hold, before the first step is worked.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (journal.History.Steps.Any(step => step.WasWorked))
        {
            return;
        }

        foreach (var answer in await _answers.HoldingAsync(journal.History, _answers.Chain(journal.History), cancellationToken))
        {
            await ReuseAsync(answer, cancellationToken);
        }
    }

    /// <summary>Lets a receipt answer one command, if all its own artifacts verify.</summary>
    public async Task<bool> TryAnswerAsync(CommandRequest request, CancellationToken cancellationToken)
    {
        if (_answers.Find(request, journal.History) is not { } answer || !await _answers.HoldsAsync(answer, cancellationToken))
        {
            return false;
        }

        await ReuseAsync(answer, cancellationToken);
        return true;
    }

    private async Task ReuseAsync(ReceiptAnswer answer, CancellationToken cancellationToken)
    {
        var step = answer.ToStep();
        await stores.Receipts.ConfirmAsync(answer.Stored, cancellationToken);
        await journal.NoteAsync(EventName.StepReused, step, cancellationToken, answer.Request.CorrelationId);
        narrator.Say(StepStory.Reused(journal.TaskId, step));
    }
}
