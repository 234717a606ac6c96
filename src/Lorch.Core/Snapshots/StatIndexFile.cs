using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots;

/// <summary>Keeps the stat index between two captures.</summary>
/// <remarks>
/// An entry is kept only if the file was last touched clearly before the capture began that read it: a change within the tick of the clock in which it
/// was read would leave its times as they were. Git calls such entries racy (its Documentation/technical/racy-git.txt).
/// </remarks>
internal sealed class StatIndexFile(WorkspaceLayout layout, TimeProvider clock)
{
    /// <summary>How much older than its reading a file must be. FAT keeps times to 2 s, other file systems to some milliseconds.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(3);

    /// <summary>How far the clock of the file system, which may be a server's, may be from ours.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    /// <summary>Makes the index that follows from a capture.</summary>
    /// <param name="index">The index that it began with.</param>
    /// <param name="files">All tracked files, sorted by path.</param>
    /// <param name="startedAt">When it began.</param>
    /// <returns>The index; <see langword="null"/> if it would say nothing new.</returns>
    public static StatIndex? Follow(StatIndex index, IReadOnlyList<HashedFile> files, DateTimeOffset startedAt)
    {
        var lasting = files.Where(file => file.IsKnown || file.Stamp?.TouchedAt + Margin <= startedAt).ToList();
        return lasting.Count == index.Count && lasting.TrueForAll(file => file.IsKnown)
            ? null
            : StatIndex.Create([.. lasting.Select(file => (file.File.Path, file.Stamp!.Value, file.File.Sha256))]);
    }

    /// <summary>Reads the index; an empty one if there is none that can be used.</summary>
    public StatIndex Read()
    {
        try
        {
            return StatIndex.Parse(File.ReadAllBytes(layout.StatIndex));
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return StatIndex.Empty;
        }
    }

    /// <summary>Writes the index, if there is a folder for it and the file system's clock is ours.</summary>
    public void Write(StatIndex index)
    {
        try
        {
            using var file = TemporaryFile.Write(layout.StatIndex, index.Bytes.Span);
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
