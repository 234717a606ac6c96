using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Verdicts;

/// <summary>The files outside of the snapshot that verdicts were taken from, and what the file system says of them.</summary>
/// <param name="Folders">Absolute paths of folders, each with all that lies in it.</param>
/// <param name="Files">Absolute paths of files that must be there.</param>
internal sealed record DecidingFiles(IReadOnlyList<string> Folders, IReadOnlyList<string> Files)
{
    /// <summary>Looks at all of them.</summary>
    /// <returns>
    /// What was seen, always in the same bytes, and the latest time at which anything of it was touched, never if that can't be told;
    /// <see langword="null"/> if a folder can't be listed.
    /// </returns>
    public (byte[] Seen, DateTimeOffset TouchedAt)? TryLook()
    {
        try
        {
            return Look();
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // Who judges anew says what is wrong, if it matters.
            return null;
        }
    }

    private (byte[] Seen, DateTimeOffset TouchedAt) Look()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        var touchedAt = DateTimeOffset.MinValue;
        foreach (var folder in Folders)
        {
            var entries = Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];
            Array.Sort(entries, string.CompareOrdinal);
            writer.Write(entries.Length);
            foreach (var entry in entries)
            {
                writer.Write(Path.GetFileName(entry));
                LookAt(entry, writer, ref touchedAt);
            }
        }

        foreach (var file in Files)
        {
            LookAt(file, writer, ref touchedAt);
        }

        writer.Flush();
        return (bytes.ToArray(), touchedAt);
    }

    private static void LookAt(string path, BinaryWriter writer, ref DateTimeOffset touchedAt)
    {
        Span<byte> stamp = stackalloc byte[FileStamp.ByteCount];
        stamp.Clear();
        var found = FileStamp.Of(path);
        found?.WriteTo(stamp);
        writer.Write(stamp);

        // Where the system numbers no files, equal stamps say too little.
        var at = found is { IsSound: true } sound ? sound.TouchedAt : DateTimeOffset.MaxValue;
        touchedAt = at > touchedAt ? at : touchedAt;
    }
}
