using System.Security.Cryptography;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>Reads folders and files with what the framework offers on every system.</summary>
internal sealed class PortableReader : TreeReader
{
    private readonly WorkspaceRoot _files;

    public PortableReader(string root)
        : base(root)
    {
        _files = new WorkspaceRoot(root);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    /// <inheritdoc/>
    public override FolderContent? ReadKnown(KnownFolders known, int folder)
    {
        if (known.RulesOf(folder) is not { } rules)
        {
            return null;
        }

        var content = new FolderContent(known.Table.PathOf(known.Table.Folders[folder]).ToArray(), rules, folder);
        Record(content, known);
        return IsAsKnown(content, known) ? null : content;
    }

    /// <inheritdoc/>
    public override FolderContent Read(byte[] path, FolderRules rules)
    {
        var content = new FolderContent(path, rules, -1);
        Record(content, null);
        return content;
    }

    /// <inheritdoc/>
    public override bool TryDigest(FolderContent folder, ref FoundFile file, long largest, CancellationToken cancellationToken)
    {
        var path = RelativePath.Parse(TextOf(folder.PathOf(folder.NameOf(file))));
        switch (_files.Open(path))
        {
            case FileOpening.Opened opened:
                using (opened.Stream)
                {
                    return TryDigest(path, ref file, opened.Stream, cancellationToken);
                }

            case FileOpening.NotAllowed refused:
                throw SnapshotProblem.Unreadable(path.ToString(), "file", refused.Reason, null);
            default:
                file.Digesting = Digesting.Gone;
                return true;
        }
    }

    private bool TryDigest(RelativePath path, ref FoundFile file, FileStream stream, CancellationToken cancellationToken)
    {
        try
        {
            var before = FileStamp.Of(stream.SafeFileHandle) ?? throw new IOException("what it is can't be told");
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[Math.Clamp(before.Size, 1, 256 * 1024)];
            while (stream.Read(buffer) is var read and > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
            }

            _ = hash.GetHashAndReset(file.Hash);
            file.Stamp = RawStamp.Of(before);
            BetweenLooks?.Invoke();
            return FileStamp.OfEntry(Path.Join(Root, path.ToString())) == before;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw SnapshotProblem.Unreadable(path.ToString(), "file", $"can't be read: {exception.Message}", exception);
        }
    }

    private void Record(FolderContent content, KnownFolders? known)
    {
        var files = known is null ? default : Remaining(content, known);
        foreach (var entry in List(content))
        {
            Record(content, known, ref files, entry);
        }
    }

    private List<FolderEntry> List(FolderContent content)
    {
        var path = TextOf(content.Path);
        try
        {
            return FolderListing.Read(Path.Join(Root, path));
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            content.Failure ??= SnapshotProblem.Unreadable(
                path.Length == 0 ? "." : path,
                "folder",
                $"can't be read: {exception.Message}",
                exception);
            return [];
        }
    }

    private void Record(FolderContent content, KnownFolders? known, ref KnownFiles files, FolderEntry entry)
    {
        // A byte that is never part of UTF-8 stands for those that aren't, which the framework doesn't show.
        var name = entry.IsUtf8 ? PathBytes.Of(entry.Name) : [.. entry.Name.SelectMany(c => c == '\uFFFD' ? [0xFF] : PathBytes.Of($"{c}"))];
        if (entry.Kind is FolderEntryKind.Folder)
        {
            AddFolder(content, known, name);
            return;
        }

        var path = Path.Join(Root, TextOf(content.Path), entry.Name);
        if (!content.Rules.IsTracked(name))
        {
            if (entry.Kind is FolderEntryKind.Link && content.Rules.Enter(name) is not null && Directory.Exists(path))
            {
                Warnings.Add(SnapshotProblem.LinkedFolderNotEntered(TextOf(content.PathOf(name))));
            }
        }
        else if (IsAllowed(content, name))
        {
            if (entry.Kind is FolderEntryKind.Link)
            {
                var stamp = new RawStamp { WrittenSeconds = FileStamp.OfEntry(path)?.WrittenAt.ToUnixTimeSeconds() ?? 0 };
                AddLink(content, known, ref files, name, stamp, ReadLink(content, name, path));
            }
            else if (FileStamp.OfEntry(path) is { } stamp)
            {
                if (stamp.IsRegular)
                {
                    AddFile(content, known, ref files, name, RawStamp.Of(stamp));
                }
                else
                {
                    Warnings.Add(SnapshotProblem.SpecialFileSkipped(TextOf(content.PathOf(name))));
                }
            }
        }
    }

    private static string? ReadLink(FolderContent content, ReadOnlySpan<byte> name, string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            content.Failure ??= SnapshotProblem.Unreadable(
                TextOf(content.PathOf(name)),
                "link",
                $"can't be read: {exception.Message}",
                exception);
            return null;
        }
    }
}
