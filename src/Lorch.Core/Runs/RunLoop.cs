using Lorch.Core.Hashing;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs;

/// <summary>Takes a run from where it stands to its end: judge what is unjudged, ask what is next, reuse or work it, again.</summary>
internal sealed class RunLoop(RunJournal journal, RunServices services, AgentPool agents, ReceiptChain receipts, OwnFiles ownFiles, Narrator narrator)
{
    private readonly StepRunner _steps = new(journal, services, agents, narrator);
    private readonly StepJudge _judge = new(journal, services, narrator);

    /// <summary>Runs.</summary>
    /// <returns>How it ends: complete or failed. Neither is in the ledger yet.</returns>
    public async Task<Decision> RunAsync(CancellationToken cancellationToken)
    {
        await receipts.FollowAsync(cancellationToken);
        var (tried, failures) = (default(IdempotencyKey), 0);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await ownFiles.CheckAsync(cancellationToken);
            if (ownFiles.AreAltered)
            {
                return await _judge.DistrustAsync(ownFiles.Summary, cancellationToken);
            }

            if (journal.History.IsUnjudged)
            {
                // Another look follows: an agent is there until the run ends, and may act at any time.
                await _judge.JudgeAsync(cancellationToken);
                continue;
            }

            var decision = Workflow.Next(journal.History);
            if (decision is not Decision.Send { Request: var request })
            {
                return decision;
            }

            if (!await receipts.TryAnswerAsync(request, cancellationToken))
            {
                if (services.Configuration.Budget.FindExcess(journal.History.Usage, journal.History.WorkedUntil(services.Now())) is { } excess)
                {
                    return new Decision.Fail(excess);
                }

                failures = request.Key == tried ? failures + 1 : 0;
                tried = request.Key;
                await WaitAsync(failures, cancellationToken);
                await _steps.WorkAsync(request, cancellationToken);
            }
        }
    }

    /// <summary>Waits before a retry, so that what hurt the last attempt can pass.</summary>
    private async Task WaitAsync(int failures, CancellationToken cancellationToken)
    {
        if (failures > 0)
        {
            var delay = services.Configuration.Backoff.WaitBefore(failures - 1, services.Chance());
            narrator.Mention($"{journal.TaskId} tries again in {Narrator.Duration(delay)}");
            await Task.Delay(delay, services.Clock, cancellationToken);
        }
    }
}
