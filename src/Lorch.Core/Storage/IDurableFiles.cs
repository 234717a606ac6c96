namespace Lorch.Core.Storage;

/// <summary>The one seam through which everything durable passes: what returned is still there after a power loss.</summary>
/// <remarks>
/// <para>Who calls: ledgers append, receipts and manifests are created, run states and completions are replaced, landed
/// files are exchanged. Nothing else in Lorch
/// writes a file that it later believes.</para>
/// <para>Order: operations on one path are made one after the other by one owner, the holder of the workspace lock. Operations on
/// different paths are independent; each is durable when its task completes, and not before.</para>
/// <para>Crash: after a crash, an operation that completed is seen whole. One that did not complete is seen whole, not at all, or, for
/// <see cref="IAppendOnlyFile.AppendAsync"/> alone, in part (a torn tail). A replaced file is always either the old or the new one.</para>
/// <para>Failure: every failure is a <see cref="LorchException"/> that names the file and the system's reason. A sync that failed is not
/// tried again as if nothing had happened: the file's owner stops.</para>
/// </remarks>
internal interface IDurableFiles
{
    /// <summary>Opens a file to append to, creating it and its folders if needed. What stands in it is durable then, too: the process that
    /// wrote it may have been killed before it synced.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="cancellationToken">Stops before the file is opened.</param>
    /// <returns>The open file; the caller disposes it.</returns>
    Task<IAppendOnlyFile> OpenAppendAsync(string path, CancellationToken cancellationToken);

    /// <summary>Creates a file or replaces it atomically: temporary file, sync, rename, sync of the folder.</summary>
    /// <param name="path">An absolute path; its folders are created if needed.</param>
    /// <param name="content">The whole content.</param>
    /// <param name="cancellationToken">Stops before the rename; the target is then as it was.</param>
    /// <returns>A task that completes when the new content is durable.</returns>
    Task ReplaceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Creates a file atomically unless it exists; an existing one is left alone.</summary>
    /// <param name="path">An absolute path; its folders are created if needed.</param>
    /// <param name="content">The whole content.</param>
    /// <param name="cancellationToken">Stops before the file appears.</param>
    /// <returns>Whether the file was created.</returns>
    Task<bool> CreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        CreateAsync(path, [content], cancellationToken);

    /// <summary>
    /// Creates a file atomically unless it exists, of parts that are written one after the other; an existing one is left alone.
    /// </summary>
    /// <param name="path">An absolute path; its folders are created if needed.</param>
    /// <param name="parts">The content; asked for only if the file doesn't exist, and each part needed only until the next is asked
    /// for.</param>
    /// <param name="cancellationToken">Stops before the file appears.</param>
    /// <returns>Whether the file was created.</returns>
    Task<bool> CreateAsync(string path, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken);

    /// <summary>Cuts a file to a length and syncs it.</summary>
    /// <param name="path">An absolute path of a file that exists.</param>
    /// <param name="length">The new length in bytes, at most the present one.</param>
    /// <param name="cancellationToken">Stops before the file is cut.</param>
    /// <returns>A task that completes when the new length is durable.</returns>
    Task TruncateAsync(string path, long length, CancellationToken cancellationToken);

    /// <summary>
    /// Gives two files of one folder each the other's name, durably and in one step: at no moment is either name without one.
    /// </summary>
    /// <param name="path">An absolute path of a file that exists.</param>
    /// <param name="other">An absolute path of another one in the same folder.</param>
    /// <param name="cancellationToken">Stops before the exchange.</param>
    /// <returns>A task that completes when the names are durable.</returns>
    Task ExchangeAsync(string path, string other, CancellationToken cancellationToken);

    /// <summary>Renames a file durably within its folder; the target must not exist.</summary>
    /// <param name="path">An absolute path of a file that exists.</param>
    /// <param name="newPath">An absolute path in the same folder.</param>
    /// <param name="cancellationToken">Stops before the rename.</param>
    /// <returns>A task that completes when the new name is durable.</returns>
    Task RenameAsync(string path, string newPath, CancellationToken cancellationToken);

    /// <summary>Deletes a file durably; one that is gone already is no error.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="cancellationToken">Stops before the file is deleted.</param>
    /// <returns>A task that completes when the file can't come back.</returns>
    Task DeleteAsync(string path, CancellationToken cancellationToken);
}

/// <summary>A file that only grows.</summary>
internal interface IAppendOnlyFile : IAsyncDisposable
{
    /// <summary>Gets the length in bytes.</summary>
    long Length { get; }

    /// <summary>Appends bytes with one write and one sync.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="cancellationToken">Stops before the write; a write that began is finished and synced.</param>
    /// <returns>A task that completes when the bytes are durable.</returns>
    Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}
