using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>Makes the table of a scan whose files are all read.</summary>
/// <param name="index">The index that the scan was compared with.</param>
/// <param name="folders">The folders, each before those in it.</param>
/// <param name="youngest">What was touched later than this isn't known again by its stamp.</param>
internal sealed class FileTableBuilder(FileTable index, List<ScannedFolder> folders, DateTimeOffset youngest)
{
    public FileTable Build() => HasSameNames() ? Patch() : Compose();

    /// <summary>Whether there are the files and folders of the index and no others, in its order.</summary>
    private bool HasSameNames()
    {
        if (folders.Count != index.Folders.Length)
        {
            return false;
        }

        for (var i = 0; i < folders.Count; i++)
        {
            if (folders[i].Known != i || (folders[i].Content is { } content && !HasSameNames(content, i)))
            {
                return false;
            }
        }

        return true;
    }

    private bool HasSameNames(FolderContent content, int folder)
    {
        var (first, count) = (index.Folders[folder].FirstFile, index.EndOfFiles(folder) - index.Folders[folder].FirstFile);
        if (content.Files.Length != count)
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (content.Files[i].Known != first + i)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Changes in the index what changed, without a copy: it was read for this capture alone.</summary>
    private FileTable Patch()
    {
        var bytes = index.TakeBytes();
        var files = FileTable.PartsOf(bytes).Files;
        var (isSameContent, hash) = (true, index.Hash);
        foreach (var folder in folders)
        {
            if (folder.Content is not { } content)
            {
                continue;
            }

            foreach (ref readonly var found in content.Files)
            {
                ref var file = ref files[found.Known];
                isSameContent &= file.Stamp.Size == found.Stamp.Size && ((ReadOnlySpan<byte>)file.Hash).SequenceEqual(found.Hash);
                (file.Stamp, file.Hash, file.Trust) = (found.Stamp, found.Hash, TrustOf(found));
            }
        }

        return FileTable.Seal(bytes, isSameContent ? hash : ManifestId.ComputeHash(FileTable.Unsealed(bytes)));
    }

    private FileTable Compose()
    {
        var (fileCount, nameBytes) = Measure();
        var bytes = FileTable.Allocate(fileCount, folders.Count, nameBytes);
        var parts = FileTable.PartsOf(bytes);
        var (file, offset) = (0, 0);
        for (var i = 0; i < folders.Count; i++)
        {
            var path = PathOf(folders[i]);
            path.CopyTo(parts.Names[offset..]);
            parts.Folders[i] = new TableFolder
            {
                PathOffset = offset,
                PathLength = path.Length,
                FirstFile = file,
                End = folders[i].End,
                Parent = folders[i].Parent
            };
            offset += path.Length;
            Fill(parts, i, ref file, ref offset);
        }

        var unsealed = FileTable.Unsealed(bytes);
        new PathOrder(unsealed, parts.Order).Fill();
        return FileTable.Seal(bytes, ManifestId.ComputeHash(unsealed));
    }

    private (int Files, int NameBytes) Measure()
    {
        var (files, names) = (0L, 0L);
        foreach (var folder in folders)
        {
            names += PathOf(folder).Length;
            if (folder.Content is { } content)
            {
                files += content.Files.Length;
                foreach (ref readonly var file in content.Files)
                {
                    names += file.NameLength;
                }
            }
            else
            {
                var (first, end) = (index.Folders[folder.Known].FirstFile, index.EndOfFiles(folder.Known));
                files += end - first;
                foreach (ref readonly var file in index.Files[first..end])
                {
                    names += file.NameLength;
                }
            }
        }

        return (checked((int)files), checked((int)names));
    }

    private void Fill(TableParts parts, int folder, ref int file, ref int offset)
    {
        if (folders[folder].Content is { } content)
        {
            foreach (ref readonly var found in content.Files)
            {
                content.NameOf(found).CopyTo(parts.Names[offset..]);
                parts.Files[file++] = new TableFile
                {
                    Stamp = found.Stamp,
                    NameOffset = offset,
                    NameLength = checked((ushort)found.NameLength),
                    Trust = TrustOf(found),
                    Folder = folder,
                    Hash = found.Hash,
                };
                offset += found.NameLength;
            }

            return;
        }

        var (first, end) = (index.Folders[folders[folder].Known].FirstFile, index.EndOfFiles(folders[folder].Known));
        foreach (ref readonly var known in index.Files[first..end])
        {
            index.NameOf(known).CopyTo(parts.Names[offset..]);
            parts.Files[file] = known;
            parts.Files[file].NameOffset = offset;
            parts.Files[file++].Folder = folder;
            offset += known.NameLength;
        }
    }

    private ReadOnlySpan<byte> PathOf(ScannedFolder folder) =>
        folder.Content is { } content ? content.Path : index.PathOf(index.Folders[folder.Known]);

    private FileTrust TrustOf(in FoundFile file) =>
        file.IsLink ? FileTrust.Link
        : file.Digesting is Digesting.Remembered || (file.Stamp.Number != 0 && file.Stamp.TouchedAt <= youngest) ? FileTrust.Stamp
        : FileTrust.None;
}
