namespace Lorch.Core.Snapshots.GitIgnore;

/// <summary>What of one folder the .gitignore files in it and above it ignore.</summary>
internal sealed class IgnoreRules
{
    public static readonly IgnoreRules None = new([]);

    private readonly Entry[] _entries;
    private readonly bool _hasPaths;

    /// <param name="entries">The entries; the first that matches decides.</param>
    private IgnoreRules(Entry[] entries)
    {
        _entries = entries;
        _hasPaths = Array.Exists(entries, entry => entry.Pattern.IsPath);
    }

    /// <summary>Whether a name in the folder is ignored. What lies below an ignored folder is, too, and isn't asked for.</summary>
    public bool Ignore(ReadOnlySpan<byte> name, bool isFolder)
    {
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            if (entry.Pattern.Matches(name, isFolder, entry.Position))
            {
                return !entry.Pattern.IsNegated;
            }
        }

        return false;
    }

    /// <summary>Gives the rules of the folder with a name.</summary>
    /// <param name="folder">The name.</param>
    /// <param name="own">The patterns of its own .gitignore; they go before those above.</param>
    public IgnoreRules Enter(ReadOnlySpan<byte> folder, IReadOnlyList<IgnorePattern> own)
    {
        if (own.Count == 0 && !_hasPaths)
        {
            return this;
        }

        var entries = new List<Entry>();
        var positions = new List<int>();
        for (var i = 0; i < _entries.Length; i++)
        {
            var pattern = _entries[i].Pattern;
            if (!pattern.IsPath)
            {
                entries.Add(_entries[i]);
                continue;
            }

            pattern.AddPositionsIn(folder, _entries[i].Position, positions);
            if (i + 1 == _entries.Length || _entries[i + 1].Pattern != pattern)
            {
                entries.AddRange(positions.Select(position => new Entry(pattern, position)));
                positions.Clear();
            }
        }

        return entries.Count == 0 && own.Count == 0 ? None : new IgnoreRules([.. First(own), .. entries]);
    }

    /// <summary>Gives the rules of a folder from its own patterns and those of other rules, which were above it.</summary>
    public IgnoreRules With(IReadOnlyList<IgnorePattern> own) => own.Count == 0 ? this : new IgnoreRules([.. First(own), .. _entries]);

    private static IEnumerable<Entry> First(IReadOnlyList<IgnorePattern> own)
    {
        foreach (var pattern in own.Reverse())
        {
            var positions = new List<int>();
            pattern.AddPositions(0, positions);
            foreach (var position in positions)
            {
                yield return new Entry(pattern, position);
            }
        }
    }

    private readonly record struct Entry(IgnorePattern Pattern, int Position);
}
