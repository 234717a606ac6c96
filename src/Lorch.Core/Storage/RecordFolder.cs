using System.IO.Enumeration;

namespace Lorch.Core.Storage;

/// <summary>
/// Lists what lies in a folder of records and below it, entering no link: two links to their own folder would make a list without end.
/// </summary>
internal static class RecordFolder
{
    private static readonly EnumerationOptions Everything =
        new() { RecurseSubdirectories = true, AttributesToSkip = default, IgnoreInaccessible = true };

    /// <summary>Lists files and links whose names end in one way; what the links lead to isn't asked.</summary>
    /// <param name="folder">An absolute path; nothing need be there.</param>
    /// <param name="suffix">The end of the names.</param>
    /// <returns>Absolute paths, sorted.</returns>
    public static IEnumerable<string> Files(string folder, string suffix) =>
        List(
            folder,
            (ref FileSystemEntry entry) => (!entry.IsDirectory || IsLink(ref entry))
                && entry.FileName.EndsWith(suffix, StringComparison.Ordinal));

    /// <summary>Lists links.</summary>
    /// <param name="folder">An absolute path; nothing need be there.</param>
    /// <returns>Absolute paths, sorted.</returns>
    public static IEnumerable<string> Links(string folder) => List(folder, IsLink);

    /// <summary>Lists whatever has a part of a name.</summary>
    /// <param name="folder">An absolute path; nothing need be there.</param>
    /// <param name="part">A part of the names.</param>
    /// <returns>Absolute paths, sorted.</returns>
    public static IEnumerable<string> Named(string folder, string part) =>
        List(folder, (ref FileSystemEntry entry) => entry.FileName.Contains(part, StringComparison.Ordinal));

    private static IEnumerable<string> List(string folder, FileSystemEnumerable<string>.FindPredicate isWanted) => Directory.Exists(folder)
        ? new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), Everything)
        {
            ShouldIncludePredicate = isWanted,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry),
        }.Order(StringComparer.Ordinal)
        : [];

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
