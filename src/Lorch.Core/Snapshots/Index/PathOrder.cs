namespace Lorch.Core.Snapshots.Index;

/// <summary>
/// Sorts the files of a table by the bytes of their paths: folder by folder, and what lies in a folder sorts behind its name and a '/'.
/// </summary>
internal ref struct PathOrder(FileTable table, Span<int> order)
{
    private readonly Span<int> _order = order;
    private readonly List<int> _entries = [];
    private int _next;

    public void Fill()
    {
        if (table.Folders.Length > 0)
        {
            Fill(0);
        }
    }

    private void Fill(int folder)
    {
        // Files by their numbers, folders by the complement of theirs.
        var start = _entries.Count;
        for (var i = table.Folders[folder].FirstFile; i < table.EndOfFiles(folder); i++)
        {
            _entries.Add(i);
        }

        for (var i = folder + 1; i < table.Folders[folder].End; i = table.Folders[i].End)
        {
            _entries.Add(~i);
        }

        var count = _entries.Count - start;
        _entries.Sort(start, count, new ByName(table));
        for (var i = 0; i < count; i++)
        {
            var entry = _entries[start + i];
            if (entry >= 0)
            {
                _order[_next++] = entry;
            }
            else
            {
                Fill(~entry);
            }
        }

        _entries.RemoveRange(start, count);
    }

    private sealed class ByName(FileTable table) : IComparer<int>
    {
        public int Compare(int x, int y)
        {
            var left = NameOf(x);
            var right = NameOf(y);
            var common = Math.Min(left.Length, right.Length);
            var order = left[..common].SequenceCompareTo(right[..common]);
            return order != 0 ? order : At(left, common, x) - At(right, common, y);
        }

        private ReadOnlySpan<byte> NameOf(int entry) => entry >= 0 ? table.NameOf(table.Files[entry]) : table.NameOf(table.Folders[~entry]);

        private static int At(ReadOnlySpan<byte> name, int place, int entry) =>
            place < name.Length ? name[place] : entry < 0 && place == name.Length ? '/' : -1;
    }
}
