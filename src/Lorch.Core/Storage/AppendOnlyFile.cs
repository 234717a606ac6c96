namespace Lorch.Core.Storage;

/// <summary>An open file that only grows, one write and one sync at a time.</summary>
internal sealed class AppendOnlyFile : IAppendOnlyFile
{
    private readonly string _path;
    private readonly FileStream _stream;
    private Exception? _failure;

    private AppendOnlyFile(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
        Length = stream.Seek(0, SeekOrigin.End);
    }

    /// <inheritdoc/>
    public long Length { get; private set; }

    /// <summary>Opens a file and syncs what stands in it.</summary>
    public static AppendOnlyFile Open(string path)
    {
        var stream = SharingPatience.Do(() => OwnerOnlyFile.Open(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read));
        try
        {
            var file = new AppendOnlyFile(path, stream);
            if (file.Length > 0)
            {
                stream.Flush(flushToDisk: true);
            }

            return file;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        Task.Run(() => Append(bytes.Span), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        // After a failed write nobody knows where the file ends, and after a failed sync the system may have dropped what it couldn't
        // write.
        if (_failure is not null)
        {
            throw StorageFailure.Because(_path, "appended to, because an earlier append failed", _failure);
        }

        try
        {
            _stream.Write(bytes);
            _stream.Flush(flushToDisk: true);
            Length += bytes.Length;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            _failure = exception;
            throw StorageFailure.Because(_path, "appended to", exception);
        }
    }
}
