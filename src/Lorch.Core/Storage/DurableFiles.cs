namespace Lorch.Core.Storage;

/// <summary>The disk itself.</summary>
internal sealed class DurableFiles : IDurableFiles
{
    private readonly DurableFolders _folders = new();

    /// <inheritdoc/>
    public Task<IAppendOnlyFile> OpenAppendAsync(string path, CancellationToken cancellationToken) => Task.Run(
        () => Do(path, "opened", () =>
        {
            var folder = EnsureFolder(path);
            var file = AppendOnlyFile.Open(path);

            // Also when the file was there: the process that made it may have been killed before it synced the folder, or what it wrote.
            DirectorySync.Sync(folder);
            return (IAppendOnlyFile)file;
        }),
        cancellationToken);

    /// <inheritdoc/>
    public Task ReplaceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => Task.Run(
        () => Do(path, "written", () =>
        {
            var folder = EnsureFolder(path);
            using var file = TemporaryFile.Write(path, [content]);
            cancellationToken.ThrowIfCancellationRequested();
            file.ReplaceTarget(path);
            DirectorySync.Sync(folder);
            return true;
        }),
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        CreateAsync(path, [content], cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CreateAsync(string path, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) => Task.Run(
        () => Do(path, "created", () =>
        {
            var folder = EnsureFolder(path);
            if (File.Exists(path))
            {
                // Whoever is told that it exists may rely on it, but the process that made it may have been killed before this sync.
                DirectorySync.Sync(folder);
                return false;
            }

            using var file = TemporaryFile.Write(path, parts);
            cancellationToken.ThrowIfCancellationRequested();
            var created = file.TryBecome(path);
            DirectorySync.Sync(folder);
            return created;
        }),
        cancellationToken);

    /// <inheritdoc/>
    public Task TruncateAsync(string path, long length, CancellationToken cancellationToken) => Task.Run(
        () => Do(path, "cut", () =>
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            using var stream = SharingPatience.Do(() => OwnerOnlyFile.Open(path, FileMode.Open, FileAccess.Write, FileShare.Read));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, stream.Length);
            stream.SetLength(length);
            stream.Flush(flushToDisk: true);
            return true;
        }),
        cancellationToken);

    /// <inheritdoc/>
    public Task RenameAsync(string path, string newPath, CancellationToken cancellationToken) => Task.Run(
        () => Do(path, $"renamed to '{Path.GetFileName(newPath)}'", () =>
        {
            var folder = Path.GetDirectoryName(path);
            if (folder is null || folder != Path.GetDirectoryName(newPath))
            {
                throw new ArgumentException($"'{newPath}' is not in the folder of '{path}'.", nameof(newPath));
            }

            if (!ExclusiveMove.TryMove(path, newPath))
            {
                throw new IOException($"'{newPath}' exists");
            }

            DirectorySync.Sync(folder);
            return true;
        }),
        cancellationToken);

    /// <inheritdoc/>
    public Task ExchangeAsync(string path, string other, CancellationToken cancellationToken) => Task.Run(
        () => Do(path, "exchanged", () =>
        {
            FileReplacement.Exchange(path, other);
            DirectorySync.Sync(Path.GetDirectoryName(path)!);
            return true;
        }),
        cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) => Task.Run(
        () => Do(path, "deleted", () =>
        {
            if (File.Exists(path))
            {
#pragma warning disable RS0030 // This is what stands behind IDurableFiles
                SharingPatience.Do(() => File.Delete(path));
#pragma warning restore RS0030
                DirectorySync.Sync(Path.GetDirectoryName(path)!);
            }

            return true;
        }),
        cancellationToken);

    private static T Do<T>(string path, string deed, Func<T> operation)
    {
        if (!Path.IsPathFullyQualified(path))
        {
            throw new ArgumentException($"'{path}' is not an absolute path.", nameof(path));
        }

        try
        {
            return operation();
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(path, deed, exception);
        }
    }

    private string EnsureFolder(string path)
    {
        var folder = Path.GetDirectoryName(path) ?? throw new ArgumentException($"'{path}' names no file.", nameof(path));
        _folders.Ensure(folder);
        return folder;
    }
}
