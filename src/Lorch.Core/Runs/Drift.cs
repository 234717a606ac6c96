using Lorch.Core.Protocol;
using Lorch.Core.Snapshots;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs;

/// <summary>How the workspace differs from what an open run left behind.</summary>
internal sealed record Drift
{
    public required SnapshotDrift Paths { get; init; }

    /// <summary>The paths that the task depends on: its inputs, and what its steps produced.</summary>
    public required IReadOnlyList<RelativePath> OfTask { get; init; }

    public bool IsEmpty => Paths is { Added: [], Removed: [], Changed: [], InFlight: [] };

    private bool HasForeignPaths => Paths is not { Added: [], Removed: [], Changed: [] };

    /// <summary>A list of paths for people: the first few, and how many more.</summary>
    public static string List(IReadOnlyList<RelativePath> paths)
    {
        const int shown = 3;
        var more = paths.Count > shown ? $" and {paths.Count - shown} more" : "";
        return string.Join(", ", paths.Take(shown)) + more;
    }

    /// <summary>What is said of files that somebody else changed; <see langword="null"/> if nobody did.</summary>
    public Diagnostic? ToDiagnostic(RunRecord run, bool isError) => !HasForeignPaths ? null : new Diagnostic
    {
        Code = DiagnosticCode.WorkspaceDrifted,
        Severity = isError ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
        Message = $"{List([.. Paths.Changed, .. Paths.Added, .. Paths.Removed])} changed since {run.RunId} of {run.History.TaskId} was left; "
            + $"the run is pinned to {run.History.Started!.SnapshotId} and its agents may not expect that. "
            + "Restore the files, or start anew with -p:LorchFresh=true.",
    };

    /// <summary>Compares the disk with the run's snapshot after its proven steps, and after what other tasks produced since.</summary>
    public static Drift Of(
        RunRecord run,
        Manifest snapshot,
        DiskView disk,
        TaskInputs inputs,
        TrackingRules tracking,
        IEnumerable<KeyValuePair<RelativePath, Product>> newerOfOthers)
    {
        var expected = snapshot.Files.ToDictionary(file => file.Path, Artifact? (file) => ToArtifact(file));
        foreach (var path in run.History.Removals())
        {
            expected[path] = null;
        }

        var own = run.History.Products().ToDictionary(product => product.Artifact.Path, product => product.Artifact);
        foreach (var (path, artifact) in own)
        {
            expected[path] = artifact;
        }

        foreach (var (path, product) in newerOfOthers.Where(pair => tracking.IsTracked(pair.Key)))
        {
            expected[path] = product.Artifact;
        }

        foreach (var path in disk.Manifest.Files.Select(file => file.Path))
        {
            expected.TryAdd(path, null);
        }

        var differing = expected.Where(pair => !Artifact.HaveSameContent(disk.At(pair.Key), pair.Value)).OrderBy(pair => pair.Key).ToList();
        var inFlight = differing.Select(pair => pair.Key).Where(path => MayBeInFlight(run.History, path)).ToHashSet();
        var foreign = differing.Where(pair => !inFlight.Contains(pair.Key)).ToList();
        return new Drift
        {
            Paths = new SnapshotDrift
            {
                Added = [.. foreign.Where(pair => pair.Value is null).Select(pair => pair.Key)],
                Removed = [.. foreign.Where(pair => pair.Value is not null && disk.At(pair.Key) is null).Select(pair => pair.Key)],
                Changed = [.. foreign.Where(pair => pair.Value is not null && disk.At(pair.Key) is not null).Select(pair => pair.Key)],
                InFlight = [.. inFlight.Order()],
            },
            OfTask = [.. foreign.Select(pair => pair.Key).Where(path => inputs.Cover(path) || own.ContainsKey(path))],
        };
    }

    /// <summary>Whether an agent that was at work may have left the path so: a half-written file of a dead agent never stops a resume.</summary>
    /// <remarks>Of an attempt that failed only the files that it was to write or named are the agent's: people mend others before they go on.</remarks>
    public static bool MayBeInFlight(History history, RelativePath path)
    {
        if ((history.InFlight ?? history.LeftBehind) is not { } flight)
        {
            return false;
        }

        return flight.Artifacts.ContainsKey(path)
            || flight.Removed.Contains(path)
            || flight.Command.ExpectedOutputs.Any(output => output.Path == path)
            || (history.InFlight is not null && Produces(history, flight.Command.Action).Any(glob => glob.IsMatch(path.ToString())));
    }

    private static IEnumerable<GlobPattern> Produces(History history, AgentAction action)
    {
        var globs = (action.Agent is AgentType.Builder ? DefinitionTerms.Produces(history.Started!.Definition) : null) ?? UsualProduces.Of(action.Agent);
        return globs.Select(GlobPattern.Parse);
    }

    private static Artifact ToArtifact(ManifestFile file) => new() { Path = file.Path, Sha256 = file.Sha256, Size = file.Size };
}
