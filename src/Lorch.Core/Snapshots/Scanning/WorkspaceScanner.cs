using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>
/// Finds the tracked files of a workspace: names, sizes and times. It reads no file, follows no link and enters no folder that can't hold a
/// tracked file.
/// </summary>
/// <remarks>
/// The folders of the index are looked at first, several at once and in any order, and compared with it as they are read: where nothing
/// changed nothing is made. What differs is written down, and folders that the index doesn't know are entered from there.
/// </remarks>
internal sealed class WorkspaceScanner
{
    private const int FoldersAtOnce = 8;

    private readonly string _root;
    private readonly TrackingRules _rules;
    private readonly ScanSettings _settings;

    public WorkspaceScanner(WorkspaceLayout layout, TrackingRules rules, ScanSettings settings)
    {
        _root = layout.WorkspaceRoot;
        _rules = rules.For(layout);
        _settings = settings;
    }

    /// <summary>Scans the workspace.</summary>
    /// <param name="index">What is known of it.</param>
    /// <param name="cancellationToken">Stops the scan between two folders.</param>
    /// <exception cref="LorchException">The workspace isn't there, or it holds something that a snapshot can neither hold nor leave
    /// out.</exception>
    public TreeScan Scan(FileTable index, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Directory.Exists(_root))
        {
            throw SnapshotProblem.WorkspaceNotFound(_root);
        }

        var known = new KnownFolders(index, _rules.OnDisk());
        var changed = new FolderContent?[index.Folders.Length];
        var warnings = new List<Diagnostic>();
        ReadKnown(known, changed, warnings, cancellationToken);
        FolderContent? root = null;
        var found = changed.Length == 0
            ? [new NewFolder([], known.Root, content => root = content)]
            : changed.OfType<FolderContent>().SelectMany(NewFolder.In);
        ReadNew([.. found], warnings, cancellationToken);
        return new TreeScan(
            index,
            changed,
            changed.Length == 0 ? root : changed[0],
            [.. warnings.OrderBy(warning => warning.File, StringComparer.Ordinal)]);
    }

    /// <summary>
    /// Looks at every tracked file without reading it. What can't be looked at, and what no snapshot can hold, is left out alone.
    /// </summary>
    /// <param name="layout">Where the workspace and its state lie.</param>
    /// <param name="rules">What is tracked.</param>
    /// <param name="cancellationToken">Stops between two folders.</param>
    /// <returns>The files, folder by folder.</returns>
    /// <exception cref="LorchException">The workspace isn't there.</exception>
    public static List<ScannedFile> Look(WorkspaceLayout layout, TrackingRules rules, CancellationToken cancellationToken)
    {
        var scan = new WorkspaceScanner(layout, rules, new ScanSettings { IsOnlyLook = true }).Scan(FileTable.Empty, cancellationToken);
        var files = new List<ScannedFile>();
        foreach (var folder in scan.List(withFailures: true))
        {
            foreach (ref readonly var file in folder.Content!.Files)
            {
                var path = RelativePath.Parse(PathBytes.ToText(folder.Content.PathOf(folder.Content.NameOf(file))));
                files.Add(new ScannedFile(path, file.Stamp, file.IsLink ? file.Hash.ToDigest() : null));
            }
        }

        return files;
    }

    private void ReadKnown(KnownFolders known, FolderContent?[] changed, List<Diagnostic> warnings, CancellationToken cancellationToken)
    {
        var next = 0;
        var threads = Math.Min(_settings.Threads, (changed.Length + FoldersAtOnce - 1) / FoldersAtOnce);
        if (threads == 0)
        {
            return;
        }

        ParallelWork.Run(threads, () =>
        {
            using var reader = _settings.CreateReader(_root);
            while (Interlocked.Add(ref next, FoldersAtOnce) - FoldersAtOnce is var first && first < changed.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (var i = first; i < Math.Min(first + FoldersAtOnce, changed.Length); i++)
                {
                    changed[i] = reader.ReadKnown(known, i);
                }
            }

            Gather(reader, warnings);
        });
    }

    private void ReadNew(IReadOnlyList<NewFolder> folders, List<Diagnostic> warnings, CancellationToken cancellationToken)
    {
        if (folders.Count == 0)
        {
            return;
        }

        var queue = new FolderQueue(folders);
        ParallelWork.Run(_settings.Threads, () =>
        {
            using var reader = _settings.CreateReader(_root);
            var isDone = false;
            try
            {
                for (var folder = queue.Take(isFirst: true); folder is not null; folder = queue.Take(isFirst: false))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var content = reader.Read(folder.Path, folder.Rules);
                    folder.Keep(content);
                    queue.Add(NewFolder.In(content));
                }

                isDone = true;
            }
            finally
            {
                if (!isDone)
                {
                    queue.GiveUp();
                }
            }

            Gather(reader, warnings);
        });
    }

    private static void Gather(TreeReader reader, List<Diagnostic> warnings)
    {
        if (reader.Warnings.Count > 0)
        {
            lock (warnings)
            {
                warnings.AddRange(reader.Warnings);
            }
        }
    }
}
