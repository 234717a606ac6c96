namespace Lorch.Core.Snapshots.Index;

/// <summary>Finds in what two tables differ, with one pass over both.</summary>
internal static class TableComparison
{
    /// <summary>Lists the files of each table that the other one lacks or has with another content, sorted by path.</summary>
    public static (List<ManifestFile> Before, List<ManifestFile> After) Differing(FileTable before, FileTable after)
    {
        var (onlyBefore, onlyAfter) = (new List<ManifestFile>(), new List<ManifestFile>());
        var (earlier, later) = (new TableCursor(before), new TableCursor(after));
        var (hasEarlier, hasLater) = (earlier.Next(), later.Next());
        while (hasEarlier || hasLater)
        {
            var order = !hasEarlier ? 1 : !hasLater ? -1 : earlier.Path.SequenceCompareTo(later.Path);
            var isSame = order == 0 && ((ReadOnlySpan<byte>)earlier.File.Hash).SequenceEqual(later.File.Hash);
            if (order <= 0)
            {
                Keep(onlyBefore, before, earlier, isSame);
                hasEarlier = earlier.Next();
            }

            if (order >= 0)
            {
                Keep(onlyAfter, after, later, isSame);
                hasLater = later.Next();
            }
        }

        return (onlyBefore, onlyAfter);
    }

    private static void Keep(List<ManifestFile> files, FileTable table, TableCursor cursor, bool isSame)
    {
        if (!isSame)
        {
            files.Add(table[cursor.Place]);
        }
    }
}
