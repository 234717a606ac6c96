using Lorch.Core.Storage;

namespace Lorch.Core.Tests.Ledgers;

/// <summary>Real durable files that tell which operations were made, and can refuse one.</summary>
internal sealed class RecordingFiles : IDurableFiles
{
    private readonly DurableFiles _files = new();

    public List<string> Operations { get; } = [];

    public string? Refused { get; set; }

    public async Task<IAppendOnlyFile> OpenAppendAsync(string path, CancellationToken cancellationToken) =>
        new RecordingFile(this, path, await _files.OpenAppendAsync(path, cancellationToken));

    public Task ReplaceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Record("replace", path);
        return _files.ReplaceAsync(path, content, cancellationToken);
    }

    public Task<bool> CreateAsync(string path, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        Record("create", path);
        return _files.CreateAsync(path, parts, cancellationToken);
    }

    public Task TruncateAsync(string path, long length, CancellationToken cancellationToken)
    {
        Record("truncate", path);
        return _files.TruncateAsync(path, length, cancellationToken);
    }

    public Task RenameAsync(string path, string newPath, CancellationToken cancellationToken)
    {
        Record("rename", path);
        return _files.RenameAsync(path, newPath, cancellationToken);
    }

    public Task ExchangeAsync(string path, string other, CancellationToken cancellationToken)
    {
        Record("exchange", path);
        return _files.ExchangeAsync(path, other, cancellationToken);
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        Record("delete", path);
        return _files.DeleteAsync(path, cancellationToken);
    }

    private void Record(string operation, string path)
    {
        var text = $"{operation} {Path.GetExtension(path)}";
        if (text == Refused)
        {
            throw new LorchException(new Diagnostic { Code = DiagnosticCode.StorageFailed, Message = "The disk is full." });
        }

        Operations.Add(text);
    }

    private sealed class RecordingFile(RecordingFiles owner, string path, IAppendOnlyFile file) : IAppendOnlyFile
    {
        public long Length => file.Length;

        public Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            owner.Record("append", path);
            return file.AppendAsync(bytes, cancellationToken);
        }

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }
}
