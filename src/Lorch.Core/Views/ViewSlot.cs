using Lorch.Core.Storage;
using Lorch.Core.Storage.Locks;

namespace Lorch.Core.Views;

/// <summary>A place for one view at a time, kept from run to run so that only what differs is copied.</summary>
internal sealed class ViewSlot : IDisposable
{
    private const int MostSlots = 1000;
    private readonly FileStream _lock;

    private ViewSlot(string folder, FileStream lockFile) => (Folder, _lock) = (folder, lockFile);

    /// <summary>Gets the absolute path of its folder.</summary>
    public string Folder { get; }

    /// <summary>Gets the folder of the copy.</summary>
    public string Work => Path.Join(Folder, "w");

    /// <summary>Gets the file that says what the copy was made from.</summary>
    public string Index => Path.Join(Folder, "index");

    /// <summary>Gets the file in which the scanner remembers what it found of the tracked files.</summary>
    public string Tracked => Path.Join(Folder, "tracked");

    /// <summary>Gets the file in which the scanner remembers what it found of all files.</summary>
    public string Visible => Path.Join(Folder, "visible");

    /// <summary>Takes a slot that nobody has: the one that a run worked in, if it is there, else the first.</summary>
    /// <param name="folder">The folder of the workspace's slots, absolute.</param>
    /// <param name="run">The run; <see langword="null"/> for a new one.</param>
    /// <returns>The slot; disposing it lets it go.</returns>
    /// <exception cref="IOException">The folder can't be made, or every slot is taken.</exception>
    public static ViewSlot Take(string folder, RunId? run)
    {
#pragma warning disable CA2000 // The caller disposes it
        DurableFolders.Make(folder);
        if (run is { } known
            && Numbers(folder).FirstOrDefault(slot => ViewIndex.Read(Path.Join(slot, "index")).Run == known.ToString()) is { } own
            && TryTake(own) is { } again)
        {
            return again;
        }

        for (var number = 1; number <= MostSlots; number++)
        {
            if (TryTake(Path.Join(folder, $"{number}")) is { } slot)
            {
                return slot;
            }
        }

#pragma warning restore CA2000
        throw new IOException($"all {MostSlots} slots below '{folder}' are taken");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AdvisoryLock.LetGo(_lock.SafeFileHandle);
        _lock.Dispose();
    }

    private static IEnumerable<string> Numbers(string folder) =>
        Directory.EnumerateDirectories(folder).Where(slot => int.TryParse(Path.GetFileName(slot), out _));

    private static ViewSlot? TryTake(string folder)
    {
        DurableFolders.Make(folder);
        var path = Path.Join(folder, "lock");
        FileStream? file = null;
        try
        {
            file = OwnerOnlyFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (AdvisoryLock.TryTake(path, file.SafeFileHandle, UnixCalls.LockExclusive))
            {
                var slot = new ViewSlot(folder, file);
                file = null;
                return slot;
            }

            return null;
        }
        catch (IOException exception) when (SystemError.SaysInUse(exception) || SystemError.SaysHeldOpen(exception))
        {
            return null;
        }
        finally
        {
            file?.Dispose();
        }
    }
}
