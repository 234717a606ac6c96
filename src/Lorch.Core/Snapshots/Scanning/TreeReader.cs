using System.Security.Cryptography;
using System.Text.Unicode;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Tracking;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>How one thread looks at folders and reads files: the small interface behind which systems differ.</summary>
internal abstract class TreeReader : IDisposable
{
    private readonly LinkRule _links;

    protected TreeReader(string root)
    {
        Root = root;
        _links = new LinkRule(root);
    }

    /// <summary>Gets what was left out and somebody should know, in no order.</summary>
    public List<Diagnostic> Warnings { get; } = [];

    /// <summary>Gets what happens between the reading of a file and the second look at it.</summary>
    public Action? BetweenLooks { get; init; }

    /// <summary>Gets whether nothing will be read: all that the system tells of files is asked for, and links may lead anywhere.</summary>
    public bool IsOnlyLook { get; init; }

    protected string Root { get; }

    /// <summary>Reads a folder that isn't in the index.</summary>
    /// <param name="path">Its path below the root.</param>
    /// <param name="rules">Its rules.</param>
    public abstract FolderContent Read(byte[] path, FolderRules rules);

    /// <summary>Reads a folder of the index.</summary>
    /// <param name="known">The index.</param>
    /// <param name="folder">The folder's number.</param>
    /// <returns>What it holds; <see langword="null"/> if that is what the index says.</returns>
    public abstract FolderContent? ReadKnown(KnownFolders known, int folder);

    /// <summary>Reads a file once and takes its digest.</summary>
    /// <param name="folder">The folder that it lies in.</param>
    /// <param name="file">The file; its digest and the stamp that belongs to it are set, or that it is gone or left for later.</param>
    /// <param name="largest">A file of more bytes may be left for later.</param>
    /// <param name="cancellationToken">Stops in the middle of it.</param>
    /// <returns>Whether what stands there is what was read.</returns>
    /// <exception cref="LorchException">It can't be read.</exception>
    public abstract bool TryDigest(FolderContent folder, ref FoundFile file, long largest, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();

    protected static string TextOf(ReadOnlySpan<byte> path) => PathBytes.ToText(path);

    /// <summary>Gives the files that the index knows behind those that are written down already.</summary>
    protected static KnownFiles Remaining(FolderContent content, KnownFolders known)
    {
        var files = new KnownFiles(known.Table, content.Known);
        files.Skip(content.Files.Length);
        return files;
    }

    /// <summary>Whether everything in a folder is as the index says.</summary>
    protected static bool IsAsKnown(FolderContent content, KnownFolders known)
    {
        var table = known.Table;
        var (first, end) = (table.Folders[content.Known].FirstFile, table.EndOfFiles(content.Known));
        return content.Failure is null
            && content.Files.Length == end - first
            && AreAsKnown(content.Files, first, table)
            && AreAsKnown(content, table);
    }

    protected static void AddFile(
        FolderContent content,
        KnownFolders? known,
        ref KnownFiles files,
        ReadOnlySpan<byte> name,
        in RawStamp stamp)
    {
        var number = known is null ? -1 : files.Find(name);
        var file = new FoundFile { Known = number, Stamp = stamp };
        if (number >= 0 && known!.Table.Files[number] is { Trust: FileTrust.Stamp } remembered && remembered.Stamp.Equals(stamp))
        {
            file.Digesting = Digesting.Remembered;
            file.Hash = remembered.Hash;
        }

        content.AddFile(name, file);
    }

    protected static void AddFolder(FolderContent content, KnownFolders? known, ReadOnlySpan<byte> name)
    {
        if (content.Rules.Enter(name) is not { } rules)
        {
            return;
        }

        if (!Utf8.IsValid(name))
        {
            content.Failure ??= SnapshotProblem.NameNotUtf8(TextOf(content.PathOf(name)));
            return;
        }

        var number = -1;
        if (known is not null && content.Known >= 0)
        {
            var expected = content.Folders.Length == 0 || content.Folders[^1].Known < 0
                ? content.Known + 1
                : known.Table.Folders[content.Folders[^1].Known].End;
            number = known.FindFolder(content.Known, name, expected);
        }

        content.AddFolder(name, rules, number);
    }

    protected void AddLink(
        FolderContent content, KnownFolders? known, ref KnownFiles files, ReadOnlySpan<byte> name, RawStamp stamp, string? target)
    {
        if (target is null)
        {
            return;
        }

        var path = RelativePath.Parse(TextOf(content.PathOf(name)));
        if (!IsOnlyLook && !_links.StaysInside(path, target))
        {
            content.Failure ??= SnapshotProblem.LinkLeavesWorkspace(path, target);
            return;
        }

        if (LeadsToFolder(content, name))
        {
            Warnings.Add(SnapshotProblem.LinkedFolderNotEntered(path.ToString()));
        }

        var bytes = PathBytes.Of(target);
        stamp.Size = bytes.Length;
        var file = new FoundFile
        {
            Known = known is null ? -1 : files.Find(name),
            Stamp = stamp,
            IsLink = true,
            Digesting = Digesting.Taken
        };
        SHA256.HashData(bytes, file.Hash);
        content.AddFile(name, file);
    }

    /// <summary>Whether a link leads to a folder, in which somebody may take the files for tracked.</summary>
    protected bool LeadsToFolder(FolderContent content, ReadOnlySpan<byte> name) =>
        Directory.Exists(Path.Join(Root, TextOf(content.PathOf(name))));

    /// <summary>Whether a snapshot can hold a file with that name; notes what is wrong with it.</summary>
    protected static bool IsAllowed(FolderContent content, ReadOnlySpan<byte> name)
    {
        if (!Utf8.IsValid(name))
        {
            content.Failure ??= SnapshotProblem.NameNotUtf8(TextOf(content.PathOf(name)));
            return false;
        }

        var isOdd = name.Contains((byte)'\\')
            || content.Path.AsSpan().Contains((byte)'\\')
            || (content.Path.Length == 0 ? name : content.Path) is [_, (byte)':', ..];
        if (isOdd && !RelativePath.TryParse(TextOf(content.PathOf(name)), out _))
        {
            content.Failure ??= SnapshotProblem.NameNotAllowed(TextOf(content.PathOf(name)));
            return false;
        }

        return true;
    }

    private static bool AreAsKnown(ReadOnlySpan<FoundFile> files, int first, FileTable table)
    {
        for (var i = 0; i < files.Length; i++)
        {
            ref readonly var file = ref files[i];
            ref readonly var known = ref table.Files[first + i];
            if (file.Known != first + i
                || !file.Stamp.Equals(known.Stamp)
                || known.Trust != (file.IsLink ? FileTrust.Link : FileTrust.Stamp)
                || !((ReadOnlySpan<byte>)file.Hash).SequenceEqual(known.Hash))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreAsKnown(FolderContent content, FileTable table)
    {
        var next = content.Known + 1;
        foreach (ref readonly var folder in content.Folders)
        {
            if (folder.Known != next)
            {
                return false;
            }

            next = table.Folders[next].End;
        }

        return next == table.Folders[content.Known].End;
    }
}
