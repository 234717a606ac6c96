using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Snapshots.Scanning;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots;

/// <summary>Captures a workspace: finds its tracked files, takes their digests, makes the manifest.</summary>
internal sealed class SnapshotCapture
{
    private readonly WorkspaceScanner _scanner;
    private readonly FileHasher _hasher;
    private readonly ManifestStore _manifests;
    private readonly StatIndexFile? _index;
    private readonly TimeProvider _clock;
    private FileTable? _learned;

    /// <summary>Initializes a new instance of the <see cref="SnapshotCapture"/> class.</summary>
    /// <param name="layout">Where the workspace and its state lie.</param>
    /// <param name="rules">What is tracked.</param>
    /// <param name="files">Writes the manifest.</param>
    /// <param name="trust">What tells that a file is as it was when it was read.</param>
    /// <param name="clock">Tells the time of the capture.</param>
    public SnapshotCapture(WorkspaceLayout layout, TrackingRules rules, IDurableFiles files, SnapshotTrust trust, TimeProvider clock)
        : this(layout, rules, files, trust, clock, new ScanSettings())
    {
    }

    internal SnapshotCapture(
        WorkspaceLayout layout, TrackingRules rules, IDurableFiles files, SnapshotTrust trust, TimeProvider clock, ScanSettings settings)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(rules);
        _scanner = new WorkspaceScanner(layout, rules, settings);
        _hasher = new FileHasher(layout.WorkspaceRoot, settings);
        _manifests = new ManifestStore(layout, files);
        _index = trust is SnapshotTrust.Stat && settings.CanRemember ? new StatIndexFile(layout, clock) : null;
        _clock = clock;
    }

    /// <summary>Captures the workspace and writes nothing.</summary>
    /// <param name="cancellationToken">Stops between two folders or in the middle of a file.</param>
    /// <returns>The manifest and the warnings.</returns>
    /// <exception cref="LorchException">A tracked file can't be read, keeps changing or can't be recorded.</exception>
    public Task<Capture> CaptureAsync(CancellationToken cancellationToken) => Task.Run(() => Take(cancellationToken), cancellationToken);

    /// <summary>Reads what was written down last, by whatever capture.</summary>
    internal FileTable? Recall() => _index?.Read();

    /// <summary>Writes down which digests the last capture took, so that the next one needn't take them again.</summary>
    public void Remember()
    {
        if (_learned is { } learned)
        {
            _index?.Write(learned);
            _learned = null;
        }
    }

    private Capture Take(CancellationToken cancellationToken)
    {
        var createdAt = _clock.GetUtcNow();
        var scan = _scanner.Scan(_index?.Read() ?? FileTable.Empty, cancellationToken);
        if (scan.IsUnchanged)
        {
            return new Capture { Manifest = Manifest.Of(scan.Index, createdAt), Warnings = scan.Warnings };
        }

        var folders = scan.List();
        var read = _hasher.Hash([.. folders.Select(folder => folder.Content).OfType<FolderContent>()], cancellationToken);
        _learned = new FileTableBuilder(scan.Index, folders, createdAt - StatIndexFile.Margin).Build();
        return new Capture { Manifest = Manifest.Of(_learned, createdAt), Warnings = scan.Warnings, FilesRead = read };
    }
}
