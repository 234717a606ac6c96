using System.Collections.Concurrent;
using Lorch.Core.Storage;

namespace Lorch.Core.Views;

/// <summary>
/// Takes into a slot what others changed in the workspace since the slot was made. What the run made there stays, and so does what nobody
/// copied: build output is good for the next build, too.
/// </summary>
/// <param name="from">The folder that is copied.</param>
/// <param name="to">The folder of the copy.</param>
/// <param name="known">What the slot was made from.</param>
/// <param name="clock">The clock.</param>
internal sealed class ViewUpdate(string from, string to, ViewIndex known, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, CopiedFile> _copied = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _moved = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Gets what the slot is made from.</summary>
    public Dictionary<string, CopiedFile> Copied => new(_copied, StringComparer.Ordinal);

    /// <summary>Takes it.</summary>
    /// <param name="paths">The files and links of the workspace, below its top.</param>
    /// <param name="kept">Those that are the run's.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The paths that hold something else than before.</returns>
    public IReadOnlyCollection<string> Take(IEnumerable<string> paths, IReadOnlySet<string> kept, CancellationToken cancellationToken)
    {
        foreach (var path in kept)
        {
            if (known.Find(path) is { } first)
            {
                _copied[path] = first;
            }
        }

        List<string> all = [.. paths.Union(known.Paths, StringComparer.Ordinal).Where(path => !kept.Contains(path))];
        all.ForEach(CutLinks);
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        try
        {
            Parallel.ForEach(all, options, Take);
        }
        catch (AggregateException several) when (several.InnerExceptions.OfType<LorchException>().FirstOrDefault() is { } first)
        {
            throw new LorchException(first.Diagnostic, several);
        }

        return [.. _moved.Keys];
    }

    /// <summary>
    /// Nothing is ever written, or looked at, through a link that an agent made in the place of a folder: the outermost goes first.
    /// </summary>
    private void CutLinks(string path)
    {
        for (var end = path.IndexOf('/', 0); end > 0; end = path.IndexOf('/', end + 1))
        {
            if (_folders.Add(path[..end]) && new DirectoryInfo(Path.Join(to, path[..end])).LinkTarget is not null)
            {
                FolderRemoval.Remove(Path.Join(to, path[..end]));
            }
        }
    }

    private void Take(string path)
    {
        var (source, copy) = (Path.Join(from, path), Path.Join(to, path));
        try
        {
            if (FileStamp.OfEntry(source) is not { } stamp)
            {
                if (FileStamp.OfEntry(copy) is not null)
                {
                    FolderRemoval.Remove(copy);
                    _moved[path] = true;
                }
            }
            else if (new FileInfo(source).LinkTarget is { } target)
            {
                if (!Path.IsPathRooted(target) && new FileInfo(copy).LinkTarget != target)
                {
                    FolderRemoval.Remove(copy);
                    Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                    File.CreateSymbolicLink(copy, target);
                    _moved[path] = true;
                }
            }
            else if (stamp.IsRegular)
            {
                Take(path, source, copy, stamp);
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException && !File.Exists(source))
        {
            // It was removed just now: the next look finds it gone.
            _moved[path] = true;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(source, "copied into the run's view", exception);
        }
    }

    private void Take(string path, string source, string copy, FileStamp stamp)
    {
        if (known.Find(path) is { IsCertain: true } before
            && before.IsFrom(stamp)
            && FileStamp.OfEntry(copy) is { } there
            && before.IsCopiedTo(there))
        {
            _copied[path] = before;
            return;
        }

        if (SameContent.Hold(source, copy) && FileStamp.OfEntry(copy) is { } equal)
        {
            _copied[path] = CopiedFile.Of(stamp, equal, clock.GetUtcNow());
            return;
        }

        _moved[path] = true;
        if (CopiedFile.Make(source, copy, stamp, clock) is { } made)
        {
            _copied[path] = made;
        }
    }
}
