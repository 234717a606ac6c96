using Lorch.Core.Storage;

namespace Lorch.Testing;

/// <summary>Durable files that let a test act before and after each of their operations, as a person may at any moment.</summary>
/// <param name="between">Gets the number of the moment, from 1.</param>
internal sealed class OperationsInTurn(Action<int> between) : IDurableFiles
{
    private readonly DurableFiles _files = new();
    private int _moments;

    /// <summary>How many moments there were.</summary>
    public int Moments => _moments;

    public async Task<IAppendOnlyFile> OpenAppendAsync(string path, CancellationToken cancellationToken) =>
        new AppendFile(this, await _files.OpenAppendAsync(path, cancellationToken));

    public Task ReplaceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        DoAsync(() => _files.ReplaceAsync(path, content, cancellationToken));

    public async Task<bool> CreateAsync(string path, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        var created = false;
        await DoAsync(async () => created = await _files.CreateAsync(path, parts, cancellationToken));
        return created;
    }

    public Task TruncateAsync(string path, long length, CancellationToken cancellationToken) =>
        DoAsync(() => _files.TruncateAsync(path, length, cancellationToken));

    public Task RenameAsync(string path, string newPath, CancellationToken cancellationToken) =>
        DoAsync(() => _files.RenameAsync(path, newPath, cancellationToken));

    public Task ExchangeAsync(string path, string other, CancellationToken cancellationToken) =>
        DoAsync(() => _files.ExchangeAsync(path, other, cancellationToken));

    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        DoAsync(() => _files.DeleteAsync(path, cancellationToken));

    private async Task DoAsync(Func<Task> act)
    {
        between(++_moments);
        await act();
        between(++_moments);
    }

    private sealed class AppendFile(OperationsInTurn owner, IAppendOnlyFile file) : IAppendOnlyFile
    {
        public long Length => file.Length;

        public Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
            owner.DoAsync(() => file.AppendAsync(bytes, cancellationToken));

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }
}
