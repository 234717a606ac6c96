using Lorch.Core;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Snapshots;

namespace Lorch.Agent.Working;

/// <summary>Finds out what changed in the workspace, whatever anybody says.</summary>
/// <remarks>
/// Tracked files are compared with what the ledger says they must be when the command begins, not with what an attempt finds at its start:
/// so what an attempt changed that died is seen by the next one. Of other files nothing is known but how they were found.
/// </remarks>
/// <param name="workspace">The workspace.</param>
internal sealed class WorkspaceObserver(ToolWorkspace workspace)
{
    /// <summary>Looks at the workspace before a tool works in it.</summary>
    public async Task<WorkspaceView> LookAsync(TaskFacts facts, CancellationToken cancellationToken)
    {
        var tracked = await TrackedAsync(cancellationToken);
        var baseline = new Dictionary<RelativePath, Artifact>(facts.Baseline ?? tracked);
        foreach (var path in facts.Foreign.Where(path => !tracked.ContainsKey(path)))
        {
            baseline.Remove(path);
        }

        foreach (var path in facts.Foreign.Where(tracked.ContainsKey))
        {
            baseline[path] = tracked[path];
        }

        return new WorkspaceView(baseline, Others(cancellationToken));
    }

    /// <summary>Compares the workspace with how it was.</summary>
    /// <param name="before">How it was.</param>
    /// <param name="command">The command.</param>
    /// <param name="writable">What may change.</param>
    /// <param name="cancellationToken">Stops the comparison.</param>
    public async Task<WorkspaceChanges> CompareAsync(WorkspaceView before, Command command, WritableFiles writable, CancellationToken cancellationToken)
    {
        var paths = Differing(before.Tracked, await TrackedAsync(cancellationToken)).Concat(Differing(before.Others, Others(cancellationToken)));
        var changes = paths.Where(path => !writable.Ignores(path) && !workspace.IsConfiguration(path) && (writable.Allows(path) || !ToolWorkspace.IsPrompt(path))).ToHashSet();
        var outside = changes.Where(path => !writable.Allows(path)).Order().ToList();
        changes.UnionWith(command.ExpectedOutputs.Select(output => output.Path).Where(path => !workspace.Tracking.IsTracked(path)));

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

    private static IEnumerable<RelativePath> Differing<T>(IReadOnlyDictionary<RelativePath, T> before, IReadOnlyDictionary<RelativePath, T> after) =>
        before.Keys.Union(after.Keys).Where(path =>
            !before.TryGetValue(path, out var earlier) || !after.TryGetValue(path, out var later) || !EqualityComparer<T>.Default.Equals(earlier, later));

    private async Task<Dictionary<RelativePath, Artifact>> TrackedAsync(CancellationToken cancellationToken)
    {
        var capture = await workspace.Capture().CaptureAsync(cancellationToken);
        return capture.Manifest.Files.ToDictionary(file => file.Path, file => new Artifact { Path = file.Path, Sha256 = file.Sha256, Size = file.Size });
    }

    /// <summary>The files that aren't tracked, with all that the system tells of them without their being read.</summary>
    private Dictionary<RelativePath, FileSight> Others(CancellationToken cancellationToken)
    {
        try
        {
            return WorkspaceScanner.Look(workspace.Layout, workspace.Visible, cancellationToken)
                .Where(file => !workspace.Tracking.IsTracked(file.Path))
                .ToDictionary(file => file.Path, file => new FileSight(file.Stamp, file.Target));
        }
        catch (LorchException)
        {
            // Something that no snapshot can hold, where none has to: what isn't tracked is then not looked at.
            return [];
        }
    }
}

/// <summary>What is seen of a file without reading it.</summary>
/// <param name="Stamp">What the system tells of it.</param>
/// <param name="Target">The digest of a symbolic link's target.</param>
internal readonly record struct FileSight(RawStamp Stamp, Sha256Digest? Target);

/// <summary>How a workspace was.</summary>
/// <param name="Tracked">The tracked files.</param>
/// <param name="Others">The files that aren't tracked.</param>
internal sealed record WorkspaceView(IReadOnlyDictionary<RelativePath, Artifact> Tracked, IReadOnlyDictionary<RelativePath, FileSight> Others)
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
