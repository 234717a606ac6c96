using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots.Index;

/// <summary>Keeps the stat index between two captures: the table of files that the last one found.</summary>
/// <remarks>
/// A file is known again by its stamp only if it was last touched clearly before the capture began that read it: a change within the tick
/// of the clock in which it was read would leave its times as they were. Git calls such entries racy (its
/// Documentation/technical/racy-git.txt).
/// </remarks>
internal sealed class StatIndexFile(WorkspaceLayout layout, TimeProvider clock)
{
    /// <summary>How much older than its reading a file must be. FAT keeps times to 2 s, other file systems to some milliseconds.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(3);

    /// <summary>How far the clock of the file system, which may be a server's, may be from ours.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    /// <summary>Reads the index; an empty one if there is none that can be used.</summary>
    public FileTable Read()
    {
        try
        {
            return FileTable.Parse(NoFifo.ReadAllBytes(layout.StatIndex));
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return FileTable.Empty;
        }
    }

    /// <summary>Writes the index, if the file system's clock is ours.</summary>
    public void Write(FileTable index)
    {
        try
        {
            DurableFolders.Make(Path.GetDirectoryName(layout.StatIndex)!);
            using var file = TemporaryFile.WriteUnsynced(layout.StatIndex, index.Bytes.Span);
            if (FileStamp.OfEntry(file.FullPath) is { } stamp && (stamp.WrittenAt - clock.GetUtcNow()).Duration() <= Tolerance)
            {
                file.ReplaceTarget(layout.StatIndex);
            }
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // It only saves time: the next capture reads the files again.
        }
    }
}
