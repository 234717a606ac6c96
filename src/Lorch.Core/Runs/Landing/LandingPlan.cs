using Lorch.Core.Hashing;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Landing;

/// <summary>What a landing is to do, by what the workspace holds now.</summary>
/// <remarks>
/// A path that only others changed isn't in it, and so stays as they made it. Nor is one that holds already what the run made: in a run
/// that worked in the workspace itself those are all.
/// </remarks>
/// <param name="Paths">The files to exchange, sorted.</param>
/// <param name="Conflicts">The files that the run and somebody else changed, each in another way.</param>
internal sealed record LandingPlan(IReadOnlyList<LandingPath> Paths, IReadOnlyList<RelativePath> Conflicts)
{
    /// <summary>Makes it.</summary>
    /// <param name="context">The run's context.</param>
    /// <param name="history">What the run has proven.</param>
    /// <param name="snapshot">The snapshot that it is pinned to.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<LandingPlan> MakeAsync(
        RunContext context,
        History history,
        Manifest snapshot,
        CancellationToken cancellationToken)
    {
        var (paths, conflicts) = (new List<LandingPath>(), new List<RelativePath>());
        if (!context.View.IsApart)
        {
            return new LandingPlan([], []);
        }

        var changes = history.Products().Select(product => (product.Artifact.Path, After: (Sha256Digest?)product.Artifact.Sha256))
            .Concat(history.Removals().Select(path => (Path: path, After: default(Sha256Digest?))))
            .OrderBy(change => change.Path);
        foreach (var (path, after) in changes)
        {
            var (isFile, now) = await HeldAsync(context.Home.Verifier, path, cancellationToken);
            if (isFile && now == after)
            {
                continue;
            }

            if (!isFile || !IsUntouched(context, snapshot, path, now) || (now is null && IsBlocked(context, path)))
            {
                conflicts.Add(path);
            }
            else
            {
                paths.Add(new LandingPath
                {
                    Path = path,
                    Before = now,
                    After = after,
                    WasExecutable = now is not null && context.View.WasExecutable(path),
                    IsExecutable = after is not null && context.View.IsExecutable(path),
                });
            }
        }

        return new LandingPlan(paths, conflicts);
    }

    /// <summary>What a file of the workspace holds; no digest if nothing is there.</summary>
    public static async Task<(bool IsFile, Sha256Digest? Digest)> HeldAsync(
        ArtifactVerifier verifier,
        RelativePath path,
        CancellationToken cancellationToken) => await verifier.MeasureAsync(path, cancellationToken) switch
        {
            Measurement.Measured(var artifact) => (true, artifact.Sha256),
            Measurement.Absent => (true, null),
            _ => (false, null),
        };

    /// <summary>
    /// Whether the workspace holds what the run began with: by the snapshot, or of what isn't tracked by the view itself.
    /// </summary>
    private static bool IsUntouched(RunContext context, Manifest snapshot, RelativePath path, Sha256Digest? now) =>
        snapshot.Find(path) is { } file ? file.Sha256 == now
        : context.Tracked.Rules.IsTracked(path) ? now is null
        : context.View.IsUntouched(path) ?? now is null;

    /// <summary>Whether something that is no folder stands where a new file's folder must be.</summary>
    private static bool IsBlocked(RunContext context, RelativePath path)
    {
        var segments = path.ToString().Split('/');
        return Enumerable.Range(1, segments.Length - 1)
            .Select(length => Path.Join(context.Home.Layout.WorkspaceRoot, string.Join('/', segments[..length])))
            .Any(folder => Path.Exists(folder) && !Directory.Exists(folder));
    }
}
