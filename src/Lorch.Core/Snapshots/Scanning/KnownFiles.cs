using Lorch.Core.Snapshots.Index;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>The files that the index knows in one folder, found by name: mostly the next one is the next.</summary>
internal struct KnownFiles
{
    private const int StepsBeforeSorting = 16;

    private readonly FileTable _table;
    private readonly int _start;
    private readonly int _end;
    private int[]? _sorted;
    private int _next;

    public KnownFiles(FileTable table, int folder)
    {
        _table = table;
        (_start, _end) = folder < 0 ? (0, 0) : (table.Folders[folder].FirstFile, table.EndOfFiles(folder));
        _next = _start;
    }

    /// <summary>Goes on behind the first files, which were found.</summary>
    public void Skip(int count) => _next += count;

    /// <summary>Finds a file; -1 if the index doesn't know it.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        var found = _sorted is null ? FindNear(name) : -1;
        if (found < 0 && _end - _start > 0)
        {
            found = FindSorted(name);
        }

        _next = found < 0 ? _next : found + 1;
        return found;
    }

    private readonly int FindNear(ReadOnlySpan<byte> name)
    {
        var files = _table.Files;
        for (var i = _next; i < Math.Min(_end, _next + StepsBeforeSorting); i++)
        {
            if (_table.NameOf(files[i]).SequenceEqual(name))
            {
                return i;
            }
        }

        return -1;
    }

    private int FindSorted(ReadOnlySpan<byte> name)
    {
        var table = _table;
        var files = table.Files;
        if (_sorted is null)
        {
            _sorted = [.. Enumerable.Range(_start, _end - _start)];
            Array.Sort(_sorted, (a, b) => table.NameOf(table.Files[a]).SequenceCompareTo(table.NameOf(table.Files[b])));
        }

        var (low, high) = (0, _sorted.Length - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var order = table.NameOf(files[_sorted[middle]]).SequenceCompareTo(name);
            if (order == 0)
            {
                return _sorted[middle];
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }
}
