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
internal sealed record LandingPlan
{
    /// <summary>Gets the files to exchange, sorted.</summary>
    public required IReadOnlyList<LandingPath> Paths { get; init; }

    /// <summary>Gets the files that the run and somebody else changed, each in another way.</summary>
    public required IReadOnlyList<BothChanged> Both { get; init; }

    /// <summary>Gets the files that the run left as they were and somebody else changed: they are none of its work any more.</summary>
    public required IReadOnlyList<RelativePath> Theirs { get; init; }

    /// <summary>Gets the files whose place something else has: a folder, a link, or a file where a folder must be.</summary>
    public required IReadOnlyList<RelativePath> Blocked { get; init; }

    /// <summary>Gets what the workspace holds at each path that the run changed.</summary>
    public required IReadOnlyDictionary<RelativePath, Sha256Digest?> Found { get; init; }

    /// <summary>Makes it.</summary>
    /// <param name="context">The run's context.</param>
    /// <param name="history">What the run has proven.</param>
    /// <param name="ground">What that was made from.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<LandingPlan> MakeAsync(
        RunContext context,
        History history,
        LandingGround ground,
        CancellationToken cancellationToken)
    {
        var (paths, both, blocked) = (new List<LandingPath>(), new List<BothChanged>(), new List<RelativePath>());
        var (theirs, found) = (new List<RelativePath>(), new Dictionary<RelativePath, Sha256Digest?>());
        var changes = history.Products().Select(product => (product.Artifact.Path, After: (Sha256Digest?)product.Artifact.Sha256))
            .Concat(history.Removals().Select(path => (Path: path, After: default(Sha256Digest?))))
            .OrderBy(change => change.Path);
        foreach (var (path, after) in changes)
        {
            var (isFile, now) = await HeldAsync(context.Home.Verifier, path, cancellationToken);
            found[path] = now;
            var isKnown = ground.TryFind(context, path, out var before);
            if (!isFile || (now is null && after is not null && IsBlocked(context, path)))
            {
                blocked.Add(path);
            }
            else if (now == after)
            {
                continue;
            }
            else if (isKnown && after == before)
            {
                theirs.Add(path);
            }
            else if (isKnown ? now == before : context.View.IsUntouched(path) ?? now is null)
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
            else
            {
                both.Add(new BothChanged(path, before, now, after));
            }
        }

        return new LandingPlan { Paths = paths, Both = both, Theirs = theirs, Blocked = blocked, Found = found };
    }

    /// <summary>Whether a snapshot holds at the run's paths what was found there.</summary>
    public bool AgreesWith(Manifest snapshot, RunContext context) =>
        Found.All(file => (snapshot.Find(file.Key)?.Sha256 is var digest && digest == file.Value)
            || (digest is null && !context.Home.Tracked.Rules.IsTracked(file.Key)));

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

    /// <summary>Whether something that is no folder stands where a new file's folder must be.</summary>
    private static bool IsBlocked(RunContext context, RelativePath path)
    {
        var segments = path.ToString().Split('/');
        return Enumerable.Range(1, segments.Length - 1)
            .Select(length => Path.Join(context.Home.Layout.WorkspaceRoot, string.Join('/', segments[..length])))
            .Any(folder => Path.Exists(folder) && !Directory.Exists(folder));
    }
}

/// <summary>A file that the run and somebody else changed.</summary>
/// <param name="Path">The file.</param>
/// <param name="Before">What both began with; no digest if nothing was there, or it isn't known.</param>
/// <param name="Now">What the workspace holds; no digest if nothing is there.</param>
/// <param name="After">What the run made; no digest if it removed the file.</param>
internal sealed record BothChanged(RelativePath Path, Sha256Digest? Before, Sha256Digest? Now, Sha256Digest? After);
