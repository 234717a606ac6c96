namespace Lorch.Core.Storage;

/// <summary>What came of opening a file in the workspace.</summary>
internal abstract record FileOpening
{
    private FileOpening()
    {
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
