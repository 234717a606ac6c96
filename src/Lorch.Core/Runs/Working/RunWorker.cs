using Lorch.Core.Agents;
using Lorch.Core.Runs.Landing;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Turns;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>
/// Works an open run until its work is in the workspace, or can't get there: the agents first, then the landing; and again, if others
/// changed meanwhile what the work stands on.
/// </summary>
internal sealed class RunWorker(
    OpenedRun run,
    RunContext context,
    AgentPool agents,
    AgentTeam team,
    ReceiptChain receipts,
    OwnFiles ownFiles,
    TurnLocks locks,
    Narrator narrator)
{
    /// <summary>Gets the run, on the snapshot that its work stands on.</summary>
    public OpenedRun Run { get; private set; } = run;

    /// <summary>Works it.</summary>
    /// <param name="cancellationToken">Interrupts the run.</param>
    /// <returns>Why it has failed; <see langword="null"/> if all that it made is where it belongs.</returns>
    public async Task<FailureReason?> WorkAsync(CancellationToken cancellationToken)
    {
        var carried = Run.Journal.History.Rebased is null
            ? Run.Carried.ToDictionary(explanation => explanation.Path, explanation => explanation.Artifact?.Sha256)
            : [];
        while (true)
        {
            if (await AskAsync(cancellationToken) is Decision.Fail { Reason: var reason })
            {
                return reason;
            }

            switch (await LandAsync(new LandingGround(Run.Snapshot, carried), cancellationToken))
            {
                case LandingResult.Landed(var snapshot):
                    Run = Run with { Snapshot = snapshot };
                    return null;
                case LandingResult.Failed(var failure):
                    return failure;
                case LandingResult.Rebased(var snapshot):
                    carried = [];
                    Run = Run with
                    {
                        Snapshot = snapshot,
                        Found = (await context.Capture.CaptureAsync(cancellationToken)).Manifest,
                        Drifted = [],
                    };
                    break;
            }
        }
    }

    private async Task<Decision> AskAsync(CancellationToken cancellationToken)
    {
        var journal = Run.Journal;
        var handover = new HandoverWriter(context, Run);
        try
        {
            var unnamed = await UnnamedChanges.WatchAsync(context, journal, team, cancellationToken);
            var steps = new StepRunner(journal, context, team, agents, handover, narrator);
            var keeper = new WorkKeeper(context, Run.Snapshot);
            var judge = new StepJudge(journal, context, new MeanwhileEdits(context, Run), unnamed, keeper, narrator);
            var loop = new RunLoop(
                journal,
                context.Configuration,
                context.Clock,
                context.Chance,
                steps,
                agents,
                receipts,
                ownFiles,
                judge,
                narrator);
            return await loop.RunAsync(cancellationToken);
        }
        finally
        {
            handover.Remove();
        }
    }

    private Task<LandingResult> LandAsync(LandingGround ground, CancellationToken cancellationToken)
    {
        var (views, recorder) = (new RunViews(context.Home), new CompletionRecorder(context.Home));
        var rounds = new LandingRounds(
            context,
            Run.Journal,
            now => views.Besides(Run.Journal.TaskId, now),
            (from, now) => recorder.DriftAsync(Run with { Snapshot = from }, now),
            locks,
            narrator);
        return rounds.LandAsync(ground, cancellationToken);
    }
}
