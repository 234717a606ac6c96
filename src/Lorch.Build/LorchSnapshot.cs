using System.Globalization;
using Lorch.Core;
using Lorch.Core.Runs.Contract;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Captures the workspace and says what changed since an earlier snapshot, or says what changed between two of them.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchSnapshot : WorkspaceTask
{
    private const int MaxPaths = 10;

    /// <summary>Gets or sets the id of the earlier snapshot; the last one by default.</summary>
    public string? From { get; set; }

    /// <summary>Gets or sets the id of the later snapshot; what the workspace holds now, captured, by default.</summary>
    public string? To { get; set; }

    /// <summary>Gets the id of the later snapshot.</summary>
    [Output]
    public string SnapshotId { get; private set; } = "";

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var snapshot = (string.IsNullOrWhiteSpace(From), string.IsNullOrWhiteSpace(To)) switch
        {
            (_, true) => await Open().Snapshots.WithNowAsync(From, cancellationToken),
            (false, false) => Open().Snapshots.Of(From!, To!),
            (true, false) => throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.InvalidProperty,
                Message =
                    $"LorchSnapshotTo is '{To}', but what to compare it with isn't said: give LorchSnapshotFrom the id of the earlier "
                        + $"snapshot.",
            }),
        };

        SnapshotId = snapshot.Id.ToString();
        foreach (var warning in snapshot.Warnings)
        {
            log.Report(warning, Root);
        }

        log.Answer($"{snapshot.Id}: {snapshot.FileCount} file{(snapshot.FileCount == 1 ? "" : "s")}, {snapshot.ManifestPath}");
        SayDifference(log, snapshot);
    }

    private void SayDifference(BuildLog log, SnapshotResult snapshot)
    {
        if (snapshot is not { PreviousId: { } previous, Difference: { } difference })
        {
            return;
        }

        var since = string.IsNullOrWhiteSpace(From) ? "the last snapshot" : previous.ToString();
        if (difference.IsEmpty)
        {
            log.Answer($"Nothing changed since {since}.");
            return;
        }

        var added = difference.Added.Except(difference.Renamed.Select(renaming => renaming.To)).Select(path => $"{path}").ToList();
        var removed = difference.Removed.Except(difference.Renamed.Select(renaming => renaming.From)).Select(path => $"{path}").ToList();
        log.Answer(string.Create(
            CultureInfo.InvariantCulture,
            $"Changed since {previous}: {added.Count} added, {removed.Count} removed, {difference.Changed.Count} changed, "
                + $"{difference.Renamed.Count} renamed."));
        SayPaths(log, "added", added);
        SayPaths(log, "removed", removed);
        SayPaths(log, "changed", [.. difference.Changed.Select(path => $"{path}")]);
        SayPaths(log, "renamed", [.. difference.Renamed.Select(renaming => $"{renaming.From} -> {renaming.To}")]);
    }

    private static void SayPaths(BuildLog log, string what, List<string> paths)
    {
        foreach (var path in paths.Take(MaxPaths))
        {
            log.Answer($"  {what} {path}");
        }

        foreach (var path in paths.Skip(MaxPaths))
        {
            log.Say(MessageImportance.Low, $"  {what} {path}");
        }

        if (paths.Count > MaxPaths)
        {
            log.Answer($"  {what}: {paths.Count - MaxPaths} more, shown with -v:detailed");
        }
    }
}
