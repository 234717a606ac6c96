using Lorch.Core.Hashing;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots;

/// <summary>Captures a workspace: finds its tracked files, takes their digests, makes the manifest.</summary>
public sealed class SnapshotCapture
{
    private readonly WorkspaceScanner _scanner;
    private readonly FileHasher _hasher;
    private readonly ManifestStore _manifests;
    private readonly StatIndexFile? _index;
    private readonly TimeProvider _clock;
    private StatIndex? _learned;

    /// <summary>Initializes a new instance of the <see cref="SnapshotCapture"/> class.</summary>
    /// <param name="layout">Where the workspace and its state lie.</param>
    /// <param name="rules">What is tracked.</param>
    /// <param name="files">Writes the manifest.</param>
    /// <param name="trust">What tells that a file is as it was when it was read.</param>
    /// <param name="clock">Tells the time of the capture.</param>
    public SnapshotCapture(WorkspaceLayout layout, TrackingRules rules, IDurableFiles files, SnapshotTrust trust, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _scanner = new WorkspaceScanner(layout, rules);
        _hasher = new FileHasher(new WorkspaceRoot(layout.WorkspaceRoot), Sha256Digest.OfAsync);
        _manifests = new ManifestStore(layout, files);
        _index = trust is SnapshotTrust.Stat ? new StatIndexFile(layout, clock) : null;
        _clock = clock;
    }

    /// <summary>Captures the workspace and writes nothing.</summary>
    /// <param name="cancellationToken">Stops between two entries or in the middle of a file.</param>
    /// <returns>The manifest and the warnings.</returns>
    /// <exception cref="LorchException">A tracked file can't be read, keeps changing or can't be recorded.</exception>
    public async Task<Capture> CaptureAsync(CancellationToken cancellationToken)
    {
        var createdAt = _clock.GetUtcNow();
        var scan = _scanner.Scan(cancellationToken);
        var index = _index?.Read() ?? StatIndex.Empty;
        var hashed = await _hasher.HashAsync(scan.Files, index, cancellationToken);
        _learned = StatIndexFile.Follow(index, hashed, createdAt);
        return new Capture { Manifest = Manifest.Create(hashed.Select(file => file.File), createdAt), Warnings = scan.Warnings };
    }

    /// <summary>Writes down which digests the last capture took, so that the next one needn't take them again.</summary>
    public void Remember()
    {
        if (_learned is { } learned)
        {
            _index?.Write(learned);
            _learned = null;
        }
    }

    /// <summary>Saves a captured manifest; one that is already there stays as it is.</summary>
    /// <param name="capture">What <see cref="CaptureAsync"/> returned.</param>
    /// <param name="cancellationToken">Stops before the file appears.</param>
    /// <returns>A task that completes when the manifest is durable.</returns>
    public Task SaveAsync(Capture capture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(capture);
        return _manifests.SaveAsync(capture.Manifest, cancellationToken);
    }
}
