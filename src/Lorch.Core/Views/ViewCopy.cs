using System.Collections.Concurrent;
using System.IO.Enumeration;
using Lorch.Core.Storage;

namespace Lorch.Core.Views;

/// <summary>Makes a slot equal to the workspace, byte for byte: copies what differs, removes what the workspace lacks.</summary>
/// <param name="from">The folder that is copied.</param>
/// <param name="to">The folder of the copy.</param>
/// <param name="known">What the slot was made from.</param>
/// <param name="clock">The clock.</param>
internal sealed class ViewCopy(string from, string to, ViewIndex known, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, CopiedFile> _copied = new(StringComparer.Ordinal);

    /// <summary>Brings the slot to what the workspace holds.</summary>
    /// <param name="paths">The files and links of the workspace, below its top.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>What the slot is made from.</returns>
    public Dictionary<string, CopiedFile> Bring(IReadOnlySet<string> paths, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(to);
        Clean(paths);
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        try
        {
            Parallel.ForEach(paths, options, Bring);
        }
        catch (AggregateException several) when (several.InnerExceptions.OfType<LorchException>().FirstOrDefault() is { } first)
        {
            throw new LorchException(first.Diagnostic, several);
        }

        return new Dictionary<string, CopiedFile>(_copied, StringComparer.Ordinal);
    }

    /// <summary>
    /// Removes all else, links first of all: nothing is ever written through one that an agent made. The repository is made anew anyway.
    /// </summary>
    private void Clean(IReadOnlySet<string> paths)
    {
        var folders = new HashSet<string>(paths.SelectMany(FoldersOf), StringComparer.Ordinal);
        var found = new FileSystemEnumerable<(string Path, bool IsFolder, bool IsLink)>(
            to,
            (ref FileSystemEntry entry) => (
                Path.GetRelativePath(to, entry.ToFullPath()).Replace(Path.DirectorySeparatorChar, '/'),
                entry.IsDirectory && !IsLink(ref entry),
                IsLink(ref entry)),
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = default })
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry) && !IsRepository(ref entry),
        }.ToList();
        foreach (var (path, isFolder, isLink) in found)
        {
            var isWanted = isFolder ? folders.Contains(path) : paths.Contains(path) && !isLink;
            if (!isWanted && path != ".git")
            {
                FolderRemoval.Remove(Path.Join(to, path));
            }
        }
    }

    private static IEnumerable<string> FoldersOf(string path)
    {
        for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }
    }

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);

    private bool IsRepository(ref FileSystemEntry entry) =>
        entry.FileName is ".git" && Path.TrimEndingDirectorySeparator(entry.Directory).Length == to.Length;

    private void Bring(string path)
    {
        var (source, copy) = (Path.Join(from, path), Path.Join(to, path));
        try
        {
            if (FileStamp.OfEntry(source) is not { } stamp)
            {
                FolderRemoval.Remove(copy);
            }
            else if (new FileInfo(source).LinkTarget is { } target)
            {
                Link(copy, target);
            }
            else if (stamp.IsRegular)
            {
                Copy(path, source, copy, stamp);
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException && !File.Exists(source))
        {
            // It was removed just now, and so the view lacks it, too.
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(source, "copied into the run's view", exception);
        }
    }

    /// <summary>A link that leads to a fixed place would lead out of the view, back into the workspace: there it is left out.</summary>
    private static void Link(string copy, string target)
    {
        FolderRemoval.Remove(copy);
        if (!Path.IsPathRooted(target))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.CreateSymbolicLink(copy, target);
        }
    }

    private void Copy(string path, string source, string copy, FileStamp stamp)
    {
        if (known.Find(path) is { IsCertain: true } before
            && before.IsFrom(stamp)
            && FileStamp.OfEntry(copy) is { } there
            && before.IsCopiedTo(there))
        {
            _copied[path] = before;
            return;
        }

        if (CopiedFile.Make(source, copy, stamp, clock) is { } made)
        {
            _copied[path] = made;
        }
    }
}
