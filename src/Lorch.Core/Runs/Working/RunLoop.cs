using Lorch.Core.Agents.Processes;
using Lorch.Core.Configuration;
using Lorch.Core.Hashing;
using Lorch.Core.Runs.Records;
using Lorch.Core.Tools;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Takes a run from where it stands to its end: judge what is unjudged, ask what is next, reuse or work it, again.</summary>
internal sealed class RunLoop(
    RunJournal journal,
    LorchConfiguration configuration,
    TimeProvider clock,
    Func<double> chance,
    StepRunner steps,
    AgentPool agents,
    ReceiptChain receipts,
    OwnFiles ownFiles,
    StepJudge judge,
    Narrator narrator)
{
    // Who is at a limit and doesn't say for how long is not asked each second.
    private static readonly TimeSpan LeastAtALimit = TimeSpan.FromSeconds(5);

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
                failures = request.Key == tried ? failures + 1 : 0;
                tried = request.Key;
                var wait = WaitBefore(request, failures);
                if (configuration.Budget.FindExcess(
                    journal.History.Usage,
                    journal.History.WorkedUntil(clock.GetUtcMilliseconds() + wait)) is { } excess)
                {
                    return await EndAsync(new Decision.Fail(excess));
                }

                await WaitAsync(wait, cancellationToken);
                await steps.WorkAsync(request, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Ends the agents, and then looks for the last time: until they have ended they may act, also when they are told to.
    /// </summary>
    /// <remarks>Nothing here can be cancelled: what was worked stands whoever cancels.</remarks>
    private async Task<Decision> EndAsync(Decision decision)
    {
        await agents.StopAllAsync(StopUrgency.Normal);
        await ownFiles.CheckAsync(CancellationToken.None);
        return ownFiles.AreAltered && decision is Decision.Complete
            ? await judge.DistrustAsync(ownFiles, CancellationToken.None)
            : decision;
    }

    /// <summary>How long to wait before a retry, so that what hurt the last attempt can pass.</summary>
    private TimeSpan WaitBefore(CommandRequest request, int failures)
    {
        var wait = failures > 0 ? configuration.Backoff.WaitBefore(failures - 1, chance()) : TimeSpan.Zero;
        if (journal.History.Failures.GetValueOrDefault(request.Key) is not { SinceResumed: > 0, Last: var last })
        {
            return wait;
        }

        var told = last.NotBefore - clock.GetUtcMilliseconds();
        return new[] { wait, told ?? TimeSpan.Zero, ToolFailure.IsLimit(last.Code) ? LeastAtALimit : TimeSpan.Zero }.Max();
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait > TimeSpan.Zero)
        {
            narrator.Mention($"{journal.TaskId} tries again in {Narrator.Duration(wait)}");
            await Task.Delay(wait, clock, cancellationToken);
        }
    }
}
