using System.Runtime.InteropServices;
using Lorch.Core.Hashing;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Tracking;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>What was found in a folder that isn't as the index has it.</summary>
internal sealed class FolderContent(byte[] path, FolderRules rules, int known)
{
    private readonly List<FoundFile> _files = [];
    private readonly List<FoundFolder> _folders = [];
    private byte[] _names = new byte[256];
    private int _nameBytes;

    /// <summary>Gets the path below the root, empty for the root.</summary>
    public byte[] Path => path;

    public FolderRules Rules => rules;

    /// <summary>Gets its number in the index, or -1.</summary>
    public int Known => known;

    /// <summary>Gets the tracked files and links, in the order of the folder.</summary>
    public Span<FoundFile> Files => CollectionsMarshal.AsSpan(_files);

    /// <summary>Gets the folders to enter, in the order of the folder.</summary>
    public Span<FoundFolder> Folders => CollectionsMarshal.AsSpan(_folders);

    /// <summary>Gets or sets why it couldn't be read, or what it holds that no snapshot can.</summary>
    public LorchException? Failure { get; set; }

    /// <summary>Begins with what was found to be as the index says.</summary>
    /// <param name="nextFile">The number of the first file that wasn't.</param>
    /// <param name="nextFolder">The number of the first folder that wasn't.</param>
    /// <param name="known">The index.</param>
    /// <param name="folder">The folder's number in it.</param>
    /// <param name="rules">The folder's rules.</param>
    public static FolderContent UpTo(int nextFile, int nextFolder, KnownFolders known, int folder, FolderRules rules)
    {
        var table = known.Table;
        var content = new FolderContent(table.PathOf(table.Folders[folder]).ToArray(), rules, folder);
        for (var i = table.Folders[folder].FirstFile; i < nextFile; i++)
        {
            ref readonly var file = ref table.Files[i];
            content.AddFile(
                table.NameOf(file),
                new FoundFile { Known = i, Stamp = file.Stamp, Hash = file.Hash, Digesting = Digesting.Remembered });
        }

        for (var i = folder + 1; i < nextFolder; i = table.Folders[i].End)
        {
            content.AddFolder(table.NameOf(table.Folders[i]), known.RulesOf(i)!, i);
        }

        return content;
    }

    public ReadOnlySpan<byte> NameOf(in FoundFile file) => _names.AsSpan(file.NameOffset, file.NameLength);

    public ReadOnlySpan<byte> NameOf(in FoundFolder folder) => _names.AsSpan(folder.NameOffset, folder.NameLength);

    /// <summary>Gives the path below the root of a name in this folder.</summary>
    public byte[] PathOf(ReadOnlySpan<byte> name) => path.Length == 0 ? name.ToArray() : [.. path, (byte)'/', .. name];

    public void AddFile(ReadOnlySpan<byte> name, FoundFile file)
    {
        file.NameOffset = Keep(name);
        file.NameLength = name.Length;
        _files.Add(file);
    }

    public void AddFolder(ReadOnlySpan<byte> name, FolderRules inner, int knownFolder) =>
        _folders.Add(new FoundFolder { NameOffset = Keep(name), NameLength = name.Length, Rules = inner, Known = knownFolder });

    /// <summary>Forgets the files that are gone.</summary>
    public void RemoveGone() => _files.RemoveAll(file => file.Digesting is Digesting.Gone);

    private int Keep(ReadOnlySpan<byte> name)
    {
        if (_names.Length < _nameBytes + name.Length + 1)
        {
            Array.Resize(ref _names, Math.Max(_nameBytes + name.Length + 1, _names.Length * 2));
        }

        // A NUL stays behind each name, so that it can be handed to the system as it is.
        name.CopyTo(_names.AsSpan(_nameBytes));
        _names[_nameBytes + name.Length] = 0;
        var offset = _nameBytes;
        _nameBytes += name.Length + 1;
        return offset;
    }

    /// <summary>Gives the name with the NUL behind it.</summary>
    public ReadOnlySpan<byte> TerminatedNameOf(in FoundFile file) => _names.AsSpan(file.NameOffset, file.NameLength + 1);
}

/// <summary>How far it is known what a file holds.</summary>
internal enum Digesting
{
    /// <summary>It has to be read.</summary>
    Open,

    /// <summary>The index knows its digest.</summary>
    Remembered,

    /// <summary>Its digest was taken.</summary>
    Taken,

    /// <summary>It is so large that it is read when the small ones are.</summary>
    Postponed,

    /// <summary>It was gone when it should be read.</summary>
    Gone,
}

/// <summary>A tracked file or link.</summary>
internal struct FoundFile
{
    public int NameOffset;
    public int NameLength;

    /// <summary>Its number in the index, or -1.</summary>
    public int Known;

    public bool IsLink;
    public Digesting Digesting;

    /// <summary>What the system says of it; nothing of a file that has to be read and wasn't yet.</summary>
    public RawStamp Stamp;
    public HashBytes Hash;
}

/// <summary>A folder that may hold something tracked.</summary>
internal struct FoundFolder
{
    public int NameOffset;
    public int NameLength;

    /// <summary>Its number in the index, or -1.</summary>
    public int Known;

    public FolderRules Rules;

    /// <summary>What it holds, if it is not as the index has it.</summary>
    public FolderContent? Content;
}
