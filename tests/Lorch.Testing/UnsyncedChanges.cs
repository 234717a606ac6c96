namespace Lorch.Testing;

/// <summary>
/// What a disk may still lose: the changes since the last sync of their place. It outlives a killed process, as a system's cache does.
/// </summary>
internal sealed class UnsyncedChanges
{
    private readonly List<Change> _changes = [];

    public bool IsEmpty => _changes.Count == 0;

    /// <summary>Notes bytes that were appended to a file.</summary>
    public void Appended(string file, long oldLength, int count) =>
        _changes.Add(new Change(file, oldLength, count, kept => SetLength(file, oldLength + kept)));

    /// <summary>Notes that a file was cut.</summary>
    public void Cut(string file, byte[] cutOff) => _changes.Add(new Change(file, new FileInfo(file).Length, 0, _ =>
    {
        using var stream = new FileStream(file, FileMode.Append);
        stream.Write(cutOff);
    }));

    /// <summary>Notes that something was made in a folder.</summary>
    public void Made(string folder, Action undo) => _changes.Add(new Change(folder, 0, 0, _ => undo()));

    /// <summary>Notes that a file got its name from another, which it may lose again.</summary>
    public void Renamed(string folder, string path, string newPath, byte[]? replaced) => Made(folder, () =>
    {
        File.Move(newPath, path);
        if (replaced is not null)
        {
            File.WriteAllBytes(newPath, replaced);
        }
    });

    /// <summary>Makes everything durable that was changed in a place: a file's bytes or a folder's names.</summary>
    public void Sync(string place) => _changes.RemoveAll(change => change.Place == place);

    /// <summary>How many bytes of a file no loss can take away.</summary>
    public long DurableLength(string file) => _changes.Exists(change => change.Place == Path.GetDirectoryName(file))
        ? 0
        : _changes.Find(change => change.Place == file)?.OldLength ?? new FileInfo(file).Length;

    /// <summary>Loses what isn't synced.</summary>
    public void Lose(CrashPoint point)
    {
        if (point is { Loss: Loss.Nothing, KeptBytes: null })
        {
            return;
        }

        var keptChanges = _changes.GroupBy(change => change.Place)
            .ToDictionary(group => group.Key, group => point.Loss is Loss.Some ? point.Chance!.Next(group.Count() + 1) : 0);
        var lost = _changes.Where(change => keptChanges[change.Place]-- <= 0).Reverse().ToList();
        foreach (var change in lost)
        {
            change.Undo(KeptBytes(point, change.Appended));
        }

        _changes.Clear();
    }

    private static int KeptBytes(CrashPoint point, int appended) => point switch
    {
        { KeptBytes: { } kept } => Math.Min(kept, appended),
        { Loss: Loss.HalfOfAppends } => appended / 2,
        { Loss: Loss.Some } => point.Chance!.Next(appended + 1),
        _ => 0,
    };

    private static void SetLength(string file, long length)
    {
        // A later process may have removed a temporary file that this one left behind.
        if (File.Exists(file))
        {
            using var stream = new FileStream(file, FileMode.Open);
            stream.SetLength(length);
        }
    }

    private sealed record Change(string Place, long OldLength, int Appended, Action<int> Undo);
}
