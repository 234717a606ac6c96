using System.IO.Enumeration;
using System.Text;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots;

/// <summary>Finds the tracked files of a workspace: names, sizes and times. It reads no file, follows no link and enters no folder that can't hold a tracked file.</summary>
public sealed class WorkspaceScanner
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

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

    /// <summary>Scans the workspace.</summary>
    /// <param name="cancellationToken">Stops the scan between two entries.</param>
    /// <returns>The tracked files and the warnings.</returns>
    /// <exception cref="LorchException">The workspace isn't there, or it holds something that a snapshot can neither hold nor leave out.</exception>
    public WorkspaceScan Scan(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_root))
        {
            throw SnapshotProblem.WorkspaceNotFound(_root);
        }

        var files = new List<ScannedFile>();
        var warnings = new List<Diagnostic>();
        var folders = new Stack<string>([""]);
        while (folders.TryPop(out var folder))
        {
            foreach (var entry in List(folder))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Visit(entry, files, warnings, folders);
            }
        }

        files.Sort((a, b) => a.Path.CompareTo(b.Path));
        return new WorkspaceScan { Files = files, Warnings = [.. warnings.OrderBy(warning => warning.File, StringComparer.Ordinal)] };
    }

    private void Visit(Entry entry, List<ScannedFile> files, List<Diagnostic> warnings, Stack<string> folders)
    {
        switch (entry.Kind)
        {
            case EntryKind.Folder when _rules.CanContainTracked(entry.Path):
                CheckName(entry.Path);
                folders.Push(entry.Path);
                break;
            case EntryKind.LinkToFolder when !_rules.IsTracked(entry.Path) && _rules.CanContainTracked(entry.Path):
                warnings.Add(SnapshotProblem.LinkedFolderNotEntered(entry.Path));
                break;
            case EntryKind.Link or EntryKind.LinkToFolder when _rules.IsTracked(entry.Path):
                if (_links.Record(ToRelativePath(entry.Path), entry.Mtime) is { } link)
                {
                    files.Add(link);
                }

                break;
            case EntryKind.File when _rules.IsTracked(entry.Path) && IsSpecial(entry):
                warnings.Add(SnapshotProblem.SpecialFileSkipped(entry.Path));
                break;
            case EntryKind.File when _rules.IsTracked(entry.Path):
                files.Add(new ScannedFile { Path = ToRelativePath(entry.Path), Size = entry.Size, Mtime = entry.Mtime });
                break;
            default:
                break;
        }
    }

    private List<Entry> List(string folder)
    {
        try
        {
            return [.. new FileSystemEnumerable<Entry>(Path.Join(_root, folder), (ref entry) => ToEntry(folder, ref entry), Everything)];
        }
        catch (DirectoryNotFoundException)
        {
            // It was removed since its parent was listed: what isn't there holds nothing.
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SnapshotProblem.Unreadable(folder.Length == 0 ? "." : folder, "folder", $"can't be read: {exception.Message}", exception);
        }
    }

    private static Entry ToEntry(string folder, ref FileSystemEntry entry)
    {
        var path = folder.Length == 0 ? entry.FileName.ToString() : $"{folder}/{entry.FileName}";
        var kind = (entry.IsDirectory, IsLink: (entry.Attributes & FileAttributes.ReparsePoint) != 0) switch
        {
            (true, true) => EntryKind.LinkToFolder,
            (false, true) => EntryKind.Link,
            (true, false) => EntryKind.Folder,
            _ => EntryKind.File,
        };
        return new Entry(path, kind, kind == EntryKind.File ? entry.Length : 0, entry.LastWriteTimeUtc);
    }

    /// <summary>Sockets, FIFOs and devices all have the size 0, so that only empty files have to be asked for their type.</summary>
    private bool IsSpecial(Entry entry) => entry.Size == 0 && FileType.IsSpecial(Path.Join(_root, entry.Path));

    private RelativePath ToRelativePath(string path)
    {
        CheckName(path);
        return RelativePath.TryParse(path, out var relative) ? relative : throw SnapshotProblem.NameNotAllowed(path);
    }

    /// <summary>The framework shows bytes that aren't UTF-8 as U+FFFD, and the name shown is then not that of any file.</summary>
    private void CheckName(string path)
    {
        if (path.EnumerateRunes().Contains(Rune.ReplacementChar) && !FileType.Exists(Path.Join(_root, path)))
        {
            throw SnapshotProblem.NameNotUtf8(path);
        }
    }

    private enum EntryKind
    {
        File,
        Folder,
        Link,
        LinkToFolder,
    }

    private readonly record struct Entry(string Path, EntryKind Kind, long Size, DateTimeOffset Mtime);
}
