using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Storage;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Writes what is handed to an agent with a command, above all what the workspace must hold when the agent begins.</summary>
/// <remarks>
/// Whatever differs from what is expected before an agent was first asked isn't that agent's: it is handed over as it is found. Only what
/// an earlier attempt at the same command may have left stays as expected, so that the next attempt reports it.
/// </remarks>
/// <param name="context">The workspace.</param>
/// <param name="run">The run.</param>
internal sealed class HandoverWriter(RunContext context, OpenedRun run)
{
    private readonly RunJournal _journal = run.Journal;
    private readonly string _path = context.Layout.Handover(run.Journal.RunId);
    private IdempotencyKey _asked;
    private IReadOnlyDictionary<RelativePath, Artifact?> _files = new Dictionary<RelativePath, Artifact?>();

    /// <summary>What was found when the run was opened. Nobody was asked since, so it is as good as another look.</summary>
    private Manifest? _found = run.Found;

    /// <summary>Writes it. A retry in the same build is handed what the first attempt was.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="command">The id of the command that will ask it; it isn't in the ledger yet.</param>
    /// <param name="cancellationToken">Stops the look at the workspace.</param>
    /// <returns>A task that completes when the file can be read.</returns>
    public async Task WriteAsync(CommandRequest request, MessageId command, CancellationToken cancellationToken)
    {
        if (_asked != request.Key)
        {
            _files = await FindAsync(request, cancellationToken);
            _asked = request.Key;
        }

        var handover = new Handover
        {
            Format = Handover.CurrentFormat,
            Command = command,
            SnapshotId = run.Snapshot.SnapshotId,
            Files = [.. _files.Values.OfType<Artifact>()],
            Absent = [.. _files.Where(file => file.Value is null).Select(file => file.Key)],
            Include = context.Configuration.Include,
            Exclude = context.Configuration.Exclude,
            Inputs = [.. context.Configuration.Tasks.SelectMany(task => task.Inputs ?? [])],
            RespectGitIgnore = context.Configuration.RespectGitIgnore,
            Definition = _journal.History.Started!.Definition,
            Cause = _journal.History is { Rework: null, Steps: [] } ? null : ChangeCause.Of(_journal.History).Outcome,
        };
        try
        {
            // The state may be emptied at any moment.
            DurableFolders.Make(Path.GetDirectoryName(_path)!);
            using var file = TemporaryFile.WriteUnsynced(_path, handover.ToBytes());
            file.ReplaceTarget(_path);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(_path, "written", exception);
        }
    }

    /// <summary>Removes it: it says nothing once the agents have ended.</summary>
    public void Remove()
    {
        try
        {
#pragma warning disable RS0030 // Nobody relies on it
            File.Delete(_path);
#pragma warning restore RS0030
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // The next command replaces it, and it names the command that it is for.
        }
    }

    private async Task<IReadOnlyDictionary<RelativePath, Artifact?>> FindAsync(CommandRequest request, CancellationToken cancellationToken)
    {
        var expected = new ExpectedFiles(
            context.Graph,
            context.Stores.Receipts,
            context.Verifier,
            _journal.RunId,
            _journal.StartedAt,
            _journal.History,
            run.Snapshot);
        var files = new SortedDictionary<RelativePath, Artifact?>(expected.Since.ToDictionary());
        foreach (var difference in await CompareAsync(expected, cancellationToken))
        {
            files[difference.Path] = difference.Explanation is null && MayBeLeftBy(request, difference)
                ? difference.Expected
                : difference.Found;
        }

        return files;
    }

    private async Task<IReadOnlyList<FileDifference>> CompareAsync(ExpectedFiles expected, CancellationToken cancellationToken)
    {
        try
        {
            return await expected.CompareAsync(await LookAsync(cancellationToken), cancellationToken);
        }
        catch (LorchException)
        {
            // Something that no snapshot can hold: whether it may stay is asked when the run completes, not of every agent.
            return [];
        }
    }

    private async Task<Manifest> LookAsync(CancellationToken cancellationToken)
    {
        if (_found is { } found)
        {
            _found = null;
            return found;
        }

        // The agent looks by the .gitignore files as it finds them.
        var look = new SnapshotCapture(
            context.Layout, context.Tracked.RulesNow, context.Stores.Files, context.Configuration.Trust, context.Clock, context.Scanning);
        return (await look.CaptureAsync(cancellationToken)).Manifest;
    }

    /// <summary>Whether an earlier attempt at the command may have left a path as it is.</summary>
    /// <remarks>
    /// A builder goes on with whatever it finds, and so has seen what a person did to it meanwhile. Of any other agent an input is taken as
    /// it is found unless it was looked at when the agent had ended: whether the agent or a person wrote it nobody can tell, and an edit
    /// that no builder saw must not become a part of finished work.
    /// </remarks>
    private bool MayBeLeftBy(CommandRequest request, FileDifference difference) =>
        (_journal.History.InFlight ?? _journal.History.LeftBehind)?.Command.IdempotencyKey == request.Key
        && Drift.MayBeLeft(_journal.History, difference)
        && (request.Action.Agent is AgentType.Builder
            || _journal.History is { InFlight: not null, Left: not null }
            || !IsInput(difference.Path));

    private bool IsInput(RelativePath path)
    {
        var inputs = context.InputsOf(context.Graph[_journal.TaskId]);
        return inputs.Cover(path) || (run.Snapshot.Find(path) is not null && inputs.Of(run.Snapshot).Any(file => file.Path == path));
    }
}
