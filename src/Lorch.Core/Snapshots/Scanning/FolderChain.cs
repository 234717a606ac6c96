namespace Lorch.Core.Snapshots.Scanning;

/// <summary>
/// Keeps the folders open that lead to one folder, so that the next one, which mostly lies beside it, is opened in one step.
/// </summary>
/// <remarks>
/// Each folder is opened by its name in the one above, and a link isn't followed: nobody can swap a folder for a link between a look and
/// the opening, and paths may be longer than the system takes at once. For one thread.
/// </remarks>
internal sealed class FolderChain(string root) : IDisposable
{
    private readonly List<(int Descriptor, int End)> _open = [];
    private byte[] _path = new byte[256];
    private int _root = -1;

    /// <summary>Opens a folder, or gives it if it is open; below 0: the negated error.</summary>
    /// <param name="path">Its path below the root, empty for the root; the descriptor is good until the next call.</param>
    public int Open(ReadOnlySpan<byte> path)
    {
        if (_root < 0 && (_root = LinuxCalls.OpenFolder(root)) < 0)
        {
            return _root;
        }

        var common = LeaveForeign(path);
        while (common < path.Length)
        {
            var start = common == 0 ? 0 : common + 1;
            var length = path[start..].IndexOf((byte)'/');
            var end = length < 0 ? path.Length : start + length;
            var descriptor = OpenInner(path[start..end]);
            if (descriptor < 0)
            {
                return descriptor;
            }

            Remember(path[..end], descriptor);
            common = end;
        }

        return _open.Count == 0 ? _root : _open[^1].Descriptor;
    }

    public void Dispose()
    {
        Leave(0);
        if (_root >= 0)
        {
            _ = LinuxCalls.Close(_root);
            _root = -1;
        }
    }

    /// <summary>Closes what doesn't lead to the path and tells how much of it is open.</summary>
    private int LeaveForeign(ReadOnlySpan<byte> path)
    {
        var common = 0;
        var kept = 0;
        foreach (var (_, end) in _open)
        {
            var isOnTheWay = end == path.Length || (end < path.Length && path[end] == '/');
            if (!isOnTheWay || !path[common..end].SequenceEqual(_path.AsSpan(common, end - common)))
            {
                break;
            }

            common = end;
            kept++;
        }

        Leave(kept);
        return common;
    }

    private void Leave(int kept)
    {
        for (var i = _open.Count - 1; i >= kept; i--)
        {
            _ = LinuxCalls.Close(_open[i].Descriptor);
            _open.RemoveAt(i);
        }
    }

    private unsafe int OpenInner(ReadOnlySpan<byte> name)
    {
        Span<byte> terminated = stackalloc byte[name.Length + 1];
        name.CopyTo(terminated);
        terminated[^1] = 0;
        fixed (byte* bytes = terminated)
        {
            return LinuxCalls.OpenFolderAt(_open.Count == 0 ? _root : _open[^1].Descriptor, bytes);
        }
    }

    private void Remember(ReadOnlySpan<byte> path, int descriptor)
    {
        if (_path.Length < path.Length)
        {
            Array.Resize(ref _path, Math.Max(path.Length, _path.Length * 2));
        }

        path.CopyTo(_path);
        _open.Add((descriptor, path.Length));
    }
}
