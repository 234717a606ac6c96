using Lorch.Core.Agents;
using Lorch.Core.Hashing;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs;

/// <summary>Takes a run from where it stands to its end: judge what is unjudged, ask what is next, reuse or work it, again.</summary>
internal sealed class RunLoop(
    RunJournal journal,
    RunServices services,
    StepRunner steps,
    AgentPool agents,
    ReceiptChain receipts,
    OwnFiles ownFiles,
    StepJudge judge,
    Narrator narrator)
{

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
                return await EndAsync(await judge.DistrustAsync(ownFiles, cancellationToken));
            }

            if (journal.History.IsUnjudged)
            {
                // Another look follows: an agent is there until the run ends, and may act at any time.
                await judge.JudgeAsync(cancellationToken);
                continue;
            }

            var decision = Workflow.Next(journal.History);
            if (decision is not Decision.Send { Request: var request })
            {
                return await EndAsync(decision);
            }

            if (!await receipts.TryAnswerAsync(request, cancellationToken))
            {
                if (services.Configuration.Budget.FindExcess(journal.History.Usage, journal.History.WorkedUntil(services.Now())) is { } excess)
                {
                    return await EndAsync(new Decision.Fail(excess));
                }

                failures = request.Key == tried ? failures + 1 : 0;
                tried = request.Key;
                await WaitAsync(failures, cancellationToken);
                await steps.WorkAsync(request, cancellationToken);
            }
        }
    }

    /// <summary>Ends the agents, and then looks for the last time: until they have ended they may act, also when they are told to.</summary>
    /// <remarks>Nothing here can be cancelled: what was worked stands whoever cancels.</remarks>
    private async Task<Decision> EndAsync(Decision decision)
    {
        await agents.StopAllAsync(StopUrgency.Normal);
        await ownFiles.CheckAsync(CancellationToken.None);
        return ownFiles.AreAltered && decision is Decision.Complete ? await judge.DistrustAsync(ownFiles, CancellationToken.None) : decision;
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
