using Lorch.Core.Storage;

namespace Lorch.Testing;

/// <summary>Durable files that cancel as one of their operations begins or is done, as Ctrl+C may at any moment.</summary>
/// <param name="files">What does the work.</param>
/// <param name="point">The number of the operation, from 1, and the side of it; 0 for none.</param>
/// <param name="cancellation">What is cancelled.</param>
internal sealed class CancellingFiles(IDurableFiles files, CrashPoint point, CancellationTokenSource cancellation) : IDurableFiles
{
    private readonly List<string> _operations = [];

    /// <summary>The operations that were begun, each with its file.</summary>
    public IReadOnlyList<string> Operations => _operations;

    public Task<IAppendOnlyFile> OpenAppendAsync(string path, CancellationToken cancellationToken) =>
        DoAsync<IAppendOnlyFile>(
            "open",
            path,
            async () => new AppendFile(this, path, await files.OpenAppendAsync(path, cancellationToken)));

    public Task ReplaceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        DoAsync("replace", path, () => files.ReplaceAsync(path, content, cancellationToken));

    public Task<bool> CreateAsync(string path, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) =>
        DoAsync("create", path, () => files.CreateAsync(path, parts, cancellationToken));

    public Task TruncateAsync(string path, long length, CancellationToken cancellationToken) =>
        DoAsync("cut", path, () => files.TruncateAsync(path, length, cancellationToken));

    public Task RenameAsync(string path, string newPath, CancellationToken cancellationToken) =>
        DoAsync("rename", path, () => files.RenameAsync(path, newPath, cancellationToken));

    public Task ExchangeAsync(string path, string other, CancellationToken cancellationToken) =>
        DoAsync("exchange", path, () => files.ExchangeAsync(path, other, cancellationToken));

    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        DoAsync("delete", path, () => files.DeleteAsync(path, cancellationToken));

    private Task<bool> DoAsync(string deed, string path, Func<Task> act) => DoAsync(deed, path, async () =>
    {
        await act();
        return true;
    });

    private async Task<T> DoAsync<T>(string deed, string path, Func<Task<T>> act)
    {
        _operations.Add($"{deed} {Path.GetFileName(path)}");
        var number = _operations.Count;
        await CancelAtAsync(number, Side.Before);
        var result = await act();
        await CancelAtAsync(number, Side.After);
        return result;
    }

    private Task CancelAtAsync(int number, Side moment) =>
        number == point.Operation && moment == point.Side ? cancellation.CancelAsync() : Task.CompletedTask;

    private sealed class AppendFile(CancellingFiles owner, string path, IAppendOnlyFile file) : IAppendOnlyFile
    {
        public long Length => file.Length;

        public Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
            owner.DoAsync("append", path, () => file.AppendAsync(bytes, cancellationToken));

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }
}
