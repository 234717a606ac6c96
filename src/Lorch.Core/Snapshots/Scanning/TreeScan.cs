using Lorch.Core.Snapshots.Index;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>What a scan found: where the workspace is not as the index has it.</summary>
/// <param name="index">The index that it was compared with.</param>
/// <param name="changed">What the folders of the index hold that are not as it says.</param>
/// <param name="root">What the root holds; <see langword="null"/> if that is as the index says.</param>
/// <param name="warnings">What was left out and somebody should know.</param>
internal sealed class TreeScan(FileTable index, FolderContent?[] changed, FolderContent? root, IReadOnlyList<Diagnostic> warnings)
{
    public FileTable Index => index;

    public IReadOnlyList<Diagnostic> Warnings => warnings;

    /// <summary>Gets a value indicating whether everything is as the index says, which then has the snapshot's id, too.</summary>
    public bool IsUnchanged { get; } = root is null && Array.TrueForAll(changed, content => content is null);

    /// <summary>Lists the folders, each before those in it.</summary>
    /// <param name="withFailures">Whether one that can't be read, or holds what no snapshot can, is listed with the rest of what it
    /// holds.</param>
    /// <exception cref="LorchException">There is such a folder, and that wasn't asked for.</exception>
    public List<ScannedFolder> List(bool withFailures = false)
    {
        var folders = new List<ScannedFolder>();
        Add(folders, changed.Length == 0 ? -1 : 0, root, parent: -1, withFailures);
        return folders;
    }

    private void Add(List<ScannedFolder> folders, int known, FolderContent? content, int parent, bool withFailures)
    {
        if (content?.Failure is { } failure && !withFailures)
        {
            throw failure;
        }

        var number = folders.Count;
        folders.Add(new ScannedFolder { Known = known, Content = content, Parent = parent });
        if (content is null)
        {
            for (var i = known + 1; i < index.Folders[known].End; i = index.Folders[i].End)
            {
                Add(folders, i, changed[i], number, withFailures);
            }
        }
        else
        {
            for (var i = 0; i < content.Folders.Length; i++)
            {
                var folder = content.Folders[i];
                Add(folders, folder.Known, folder.Known < 0 ? folder.Content : changed[folder.Known], number, withFailures);
            }
        }

        folders[number] = folders[number] with { End = folders.Count };
    }
}

/// <summary>A folder that a scan found.</summary>
internal readonly record struct ScannedFolder
{
    /// <summary>Gets its number in the index, or -1.</summary>
    public required int Known { get; init; }

    /// <summary>Gets what it holds; <see langword="null"/> if that is what the index says.</summary>
    public required FolderContent? Content { get; init; }

    /// <summary>Gets the place of the folder that it lies in; -1 for the root.</summary>
    public required int Parent { get; init; }

    /// <summary>Gets the place behind that of the last folder below it.</summary>
    public int End { get; init; }
}
