using Lorch.Core.Globs;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

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
        Message = $"{List([.. Paths.Changed, .. Paths.Added, .. Paths.Removed])} changed since {run.RunId} of "
            + $"{run.History.TaskId} stopped. "
            + $"The run is pinned to {run.History.SnapshotId}, so its agents may not expect the change. "
            + "Restore the files, or start a new run with -p:LorchFresh=true.",
    };

    /// <summary>
    /// Sorts what differs from what an open run left behind: by who may have done it, and by whether it concerns the task.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="snapshot">The snapshot that it is pinned to.</param>
    /// <param name="differences">What differs; what a receipt explains is no drift.</param>
    /// <param name="inputs">What the task is about.</param>
    public static Drift Of(RunRecord run, Manifest snapshot, IReadOnlyList<FileDifference> differences, TaskInputs inputs)
    {
        var inFlight = differences.Where(difference => difference.Explanation is null && MayBeLeft(run.History, difference)).ToHashSet();
        var foreign = differences.Where(difference => difference.Explanation is null && !inFlight.Contains(difference)).ToList();
        var own = run.History.Products().Select(product => product.Artifact.Path).ToHashSet();
        var ofSnapshot = new Lazy<HashSet<RelativePath>>(() => [.. inputs.Of(snapshot).Select(file => file.Path)]);
        return new Drift
        {
            Paths = new SnapshotDrift
            {
                Added = [.. foreign.Where(difference => difference.Expected is null).Select(difference => difference.Path)],
                Removed = [.. foreign.Where(difference => difference is { Expected: not null, Found: null })
                    .Select(difference => difference.Path)],
                Changed = [.. foreign.Where(difference => difference is { Expected: not null, Found: not null })
                    .Select(difference => difference.Path)],
                InFlight = [.. inFlight.Select(difference => difference.Path).Order()],
            },
            OfTask = [.. foreign.Select(difference => difference.Path)
                .Where(path => own.Contains(path) || ofSnapshot.Value.Contains(path) || inputs.Cover(path))],
        };
    }

    /// <summary>Whether what differs may be what an agent that was at work left behind, and nobody's edit of that.</summary>
    /// <remarks>A builder goes on with whatever it finds, and so sees what a person did to it meanwhile.</remarks>
    public static bool MayBeLeft(History history, FileDifference difference) =>
        MayBeInFlight(history, difference.Path)
        && (history.Left is not { } left
            || history.InFlight?.Command.Action.Agent is not AgentType.SpecMaintainer
            || (left.TryGetValue(difference.Path, out var artifact) && Artifact.HaveSameContent(artifact, difference.Found)));

    /// <summary>
    /// Whether an agent that was at work may have left the path so: a half-written file of a dead agent never stops a resume.
    /// </summary>
    /// <remarks>
    /// Of an attempt that failed only the files that it was to write or named are the agent's: people mend others before they go on.
    /// </remarks>
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
        var globs = (action.Agent is AgentType.Builder ? DefinitionTerms.Produces(history.Started!.Definition) : null)
            ?? UsualProduces.Of(action.Agent);
        return globs.Select(GlobPattern.Parse);
    }
}
