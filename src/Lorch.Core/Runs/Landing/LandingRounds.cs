using Lorch.Core.Agents.Verifying;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Turns;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Storage.Locks;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Landing;

/// <summary>
/// The last stage of a run in a view: brings the view up to the workspace, has what others changed beside the run checked with it, and
/// lands. Whatever moves meanwhile makes it another round.
/// </summary>
/// <param name="context">The run's context.</param>
/// <param name="journal">The run.</param>
/// <param name="besides">The paths that the view holds whatever git says of them, by a snapshot of the workspace.</param>
/// <param name="findDrift">Finds what others changed, between what the work stands on and now, of what the task is about.</param>
/// <param name="locks">Give the workspace, which is held while it is looked at and landed in, not while commands check the work.</param>
/// <param name="narrator">Tells people.</param>
internal sealed class LandingRounds(
    RunContext context,
    RunJournal journal,
    Func<Manifest, IReadOnlyCollection<RelativePath>> besides,
    Func<Manifest, Manifest, Task<IReadOnlyList<RelativePath>>> findDrift,
    TurnLocks locks,
    Narrator narrator)
{
    /// <summary>From this round on other landings wait. What people still save elsewhere after it is checked by the next run.</summary>
    private const int RoundAlone = 3;

    private const int MaxRounds = 10;

    private readonly IReadOnlyList<VerifyCommand> _commands = VerifyCommand.Read(journal.History.Started!.Definition);

    /// <summary>Lands the run's work, or says what must be done first.</summary>
    /// <param name="ground">What the work stands on.</param>
    /// <param name="cancellationToken">Stops before anything is landed.</param>
    public async Task<LandingResult> LandAsync(LandingGround ground, CancellationToken cancellationToken)
    {
        if (!context.View.IsApart)
        {
            return new LandingResult.Landed(ground.Snapshot);
        }

        LandingLock? alone = null;
        try
        {
            IReadOnlyList<RelativePath> inTheWay = [];
            for (var round = 1; round <= MaxRounds; round++)
            {
                if (round == RoundAlone)
                {
                    alone = await LandingLock.AcquireAsync(context.Stores.Layout, context.Clock, cancellationToken);
                }

                await locks.TakeWorkspaceAsync(cancellationToken);
                if (LandingHold.Find(context.Home.Layout, journal.History.Started!) is { } held)
                {
                    return new LandingResult.Failed(held);
                }

                var look = await LookAsync(ground, cancellationToken);
                if (look is null or { Plan.Blocked.Count: > 0 })
                {
                    inTheWay = look?.Plan.Blocked ?? inTheWay;
                }
                else if (look is { Plan.Both: [], AsksForDrift: false } && (!look.HasMoved || round > RoundAlone))
                {
                    if (LandingHold.Find(context.Home.Layout, journal.History.Started!) is null)
                    {
                        inTheWay = await new RunLanding(context.Home, journal, narrator).LandAsync(look.Plan);
                        if (inTheWay.Count == 0)
                        {
                            // It is held on, until it is recorded that the run is complete.
                            return new LandingResult.Landed(ground.Snapshot);
                        }
                    }
                }
                else if (await RebaseAsync(look, cancellationToken) is { } rebased)
                {
                    locks.LetWorkspaceGo();
                    if (rebased.Cause is not null)
                    {
                        return new LandingResult.Rebased(look.Now);
                    }

                    ground = new LandingGround(look.Now, new Dictionary<RelativePath, Sha256Digest?>());
                }

                locks.LetWorkspaceGo();
            }

            return new LandingResult.Failed(RunLanding.ConflictOver(inTheWay));
        }
        finally
        {
            alone?.Dispose();
        }
    }

    /// <summary>Looks at the workspace.</summary>
    /// <returns>What was found; <see langword="null"/> if somebody saved one of the run's files between two glances.</returns>
    private async Task<Look?> LookAsync(LandingGround ground, CancellationToken cancellationToken)
    {
        var now = (await context.Home.Capture.CaptureAsync(cancellationToken)).Manifest;
        var plan = await LandingPlan.MakeAsync(context, journal.History, ground, cancellationToken);
        if (plan.Blocked.Count == 0 && !plan.AgreesWith(now, context))
        {
            return null;
        }

        var hasMoved = plan.Blocked.Count == 0
            && _commands.Count > 0
            && (await UpdateAsync(now, cancellationToken) || HasMoved(ground, now, plan));
        var drifted = await findDrift(ground.Snapshot, now);

        // Somebody who edits what the task is about all the time mustn't keep a builder at it: then the task is stale once it has landed.
        var asksForDrift = drifted.Count > 0 && (plan.Both.Count > 0 || journal.History.Rebased?.Cause is null);
        return new Look(now, plan, drifted, asksForDrift, hasMoved);
    }

    /// <summary>Puts the work on the workspace as it was found.</summary>
    /// <returns>What the ledger says of it; <see langword="null"/> if the workspace is another by now.</returns>
    private async Task<Rebased?> RebaseAsync(Look look, CancellationToken cancellationToken)
    {
        if (_commands.Count == 0)
        {
            await UpdateAsync(look.Now, cancellationToken);
        }

        var history = journal.History;
        var merge = new WorkMerge(context, journal.RunId, isChecked: _commands.Count > 0);
        if (await merge.MergeAsync(look.Plan, cancellationToken) is not { } merged)
        {
            var products = history.Products().Select(product => product.Artifact);
            new WorkKeeper(context, look.Now).PutBack(products, history.Removals());
            return null;
        }

        var rebased = new Rebased
        {
            SnapshotId = look.Now.SnapshotId,
            Merged = merged.Merged,
            GivenUp = merged.GivenUp,
            Conflicts = [.. merged.Conflicts.Select(conflict => conflict.Path)],
        };
        locks.LetWorkspaceGo();
        var failure = merged.Conflicts.Count > 0 || look.AsksForDrift
            ? null
            : await CheckAsync(history.Work.With(rebased), cancellationToken);
        rebased = rebased with { Cause = LandingCause.Of(merged, look.AsksForDrift ? look.Drifted : [], failure) };
        if (rebased.Cause is null && look.Drifted.Count > 0)
        {
            // Nobody has looked at that, so the work doesn't stand on it.
            return null;
        }

        await context.Stores.Manifests.SaveAsync(look.Now, CancellationToken.None);
        await journal.NoteAsync(EventName.Rebased, rebased, CancellationToken.None);
        narrator.Say(rebased.Cause is null
            ? $"{journal.TaskId} is right together with what others changed meanwhile"
            : $"{journal.TaskId} is looked at again: {rebased.Cause.Split('\n')[0].TrimEnd(':')}");
        return rebased;
    }

    /// <summary>Runs the commands that check the work in the view.</summary>
    /// <returns>What failed; <see langword="null"/> if all is right.</returns>
    private async Task<string?> CheckAsync(RunWork work, CancellationToken cancellationToken)
    {
        foreach (var command in _commands)
        {
            narrator.Mention($"{journal.TaskId} verifies with {command.Line}");
            if (await context.VerifyAsync(journal.RunId, journal.TaskId, [command], cancellationToken) is { } failure)
            {
                return failure;
            }
        }

        foreach (var (artifact, _) in work.Products)
        {
            if (await context.Verifier.VerifyAsync(artifact, cancellationToken) is { } problem)
            {
                return $"the commands that check it changed a file that lands: {problem}";
            }
        }

        return work.Removals.Select(context.Verifier.VerifyRemoved).FirstOrDefault(problem => problem is not null) is { } back
            ? $"the commands that check it changed a file that lands: {back}"
            : null;
    }

    private Task<bool> UpdateAsync(Manifest now, CancellationToken cancellationToken)
    {
        var history = journal.History;
        var made = history.Products().Select(product => product.Artifact.Path).Concat(history.Removals());
        return context.View.UpdateAsync(besides(now), made, cancellationToken);
    }

    /// <summary>Whether somebody changed a tracked file beside those of the run since the work was last proven.</summary>
    private static bool HasMoved(LandingGround ground, Manifest now, LandingPlan plan)
    {
        var difference = ManifestDifference.Between(ground.Snapshot.Files, now.Files);
        return difference.Added.Concat(difference.Changed).Concat(difference.Removed).Any(path =>
            !plan.Found.ContainsKey(path)
            && !(ground.Carried.TryGetValue(path, out var carried) && carried == now.Find(path)?.Sha256));
    }

    /// <summary>What the workspace is by now.</summary>
    private sealed record Look(
        Manifest Now,
        LandingPlan Plan,
        IReadOnlyList<RelativePath> Drifted,
        bool AsksForDrift,
        bool HasMoved);
}
