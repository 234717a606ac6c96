using Lorch.Core.Storage;

namespace Lorch.Core.Views;

/// <summary>A file of a view.</summary>
/// <param name="Source">The stamp of the workspace's file as it was copied.</param>
/// <param name="Copy">The stamp of the copy.</param>
/// <param name="IsCertain">Whether a later change must show in the stamps: the file was not changed just before.</param>
internal sealed record CopiedFile(byte[] Source, byte[] Copy, bool IsCertain)
{
    private const int MaxTries = 3;

    /// <summary>
    /// How long ago a file must have been changed for its stamp to show the next change: some file systems count in seconds.
    /// </summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    /// <summary>Copies a file in place of whatever is there.</summary>
    /// <param name="source">The workspace's file.</param>
    /// <param name="copy">The copy's path.</param>
    /// <param name="stamp">The file's stamp as it was found.</param>
    /// <param name="clock">The clock.</param>
    /// <returns>What is known of the copy; <see langword="null"/> if nothing is.</returns>
    public static CopiedFile? Make(string source, string copy, FileStamp stamp, TimeProvider clock)
    {
        CopiedFile? copied = null;
        for (var tries = 0; tries < MaxTries; tries++)
        {
            FolderRemoval.Remove(copy);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
#pragma warning disable RS0030 // A copy proves nothing, and isn't durable. The framework lets it share storage where the file system can.
            File.Copy(source, copy);
#pragma warning restore RS0030
            var now = clock.GetUtcNow();
            File.SetLastWriteTimeUtc(copy, now.UtcDateTime);
            if (FileStamp.OfEntry(copy) is { } made)
            {
                copied = Of(stamp, made, now);
            }

            if (FileStamp.OfEntry(source) is not { } after || after == stamp)
            {
                break;
            }

            // Somebody wrote it meanwhile.
            stamp = after;
        }

        return copied;
    }

    /// <summary>Says what is known of a copy.</summary>
    /// <param name="source">The stamp of the workspace's file.</param>
    /// <param name="copy">The stamp of the copy.</param>
    /// <param name="now">When they held the same.</param>
    public static CopiedFile Of(FileStamp source, FileStamp copy, DateTimeOffset now) =>
        new(BytesOf(source), BytesOf(copy), source.IsSound && source.TouchedAt < now - Tick);

    /// <summary>Gives the bytes by which two stamps are compared.</summary>
    public static byte[] BytesOf(FileStamp stamp)
    {
        var bytes = new byte[FileStamp.ByteCount];
        stamp.WriteTo(bytes);
        return bytes;
    }

    /// <summary>Whether the workspace's file still is the one that was copied.</summary>
    public bool IsFrom(FileStamp source) => BytesOf(source).AsSpan().SequenceEqual(Source);

    /// <summary>Whether nobody has touched the copy.</summary>
    public bool IsCopiedTo(FileStamp copy) => BytesOf(copy).AsSpan().SequenceEqual(Copy);
}
