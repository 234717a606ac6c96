using Lorch.Core.Snapshots.Index;

namespace Lorch.Core.Snapshots.Tracking;

/// <summary>The folders of the index, with the rules that hold in them today.</summary>
internal sealed class KnownFolders(FileTable table, FolderRules root)
{
    private readonly FolderRules?[] _rules = new FolderRules?[table.Folders.Length];
    private readonly bool[] _isNotEntered = new bool[table.Folders.Length];

    public FileTable Table => table;

    public FolderRules Root => root;

    /// <summary>
    /// Gives the rules of a folder; <see langword="null"/> if it isn't entered any more. Two threads may find them at once, and find the
    /// same.
    /// </summary>
    public FolderRules? RulesOf(int folder)
    {
        if (_rules[folder] is { } rules)
        {
            return rules;
        }

        if (_isNotEntered[folder])
        {
            return null;
        }

        var found = Find(folder);
        _rules[folder] = found;
        _isNotEntered[folder] = found is null;
        return found;
    }

    /// <summary>Finds the folder with a name in a folder, first among those from one on.</summary>
    /// <param name="folder">The folder that it should lie in.</param>
    /// <param name="name">Its name.</param>
    /// <param name="expected">The number that it has if nothing changed.</param>
    /// <returns>Its number, or -1.</returns>
    public int FindFolder(int folder, ReadOnlySpan<byte> name, int expected)
    {
        var folders = table.Folders;
        var end = folders[folder].End;
        for (var i = expected; i < end; i = folders[i].End)
        {
            if (table.NameOf(folders[i]).SequenceEqual(name))
            {
                return i;
            }
        }

        for (var i = folder + 1; i < expected; i = folders[i].End)
        {
            if (table.NameOf(folders[i]).SequenceEqual(name))
            {
                return i;
            }
        }

        return -1;
    }

    private FolderRules? Find(int folder)
    {
        ref readonly var known = ref table.Folders[folder];
        return known.Parent < 0 ? root : RulesOf(known.Parent)?.Enter(table.NameOf(known));
    }
}
