namespace Lorch.Core.Storage;

/// <summary>What came of opening a file in the workspace.</summary>
internal abstract record FileOpening
{
    private FileOpening()
    {
    }

    /// <summary>
    /// Says how a file is written on the disk, where more than one spelling leads to it: in other letters, over a link, or under a name
    /// that stands for it.
    /// </summary>
    /// <param name="root">Where the root really lies.</param>
    /// <param name="path">The path as it was given.</param>
    /// <param name="file">Where the file that it led to really lies.</param>
    /// <returns>The end of a sentence that begins with the path; <see langword="null"/> if it is written like that.</returns>
    internal static string? FindOtherSpelling(string root, string path, string file)
    {
        // HFS+ keeps names decomposed and APFS as they were given, which is the same name in Unicode.
        var expected = $"{root.TrimEnd('/', '\\')}/{path}".Replace('\\', '/').Normalize();
        var found = file.Replace('\\', '/').Normalize();
        return found == expected ? null
            : found.Equals(
                expected,
                StringComparison.OrdinalIgnoreCase) ? $"is written '{found[^path.Normalize().Length..]}' on the disk, not '{path}'"
            : $"is reached over a link: it lies at '{file}'";
    }

    /// <summary>A regular file, inside the workspace, reached over no link.</summary>
    /// <param name="Stream">Its content, unbuffered, from the start; the caller disposes it.</param>
    /// <param name="Size">Its length in bytes when it was opened.</param>
    public sealed record Opened(FileStream Stream, long Size) : FileOpening
    {
        /// <summary>Gets how many names the file had when it was opened; 1 where that can't be told.</summary>
        public long Names { get; init; } = 1;
    }

    /// <summary>Nothing has that name.</summary>
    public sealed record Absent : FileOpening;

    /// <summary>Something is there that may not or can't be read.</summary>
    /// <param name="Reason">What it is, as the end of a sentence: <c>is a symbolic link</c>.</param>
    public sealed record NotAllowed(string Reason) : FileOpening;
}
