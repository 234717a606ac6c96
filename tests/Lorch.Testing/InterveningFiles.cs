using Lorch.Core.Storage;

namespace Lorch.Testing;

/// <summary>Durable files that let a test act right after a line was appended, as a person may at any moment of a run.</summary>
/// <param name="intervene">Gets the number of the line, from 1, over all files.</param>
internal sealed class InterveningFiles(Action<int> intervene) : IDurableFiles
{
    private readonly DurableFiles _files = new();
    private int _lines;

    /// <summary>How many lines were appended.</summary>
    public int Lines => _lines;

    public async Task<IAppendOnlyFile> OpenAppendAsync(string path, CancellationToken cancellationToken) =>
        new AppendFile(this, await _files.OpenAppendAsync(path, cancellationToken));

    public Task ReplaceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        _files.ReplaceAsync(path, content, cancellationToken);

    public Task<bool> CreateAsync(string path, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) =>
        _files.CreateAsync(path, parts, cancellationToken);

    public Task TruncateAsync(string path, long length, CancellationToken cancellationToken) =>
        _files.TruncateAsync(path, length, cancellationToken);

    public Task RenameAsync(string path, string newPath, CancellationToken cancellationToken) =>
        _files.RenameAsync(path, newPath, cancellationToken);

    public Task ExchangeAsync(string path, string other, CancellationToken cancellationToken) =>
        _files.ExchangeAsync(path, other, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => _files.DeleteAsync(path, cancellationToken);

    private sealed class AppendFile(InterveningFiles owner, IAppendOnlyFile file) : IAppendOnlyFile
    {
        public long Length => file.Length;

        public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            await file.AppendAsync(bytes, cancellationToken);
            owner.Intervene();
        }

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }

    private void Intervene() => intervene(++_lines);
}
