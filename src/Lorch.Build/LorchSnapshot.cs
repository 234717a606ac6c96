using Lorch.Core;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Captures the workspace and says what changed since the last snapshot.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchSnapshot : WorkspaceTask
{
    private const int MaxPaths = 20;

    /// <summary>Gets the id of the snapshot.</summary>
    [Output]
    public string SnapshotId { get; private set; } = "";

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var snapshot = await Open().CaptureAsync(cancellationToken);

        SnapshotId = snapshot.Id.ToString();
        foreach (var warning in snapshot.Warnings)
        {
            log.Report(warning, Root);
        }

        log.Say(MessageImportance.High, $"{snapshot.Id}: {snapshot.FileCount} file{(snapshot.FileCount == 1 ? "" : "s")}, {snapshot.ManifestPath}");
        if (snapshot.PreviousId is { } previous && snapshot.Difference is { } difference)
        {
            log.Say(MessageImportance.High, previous == snapshot.Id ? "Nothing changed since the last snapshot." : $"Changed since {previous}:");
            SayPaths(log, "added", difference.Added);
            SayPaths(log, "removed", difference.Removed);
            SayPaths(log, "changed", difference.Changed);
        }
    }

    private static void SayPaths(BuildLog log, string what, IReadOnlyList<RelativePath> paths)
    {
        for (var i = 0; i < paths.Count; i++)
        {
            log.Say(i < MaxPaths ? MessageImportance.High : MessageImportance.Low, $"  {what} {paths[i]}");
        }

        if (paths.Count > MaxPaths)
        {
            log.Say(MessageImportance.High, $"  {what}: {paths.Count - MaxPaths} more, shown with -v:detailed");
        }
    }
}
