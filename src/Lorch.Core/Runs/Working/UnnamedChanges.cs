using Lorch.Core.Agents;
using Lorch.Core.Globs;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Tools;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Finds what agents change in a view and don't name: it would be lost with the view, and nobody else works there.</summary>
/// <remarks>In a workspace that is its own view people edit, too, so nothing can be said of who it was.</remarks>
internal sealed class UnnamedChanges
{
    private const int MaxShown = 3;

    private readonly RunContext _context;
    private readonly RunJournal _journal;
    private readonly AgentTeam _team;
    private readonly Manifest? _before;

    private UnnamedChanges(RunContext context, RunJournal journal, AgentTeam team, Manifest? before) =>
        (_context, _journal, _team, _before) = (context, journal, team, before);

    /// <summary>Looks at the view before the first agent works there.</summary>
    public static async Task<UnnamedChanges> WatchAsync(
        RunContext context,
        RunJournal journal,
        AgentTeam team,
        CancellationToken cancellationToken)
    {
        var before = context.View.IsApart ? (await context.Everything.CaptureAsync(cancellationToken)).Manifest : null;
        return new UnnamedChanges(context, journal, team, before);
    }

    /// <summary>Looks again when an agent has answered.</summary>
    /// <param name="flight">The command and its answer.</param>
    /// <param name="artifacts">What the answer names, and what was measured.</param>
    /// <param name="removed">What it says is removed.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <returns>Why the attempt has failed; <see langword="null"/> if all that changed was named.</returns>
    public async Task<AttemptFailed?> FindAsync(
        CommandInFlight flight,
        IReadOnlyList<Artifact> artifacts,
        IReadOnlyList<RelativePath> removed,
        CancellationToken cancellationToken)
    {
        if (_before is null)
        {
            return null;
        }

        var now = (await _context.Everything.CaptureAsync(cancellationToken)).Manifest;
        var difference = ManifestDifference.Between(_before.Files, now.Files);
        var named = _journal.History.Steps.SelectMany(step => step.Artifacts.Select(artifact => artifact.Path).Concat(step.Removed))
            .Concat(artifacts.Select(artifact => artifact.Path))
            .Concat(removed)
            .ToHashSet();
        var dropped = (_team.Members[flight.Command.To.AgentType].Tool?.Ignore ?? []).Select(GlobPattern.Parse).ToList();
        var unnamed = difference.Added.Concat(difference.Changed).Concat(difference.Removed)
            .Where(path => !named.Contains(path) && !dropped.Exists(glob => glob.IsMatch(path.ToString())))
            .Order()
            .ToList();
        var more = unnamed.Count > MaxShown ? $" and {unnamed.Count - MaxShown} more" : "";
        return unnamed.Count == 0 ? null : new AttemptFailed
        {
            Attempt = flight.Command.Retry.Attempt,
            Code = ToolFailure.ChangedOutside,
            Message = $"the {flight.Command.To.AgentType.WireName} changed {string.Join(", ", unnamed.Take(MaxShown))}{more} in its view "
                + "without naming it. An agent must name all that it writes or removes; .gitignore leaves out of sight what it only "
                + "drops",
            Retriable = false,
        };
    }
}
