using Lorch.Core.Configuration;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Housekeeping;

/// <summary>Says what changed between two snapshots, one of which may be what the workspace holds now.</summary>
internal sealed class SnapshotComparison(RunStores stores, SnapshotCapture capture)
{
    private const int MaxListed = 10;

    /// <summary>Captures the workspace, keeps its manifest, and compares it with a snapshot; with the last one if none is named.</summary>
    /// <exception cref="LorchException">A file can't be read, or there is no such snapshot.</exception>
    public async Task<SnapshotResult> WithNowAsync(string? from, CancellationToken cancellationToken)
    {
        var named = string.IsNullOrWhiteSpace(from) ? null : Load(from);
        var now = await capture.CaptureAsync(cancellationToken);
        var earlier = named ?? FindLatest(now.Manifest);
        var saving = stores.Manifests.SaveAsync(now.Manifest, cancellationToken);

        // To make it durable the disk works, to compare the processor does.
        var result = ResultOf(earlier, now.Manifest) with { Warnings = now.Warnings };
        await saving;
        capture.Remember();
        return result;
    }

    /// <summary>
    /// Finds the last snapshot. Its manifest, which may be large, is only read where nothing else holds the same content.
    /// </summary>
    private Manifest? FindLatest(Manifest now) => stores.Manifests.FindLatest() switch
    {
        null => null,
        { } id when id == now.SnapshotId => now,
        { } id when capture.Recall() is { } table && table.SnapshotId == id => Manifest.Of(table, now.CreatedAt),
        { } id => stores.Manifests.TryLoadUsable(id),
    };

    /// <summary>Compares two snapshots whose manifests are kept. Writes nothing.</summary>
    /// <exception cref="LorchException">There is no such snapshot.</exception>
    public SnapshotResult Of(string from, string to) => ResultOf(Load(from), Load(to));

    private SnapshotResult ResultOf(Manifest? earlier, Manifest later) => new()
    {
        Id = later.SnapshotId,
        FileCount = later.Files.Count,
        PreviousId = earlier?.SnapshotId,
        Difference = earlier is null ? null
            : earlier.SnapshotId == later.SnapshotId ? ManifestDifference.None
            : ManifestDifference.Between(earlier.Files, later.Files),
        ManifestPath = stores.Layout.Manifest(later.SnapshotId),
    };

    private Manifest Load(string text)
    {
        if (SnapshotId.TryParse(text, out var id) && stores.Manifests.TryLoad(id) is { } manifest)
        {
            return manifest;
        }

        var folder = new DirectoryInfo(stores.Layout.SnapshotsFolder);
        List<string> known = folder.Exists
            ? [.. folder.EnumerateFiles("snap-*.manifest.json")
                .OrderByDescending(file => FileStamp.WrittenAtOf(file.FullName))
                .Select(file => file.Name.Split('.')[0])]
            : [];
        var hint = (
            known.Where(name => name.StartsWith(text, StringComparison.Ordinal)).Take(2).ToList(), DidYouMean.Nearest(text, known)) switch
        {
            ([var only], _) => $" Did you mean '{only}'?",
            (_, { } nearest) => $" Did you mean '{nearest}'?",
            _ when known.Count == 0 => " There are no snapshots at all: dotnet build -t:LorchSnapshot takes one.",
            _ => $" The newest are {string.Join(", ", known.Take(MaxListed))}.",
        };
        throw new LorchException(new Diagnostic
        {
            Code = DiagnosticCode.SnapshotNotFound,
            Message = $"There is no snapshot '{text}'.{hint}",
            File = stores.Layout.SnapshotsFolder,
        });
    }
}
