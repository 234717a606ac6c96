namespace Lorch.Core.Snapshots.Index;

/// <summary>Goes through the files of a table in the order of their paths, whose bytes it puts together in one place.</summary>
/// <param name="table">The table.</param>
/// <param name="first">The place of the first file in the order.</param>
internal sealed class TableCursor(FileTable table, int first = 0)
{
    private byte[] _path = new byte[256];
    private int _length;
    private int _startOfName;
    private int _folder = -1;
    private int _place = first - 1;

    /// <summary>Gets the place in the order of the file that it stands on.</summary>
    public int Place => _place;

    public ReadOnlySpan<byte> Path => _path.AsSpan(0, _length);

    public ref readonly TableFile File => ref table.Files[table.Order[_place]];

    /// <summary>Goes on to the next file; <see langword="false"/> if there is none.</summary>
    public bool Next()
    {
        if (++_place >= table.Count)
        {
            return false;
        }

        ref readonly var file = ref File;
        if (file.Folder != _folder)
        {
            _folder = file.Folder;
            _startOfName = 0;
            var folder = table.PathOf(table.Folders[_folder]);
            if (!folder.IsEmpty)
            {
                Put(folder, 0);
                Put("/"u8, folder.Length);
                _startOfName = folder.Length + 1;
            }
        }

        Put(table.NameOf(file), _startOfName);
        return true;
    }

    private void Put(ReadOnlySpan<byte> part, int start)
    {
        _length = start + part.Length;
        if (_length > _path.Length)
        {
            Array.Resize(ref _path, _length * 2);
        }

        part.CopyTo(_path.AsSpan(start));
    }
}
