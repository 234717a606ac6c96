using Lorch.Core.Snapshots.Tracking;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>A folder that the index doesn't know, still to be read.</summary>
/// <param name="Path">Its path below the root.</param>
/// <param name="Rules">Its rules.</param>
/// <param name="Keep">Takes what it holds.</param>
internal sealed record NewFolder(byte[] Path, FolderRules Rules, Action<FolderContent> Keep)
{
    /// <summary>Finds those in a folder.</summary>
    public static List<NewFolder> In(FolderContent content)
    {
        var folders = new List<NewFolder>();
        for (var i = 0; i < content.Folders.Length; i++)
        {
            var (number, found) = (i, content.Folders[i]);
            if (found.Known < 0)
            {
                folders.Add(
                    new NewFolder(content.PathOf(content.NameOf(found)), found.Rules, inner => content.Folders[number].Content = inner));
            }
        }

        return folders;
    }
}

/// <summary>Folders to be read by several threads, each of which may find more.</summary>
internal sealed class FolderQueue(IEnumerable<NewFolder> folders)
{
    private readonly object _lock = new();
    private readonly Stack<NewFolder> _folders = new(folders);
    private int _working;
    private bool _isGivenUp;

    /// <summary>Takes a folder, waiting while other threads may find one; <see langword="null"/> when none is left.</summary>
    /// <param name="isFirst">Whether the thread comes for the first time, and not from a folder that it read.</param>
    public NewFolder? Take(bool isFirst)
    {
        lock (_lock)
        {
            _working -= isFirst ? 0 : 1;
            while (!_isGivenUp)
            {
                if (_folders.TryPop(out var folder))
                {
                    _working++;
                    return folder;
                }

                if (_working == 0)
                {
                    break;
                }

                Monitor.Wait(_lock);
            }

            Monitor.PulseAll(_lock);
            return null;
        }
    }

    /// <summary>Adds what was found in a folder.</summary>
    public void Add(List<NewFolder> found)
    {
        if (found.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            // The last one on top: the threads then go down into what they know.
            foreach (var folder in found)
            {
                _folders.Push(folder);
            }

            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Lets nobody wait any more: a thread failed.</summary>
    public void GiveUp()
    {
        lock (_lock)
        {
            _isGivenUp = true;
            Monitor.PulseAll(_lock);
        }
    }
}
