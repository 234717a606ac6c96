using System.Globalization;
using Lorch.Core;
using Lorch.Core.Storage;

namespace Lorch.Testing;

/// <summary>
/// Durable files of one simulated process: real ones, but what is durable is a matter of the model, and the process can end at any
/// operation.
/// </summary>
/// <remarks>
/// It does what <see cref="DurableFiles"/> does, one operation after the other: makes folders and syncs the ones above them; creates,
/// appends, syncs; writes a temporary file, syncs it, renames it, syncs the folder. After its end every call throws, as nothing runs in a
/// process that is dead.
/// </remarks>
/// <param name="root">The workspace.</param>
/// <param name="unsynced">What the disk may lose; shared by the processes that follow each other.</param>
/// <param name="end">Where the process ends.</param>
/// <param name="fault">Which operation fails.</param>
internal sealed class CrashingFiles(string root, UnsyncedChanges unsynced, CrashPoint? end = null, Fault? fault = null) : IDurableFiles
{
    // A number that no process has, so that what it leaves behind is known to be nobody's.
    private const int DeadProcess = int.MaxValue;

    private readonly List<FileOperation> _operations = [];
    private readonly HashSet<string> _syncedFolders = [];
    private bool _isDead;

    /// <summary>The operations that were begun.</summary>
    public IReadOnlyList<FileOperation> Operations => _operations;

    /// <summary>How many files are open to be appended to.</summary>
    public int OpenFiles { get; private set; }

    /// <summary>What was done to a file after an append to it, or its sync, had failed: its owner should have stopped.</summary>
    public IReadOnlyList<FileOperation> AfterFailure => fault is { } failed && failed.Operation <= _operations.Count
        && _operations[failed.Operation - 1] is { Deed: "append" or "sync", Path: var path }
            ? [.. _operations.Skip(failed.Operation).Where(operation => operation.Path == path)]
            : [];

    public Task<IAppendOnlyFile> OpenAppendAsync(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folder = EnsureFolder(path);
        if (!File.Exists(path))
        {
            Do("create", path, () =>
            {
                File.WriteAllBytes(path, []);
                unsynced.Made(folder, () => File.Delete(path));
            });
        }

        else if (new FileInfo(path).Length > 0)
        {
            SyncFile(path);
        }

        SyncFolder(folder);
        OpenFiles++;
        return Task.FromResult<IAppendOnlyFile>(new AppendFile(this, path));
    }

    public Task ReplaceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        WriteAndRename(path, content, cancellationToken);
        return Task.CompletedTask;
    }

    public Task<bool> CreateAsync(string path, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folder = EnsureFolder(path);
        if (File.Exists(path))
        {
            SyncFolder(folder);
            return Task.FromResult(false);
        }

        WriteAndRename(path, parts.SelectMany(part => part.ToArray()).ToArray(), cancellationToken);
        return Task.FromResult(true);
    }

    public Task TruncateAsync(string path, long length, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Do("cut", path, () =>
        {
            var cutOff = File.ReadAllBytes(path)[(int)length..];
            using var stream = new FileStream(path, FileMode.Open);
            stream.SetLength(length);
            unsynced.Cut(path, cutOff);
        });
        SyncFile(path);
        return Task.CompletedTask;
    }

    public Task RenameAsync(string path, string newPath, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folder = Path.GetDirectoryName(path)!;
        Do("rename", path, () =>
        {
            File.Move(path, newPath);
            unsynced.Renamed(folder, path, newPath, null);
        });
        SyncFolder(folder);
        return Task.CompletedTask;
    }

    public Task ExchangeAsync(string path, string other, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folder = Path.GetDirectoryName(path)!;
        Do("exchange", path, () =>
        {
            FileReplacement.Exchange(path, other);
            unsynced.Made(folder, () => FileReplacement.Exchange(path, other));
        });
        SyncFolder(folder);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (File.Exists(path))
        {
            var folder = Path.GetDirectoryName(path)!;
            Do("delete", path, () =>
            {
                var content = File.ReadAllBytes(path);
                File.Delete(path);
                unsynced.Made(folder, () => File.WriteAllBytes(path, content));
            });
            SyncFolder(folder);
        }

        return Task.CompletedTask;
    }

    private void WriteAndRename(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folder = EnsureFolder(path);
        var name = string.Create(CultureInfo.InvariantCulture, $".{Path.GetFileName(path)}.tmp.{DeadProcess}.{_operations.Count:x8}");
        var temporary = Path.Join(folder, name);
        try
        {
            Do(
                "write temporary",
                temporary,
                () => Append(temporary, content.Span),
                () => Append(temporary, content.Span[..(content.Length / 2)]));
            SyncFile(temporary);
            Do("rename", path, () =>
            {
                var replaced = File.Exists(path) ? File.ReadAllBytes(path) : null;
                File.Move(temporary, path, overwrite: true);
                unsynced.Renamed(folder, temporary, path, replaced);
            });
        }
        catch (LorchException)
        {
            unsynced.Sync(temporary);
            File.Delete(temporary);
            throw;
        }

        SyncFolder(folder);
    }

    private string EnsureFolder(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (_syncedFolders.Add(folder) && folder != root)
        {
            EnsureFolder(folder);
            if (!Directory.Exists(folder))
            {
                var parent = Path.GetDirectoryName(folder)!;
                Do("make folder", folder, () =>
                {
                    Directory.CreateDirectory(folder);
                    unsynced.Made(parent, () => Directory.Delete(folder));
                });
            }

            SyncFolder(Path.GetDirectoryName(folder)!);
        }

        return folder;
    }

    private void Append(string path, ReadOnlySpan<byte> bytes)
    {
        using var stream = new FileStream(path, FileMode.Append);
        unsynced.Appended(path, stream.Length, bytes.Length);
        stream.Write(bytes);
    }

    private void SyncFile(string path) => Do("sync", path, () => unsynced.Sync(path));

    private void SyncFolder(string folder) => Do("sync folder", folder, () => unsynced.Sync(folder));

    private void Do(string deed, string path, Action act, Action? actPartly = null, int appended = 0)
    {
        if (_isDead)
        {
            throw new SimulatedCrashException("The process is dead.");
        }

        var operation = new FileOperation(deed, Path.GetRelativePath(root, path).Replace('\\', '/')) { Appended = appended };
        _operations.Add(operation);
        DieAt(Side.Before);
        if (fault?.Operation == _operations.Count)
        {
            actPartly?.Invoke();
            throw StorageFailure.Because(path, "written", fault.Reason);
        }

        act();
        operation.LeavesUnsynced = !unsynced.IsEmpty;
        DieAt(Side.After);
    }

    private void DieAt(Side side)
    {
        if (end?.Side == side && end.Operation == _operations.Count)
        {
            _isDead = true;
            unsynced.Lose(end);
            throw new SimulatedCrashException($"The process ended {end} ({_operations[^1]}).");
        }
    }

    private sealed class AppendFile(CrashingFiles files, string path) : IAppendOnlyFile
    {
        public long Length => new FileInfo(path).Length;

        public Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            files.Do(
                "append",
                path,
                () => files.Append(path, bytes.Span),
                () => files.Append(path, bytes.Span[..(bytes.Length / 2)]),
                bytes.Length);
            files.SyncFile(path);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            files.OpenFiles--;
            return ValueTask.CompletedTask;
        }
    }
}
