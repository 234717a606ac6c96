using Lorch.Core;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Working;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Snapshots.Scanning;
using Lorch.Core.Storage;

namespace Lorch.Agent.Working;

/// <summary>Finds out what changed in the workspace, whatever anybody says.</summary>
/// <remarks>
/// Tracked files are compared with what Lorch handed over, not with what an attempt finds at its start: so what an attempt changed that
/// died is seen by the next one, and nothing has to be derived here. Of other files, and where nobody handed anything over, nothing is
/// known but how they were found.
/// </remarks>
/// <param name="workspace">The workspace.</param>
internal sealed class WorkspaceObserver(ToolWorkspace workspace)
{
    private readonly FilesInUse _inUse = new(workspace.Environment);

    /// <summary>Looks at the workspace before a tool works in it.</summary>
    public async Task<WorkspaceView> LookAsync(Handover? handover, CancellationToken cancellationToken)
    {
        var rules = workspace.RulesOf(handover);
        var tracked = handover is null ? null : FindExpected(handover, rules);
        return new WorkspaceView(rules, tracked ?? await TrackedAsync(rules, cancellationToken), Others(rules, cancellationToken));
    }

    /// <summary>Compares the workspace with how it was.</summary>
    /// <param name="before">How it was.</param>
    /// <param name="handover">What was handed over.</param>
    /// <param name="command">The command.</param>
    /// <param name="writable">What may change.</param>
    /// <param name="cancellationToken">Stops the comparison.</param>
    public async Task<WorkspaceChanges> CompareAsync(
        WorkspaceView before,
        Handover? handover,
        Command command,
        WritableFiles writable,
        CancellationToken cancellationToken)
    {
        var rules = workspace.RulesOf(handover);
        var now = new WorkspaceView(rules, await TrackedAsync(rules, cancellationToken), Others(rules, cancellationToken));
        var differing = (await DifferingAsync(before, now, cancellationToken))
            .Where(
                path => !writable.Ignores(path)
                    && !workspace.IsConfiguration(path)
                    && (writable.Allows(path) || !ToolWorkspace.IsPrompt(path)))
            .ToHashSet();
        var inUse = _inUse.HeldByOthers(differing.Select(Absolute).ToList(), cancellationToken);
        var changes = differing.Where(path => !inUse.Contains(Absolute(path))).ToHashSet();
        var outside = changes.Where(path => !writable.Allows(path)).Order().ToList();
        changes.UnionWith(command.ExpectedOutputs.Select(output => output.Path).Where(path => !now.Tracked.ContainsKey(path)));

        var (artifacts, removed, problems) = (new List<Artifact>(), new List<RelativePath>(), new List<ArtifactProblem>());
        foreach (var path in changes.Except(outside).Order())
        {
            switch (await workspace.Verifier.MeasureAsync(path, cancellationToken))
            {
                case Measurement.Measured(var artifact):
                    artifacts.Add(artifact);
                    break;
                case Measurement.Refused(var problem):
                    problems.Add(problem);
                    break;
                default:
                    if (before.Knows(path))
                    {
                        removed.Add(path);
                    }

                    break;
            }
        }

        return new WorkspaceChanges { Artifacts = artifacts, Removed = removed, Outside = outside, Problems = problems };
    }

    /// <summary>
    /// The paths that differ between two looks. One that only another .gitignore file shows or hides doesn't, as long as it is what it was.
    /// </summary>
    private async Task<HashSet<RelativePath>> DifferingAsync(WorkspaceView before, WorkspaceView now, CancellationToken cancellationToken)
    {
        var (trackedBefore, visibleBefore) = (before.Rules.Tracking.Paths(), before.Rules.Visible.Paths());
        var (trackedNow, visibleNow) = (now.Rules.Tracking.Paths(), now.Rules.Visible.Paths());
        var differing = new HashSet<RelativePath>();
        foreach (var path in Differing(before.Tracked, now.Tracked))
        {
            var isHidden = !now.Tracked.ContainsKey(path)
                && !trackedNow.Hold(path)
                && await IsStillAsync(before.Tracked[path], cancellationToken);
            var isShown = !before.Tracked.ContainsKey(path) && !trackedBefore.Hold(path);
            if (!isHidden && !isShown)
            {
                differing.Add(path);
            }
        }

        foreach (var path in Differing(before.Others, now.Others))
        {
            var isHidden = !now.Others.ContainsKey(path) && !visibleNow.Hold(path) && FileStamp.OfEntry(Absolute(path)) is not null;
            var isShown = !before.Others.ContainsKey(path) && !visibleBefore.Hold(path);
            if (!isHidden && !isShown)
            {
                differing.Add(path);
            }
        }

        return differing;
    }

    private async Task<bool> IsStillAsync(Artifact before, CancellationToken cancellationToken) =>
        await workspace.Verifier.MeasureAsync(before.Path, cancellationToken) is Measurement.Measured(var artifact) && artifact == before;

    private static IEnumerable<RelativePath> Differing<T>(
        IReadOnlyDictionary<RelativePath, T> before,
        IReadOnlyDictionary<RelativePath, T> now) =>
        before.Keys.Union(now.Keys).Where(path =>
            !before.TryGetValue(path, out var earlier)
                || !now.TryGetValue(path, out var later)
                || !EqualityComparer<T>.Default.Equals(earlier, later));

    private string Absolute(RelativePath path) => Path.Join(workspace.Layout.WorkspaceRoot, path.ToString());

    /// <summary>What the tracked files must be by what was handed over; null if the snapshot's manifest is gone.</summary>
    private Dictionary<RelativePath, Artifact>? FindExpected(Handover handover, SightRules rules)
    {
        if (new ManifestStore(workspace.Layout, new DurableFiles()).TryLoad(handover.SnapshotId) is not { } manifest)
        {
            return null;
        }

        var expected = manifest.Files.ToDictionary(file => file.Path, file => file.ToArtifact());
        foreach (var path in handover.Absent)
        {
            expected.Remove(path);
        }

        var tracked = rules.Tracking.Paths();
        foreach (var file in handover.Files.Where(file => expected.ContainsKey(file.Path) || tracked.Hold(file.Path)))
        {
            expected[file.Path] = file;
        }

        return expected;
    }

    private async Task<Dictionary<RelativePath, Artifact>> TrackedAsync(SightRules rules, CancellationToken cancellationToken)
    {
        var capture = await workspace.Capture(rules).CaptureAsync(cancellationToken);
        return capture.Manifest.Files.ToDictionary(file => file.Path, file => file.ToArtifact());
    }

    /// <summary>The files that aren't tracked, with all that the system tells of them without their being read.</summary>
    private Dictionary<RelativePath, FileSight> Others(SightRules rules, CancellationToken cancellationToken)
    {
        var tracked = rules.Tracking.Paths();
        return WorkspaceScanner.Look(workspace.Layout, rules.Visible, cancellationToken)
            .Where(file => !tracked.Hold(file.Path))
            .ToDictionary(file => file.Path, file => new FileSight(file.Stamp, file.Target));
    }
}

/// <summary>What is seen of a file without reading it.</summary>
/// <param name="Stamp">What the system tells of it.</param>
/// <param name="Target">The digest of a symbolic link's target.</param>
internal readonly record struct FileSight(RawStamp Stamp, Sha256Digest? Target);

/// <summary>How a workspace was.</summary>
/// <param name="Rules">By what rules it was looked at.</param>
/// <param name="Tracked">The tracked files.</param>
/// <param name="Others">The files that aren't tracked.</param>
internal sealed record WorkspaceView(
    SightRules Rules,
    IReadOnlyDictionary<RelativePath, Artifact> Tracked,
    IReadOnlyDictionary<RelativePath, FileSight> Others)
{
    /// <summary>Whether a file was there.</summary>
    public bool Knows(RelativePath path) => Tracked.ContainsKey(path) || Others.ContainsKey(path);
}

/// <summary>What changed in a workspace.</summary>
internal sealed record WorkspaceChanges
{
    /// <summary>Gets what was written and may be, with the true digests.</summary>
    public required IReadOnlyList<Artifact> Artifacts { get; init; }

    /// <summary>Gets what was deleted and may be.</summary>
    public required IReadOnlyList<RelativePath> Removed { get; init; }

    /// <summary>Gets what changed and may not.</summary>
    public required IReadOnlyList<RelativePath> Outside { get; init; }

    /// <summary>Gets what was written and can't be an artifact.</summary>
    public required IReadOnlyList<ArtifactProblem> Problems { get; init; }

    /// <summary>Gets a value indicating whether nothing changed.</summary>
    public bool IsEmpty => Artifacts.Count == 0 && Removed.Count == 0 && Outside.Count == 0 && Problems.Count == 0;
}
