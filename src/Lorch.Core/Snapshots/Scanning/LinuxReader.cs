using System.Runtime.InteropServices;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>Reads folders and files on Linux by raw entries, with names relative to open folders.</summary>
internal sealed unsafe class LinuxReader : TreeReader
{
    private const int EntriesSize = 64 * 1024;

    private readonly FolderChain _chain;
    private readonly byte* _entries;
    private readonly byte* _status;
    private readonly LinuxDigester _digester;

    public LinuxReader(string root)
        : base(root)
    {
        _chain = new FolderChain(root);
        _entries = (byte*)NativeMemory.Alloc(EntriesSize);
        _status = (byte*)NativeMemory.Alloc(LinuxCalls.StatusSize);
        _digester = new LinuxDigester();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _chain.Dispose();
        NativeMemory.Free(_entries);
        NativeMemory.Free(_status);
        _digester.Dispose();
    }

    /// <inheritdoc/>
    public override FolderContent Read(byte[] path, FolderRules rules)
    {
        var content = new FolderContent(path, rules, -1);
        var folder = Open(path, content);
        if (folder >= 0)
        {
            var files = default(KnownFiles);
            while (NextEntries(folder, content) is var size and > 0)
            {
                Record(content, null, ref files, folder, 0, size);
            }
        }

        return content;
    }

    /// <inheritdoc/>
    public override FolderContent? ReadKnown(KnownFolders known, int folder)
    {
        if (known.RulesOf(folder) is not { } rules)
        {
            return null;
        }

        var table = known.Table;
        var files = table.Files;
        var folders = table.Folders;
        var names = table.Names;
        var (nextFile, endOfFiles) = (folders[folder].FirstFile, table.EndOfFiles(folder));
        var (nextFolder, endOfFolders) = (folder + 1, folders[folder].End);
        var descriptor = _chain.Open(table.PathOf(folders[folder]));
        if (descriptor < 0)
        {
            var lost = new FolderContent(table.PathOf(folders[folder]).ToArray(), rules, folder);
            Fail(lost, descriptor);
            return lost;
        }

        while (true)
        {
            var size = LinuxCalls.ReadEntries(descriptor, _entries, EntriesSize);
            if (size <= 0)
            {
                if (size < 0 || nextFile != endOfFiles || nextFolder != endOfFolders)
                {
                    var content = FolderContent.UpTo(nextFile, nextFolder, known, folder, rules);
                    if (size < 0)
                    {
                        Fail(content, size);
                    }

                    return content;
                }

                return null;
            }

            for (var position = 0; position < size; position += EntryAt(position).Length)
            {
                var entry = EntryAt(position);
                var name = entry.Name;
                if (entry.IsFile)
                {
                    if (!rules.IsTracked(name))
                    {
                        continue;
                    }

                    if (nextFile < endOfFiles)
                    {
                        ref readonly var file = ref files[nextFile];
                        if (file.Trust == FileTrust.Stamp
                            && names.Slice(file.NameOffset, file.NameLength).SequenceEqual(name)
                            && LinuxCalls.GetStatus(descriptor, entry.TerminatedName, _status) == 0
                            && RawStamp.FromStatx(_status).Equals(file.Stamp))
                        {
                            nextFile++;
                            continue;
                        }
                    }
                }
                else if (entry.IsFolder)
                {
                    if (entry.IsSelfOrParent)
                    {
                        continue;
                    }

                    if (nextFolder < endOfFolders && table.NameOf(folders[nextFolder]).SequenceEqual(name))
                    {
                        if (known.RulesOf(nextFolder) is not null)
                        {
                            nextFolder = folders[nextFolder].End;
                            continue;
                        }
                    }
                    else if (rules.Enter(name) is null)
                    {
                        continue;
                    }
                }
                else if (IsLeftOut(rules, entry, name))
                {
                    continue;
                }

                return RecordFrom(FolderContent.UpTo(nextFile, nextFolder, known, folder, rules), known, descriptor, position, size);
            }
        }
    }

    /// <inheritdoc/>
    public override bool TryDigest(FolderContent folder, ref FoundFile file, long largest, CancellationToken cancellationToken)
    {
        var parent = _chain.Open(folder.Path);
        return _digester.TryDigest(parent, folder, ref file, largest, BetweenLooks, cancellationToken);
    }

    /// <summary>
    /// Whether an entry that is neither a file nor a folder, or doesn't say what it is, matters neither as a file nor as a folder.
    /// </summary>
    private static bool IsLeftOut(FolderRules rules, LinuxEntry entry, ReadOnlySpan<byte> name) =>
        entry.IsSelfOrParent || (!rules.IsTracked(name) && (!entry.MayLeadToFolder || rules.Enter(name) is null));

    private LinuxEntry EntryAt(int position) => new(_entries + position);

    private int Open(byte[] path, FolderContent content)
    {
        var folder = _chain.Open(path);
        if (folder < 0)
        {
            Fail(content, folder);
        }

        return folder;
    }

    private int NextEntries(int folder, FolderContent content)
    {
        var size = LinuxCalls.ReadEntries(folder, _entries, EntriesSize);
        if (size < 0)
        {
            Fail(content, size);
        }

        return size;
    }

    private static void Fail(FolderContent content, int error)
    {
        // What was removed since its parent was listed holds nothing.
        if (-error is not (SystemError.NoEntry or SystemError.NotADirectory))
        {
            var path = content.Path.Length == 0 ? "." : TextOf(content.Path);
            content.Failure ??= SnapshotProblem.Unreadable(
                path,
                "folder",
                $"can't be read: {Marshal.GetPInvokeErrorMessage(-error)}",
                null);
        }
    }

    private FolderContent? RecordFrom(FolderContent content, KnownFolders known, int folder, int position, int size)
    {
        var files = Remaining(content, known);
        Record(content, known, ref files, folder, position, size);
        while ((size = NextEntries(folder, content)) > 0)
        {
            Record(content, known, ref files, folder, 0, size);
        }

        return IsAsKnown(content, known) ? null : content;
    }

    /// <summary>Writes down the entries that were read, from a position on.</summary>
    private void Record(FolderContent content, KnownFolders? known, ref KnownFiles files, int folder, int position, int size)
    {
        for (; position < size; position += EntryAt(position).Length)
        {
            var entry = EntryAt(position);
            var name = entry.Name;
            if (!entry.IsSelfOrParent)
            {
                Record(content, known, ref files, folder, entry, name);
            }
        }
    }

    private void Record(
        FolderContent content,
        KnownFolders? known,
        ref KnownFiles files,
        int folder,
        LinuxEntry entry,
        ReadOnlySpan<byte> name)
    {
        if (entry.IsFolder)
        {
            AddFolder(content, known, name);
            return;
        }

        var isTracked = content.Rules.IsTracked(name);
        if (known is null && isTracked && entry.IsFile && !IsOnlyLook)
        {
            // It will be opened to be read, and then says the same for less.
            if (IsAllowed(content, name))
            {
                content.AddFile(name, new FoundFile { Known = -1 });
            }

            return;
        }

        if (!isTracked && (!entry.MayLeadToFolder || content.Rules.Enter(name) is null))
        {
            return;
        }

        if (LinuxCalls.GetStatus(folder, entry.TerminatedName, _status) < 0)
        {
            // It is gone.
            return;
        }

        var stamp = RawStamp.FromStatx(_status);
        if (stamp.IsFolder)
        {
            AddFolder(content, known, name);
        }
        else if (!isTracked)
        {
            if (stamp.IsLink && LeadsToFolder(content, name))
            {
                Warnings.Add(SnapshotProblem.LinkedFolderNotEntered(TextOf(content.PathOf(name))));
            }
        }
        else if (!stamp.IsRegular && !stamp.IsLink)
        {
            Warnings.Add(SnapshotProblem.SpecialFileSkipped(TextOf(content.PathOf(name))));
        }
        else if (IsAllowed(content, name))
        {
            if (stamp.IsRegular)
            {
                AddFile(content, known, ref files, name, stamp);
            }
            else
            {
                AddLink(content, known, ref files, name, stamp, entry.ReadLink(folder));
            }
        }
    }
}
