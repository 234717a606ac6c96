using System.IO.Enumeration;
using System.Text;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>Lists folders with the framework.</summary>
internal static class FolderListing
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    /// <summary>Lists a folder.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <returns>What it holds, in no order; nothing if it is gone.</returns>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static List<FolderEntry> Read(string path)
    {
        try
        {
            return [.. new FileSystemEnumerable<FolderEntry>(path, (ref entry) => ToEntry(ref entry), Everything)];
        }
        catch (DirectoryNotFoundException)
        {
            // It was removed since its parent was listed: what isn't there holds nothing.
            return [];
        }
    }

    private static FolderEntry ToEntry(ref FileSystemEntry entry)
    {
        var name = entry.FileName.ToString();
        var kind = (entry.Attributes & FileAttributes.ReparsePoint) != 0
            ? FolderEntryKind.Link
            : entry.IsDirectory ? FolderEntryKind.Folder : FolderEntryKind.File;

        // The framework shows bytes that aren't UTF-8 as U+FFFD, and the name shown is then not that of any file.
        return new FolderEntry(name, kind, !name.EnumerateRunes().Contains(Rune.ReplacementChar) || Path.Exists(entry.ToFullPath()));
    }
}
