using System.Runtime.ExceptionServices;
using System.Text;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots;

/// <summary>Finds the tracked files of a workspace: names, sizes and times. It reads no file, follows no link and enters no folder that can't hold a tracked file.</summary>
public sealed class WorkspaceScanner
{
    private static readonly UTF8Encoding Lossy = new(false);

    private readonly string _root;
    private readonly TrackingRules _rules;
    private readonly LinkRule _links;

    /// <summary>Initializes a new instance of the <see cref="WorkspaceScanner"/> class.</summary>
    /// <param name="layout">Where the workspace and its state lie.</param>
    /// <param name="rules">What is tracked.</param>
    public WorkspaceScanner(WorkspaceLayout layout, TrackingRules rules)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(rules);
        _root = layout.WorkspaceRoot;
        _rules = rules.For(layout);
        _links = new LinkRule(_root);
    }

    /// <summary>Scans the workspace, on all cores.</summary>
    /// <param name="cancellationToken">Stops the scan between two entries.</param>
    /// <returns>The tracked files and the warnings.</returns>
    /// <exception cref="LorchException">The workspace isn't there, or it holds something that a snapshot can neither hold nor leave out.</exception>
    public WorkspaceScan Scan(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Directory.Exists(_root))
        {
            throw SnapshotProblem.WorkspaceNotFound(_root);
        }

        var found = new List<Found>();
        FindFolders(cancellationToken).Gather(found);
        var (files, warnings) = (new ScannedFile?[found.Count], new Diagnostic?[found.Count]);
        InParallel(found.Count, i => (files[i], warnings[i]) = Look(found[i]), cancellationToken);
        return new WorkspaceScan { Files = [.. files.OfType<ScannedFile>()], Warnings = [.. warnings.OfType<Diagnostic>()] };
    }

    private static void InParallel(int count, Action<int> body, CancellationToken cancellationToken)
    {
        try
        {
            var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
            Parallel.For(0, count, options, body);
        }
        catch (AggregateException failures)
        {
            // What is wrong with one file is enough to say.
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }

    /// <summary>Lists folders level by level, those of one level at once.</summary>
    private Folder FindFolders(CancellationToken cancellationToken)
    {
        var root = new Folder("", _rules.OnDisk());
        for (List<Folder> level = [root]; level.Count > 0; level = [.. level.SelectMany(folder => folder.Inner)])
        {
            InParallel(level.Count, i => Fill(level[i]), cancellationToken);
        }

        return root;
    }

    private void Fill(Folder folder)
    {
        foreach (var entry in List(folder.Path))
        {
            var path = folder.Path.Length == 0 ? entry.Name : $"{folder.Path}/{entry.Name}";
            var name = Lossy.GetBytes(entry.Name);
            if (entry.Kind is FolderEntryKind.Folder)
            {
                if (folder.Rules.Enter(name) is { } rules)
                {
                    CheckName(entry, path);
                    folder.Add(entry, path, rules);
                }
            }
            else if (folder.Rules.IsTracked(name))
            {
                folder.Add(entry, path, null);
            }
            else if (entry.Kind is FolderEntryKind.Link && folder.Rules.Enter(name) is not null)
            {
                folder.Add(entry, path, null, isTracked: false);
            }
        }

        folder.Sort();
    }

    private List<FolderEntry> List(string folder)
    {
        try
        {
            return FolderListing.Read(Path.Join(_root, folder));
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw SnapshotProblem.Unreadable(folder.Length == 0 ? "." : folder, "folder", $"can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>Looks at one name: it is a file of the snapshot, or something to warn of, or neither.</summary>
    private (ScannedFile? File, Diagnostic? Warning) Look(Found found)
    {
        var path = Path.Join(_root, found.Path);
        if (found.Entry.Kind is FolderEntryKind.Link)
        {
            return !found.IsTracked
                ? (null, Directory.Exists(path) ? SnapshotProblem.LinkedFolderNotEntered(found.Path) : null)
                : (_links.Record(ToRelativePath(found), File.GetLastWriteTimeUtc(path)), null);
        }

        var relative = ToRelativePath(found);
        return FileStamp.OfEntry(path) switch
        {
            null => (null, null),
            { IsRegular: false } => (null, SnapshotProblem.SpecialFileSkipped(found.Path)),
            { } stamp => (new ScannedFile { Path = relative, Size = stamp.Size, Mtime = stamp.WrittenAt, Stamp = stamp.HasIdentity ? stamp : null }, null),
        };
    }

    private static RelativePath ToRelativePath(Found found)
    {
        CheckName(found.Entry, found.Path);
        return RelativePath.TryParse(found.Path, out var relative) ? relative : throw SnapshotProblem.NameNotAllowed(found.Path);
    }

    private static void CheckName(FolderEntry entry, string path)
    {
        if (!entry.IsUtf8)
        {
            throw SnapshotProblem.NameNotUtf8(path);
        }
    }

    private readonly record struct Found(FolderEntry Entry, string Path, bool IsTracked);

    /// <summary>A folder on the way, with what may matter in it.</summary>
    private sealed class Folder(string path, FolderRules rules)
    {
        private readonly List<(string SortedBy, Found Found, Folder? Inner)> _entries = [];

        public string Path => path;

        public FolderRules Rules => rules;

        public IEnumerable<Folder> Inner => _entries.Select(entry => entry.Inner).OfType<Folder>();

        public void Add(FolderEntry entry, string entryPath, FolderRules? inner, bool isTracked = true)
        {
            // What lies in a folder sorts behind its name and a '/'.
            _entries.Add((
                inner is null ? entry.Name : entry.Name + '/',
                new Found(entry, entryPath, isTracked),
                inner is null ? null : new Folder(entryPath, inner)));
        }

        public void Sort() => _entries.Sort((a, b) => RelativePath.CompareUtf8(a.SortedBy, b.SortedBy));

        /// <summary>Puts all that was found below into one list, sorted by whole paths.</summary>
        public void Gather(List<Found> found)
        {
            foreach (var (_, entry, inner) in _entries)
            {
                if (inner is null)
                {
                    found.Add(entry);
                }
                else
                {
                    inner.Gather(found);
                }
            }
        }
    }
}
