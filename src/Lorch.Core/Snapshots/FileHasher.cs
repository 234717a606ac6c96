using System.Diagnostics;
using System.Text;
using Lorch.Core.Hashing;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots;

/// <summary>Reads scanned files and takes their digests.</summary>
internal sealed class FileHasher
{
    /// <summary>How often a file is read that changes while it is read.</summary>
    public const int MaxTries = 3;

    private readonly WorkspaceRoot _root;
    private readonly Func<Stream, CancellationToken, Task<Sha256Digest>> _digest;

    /// <summary>Initializes a new instance of the <see cref="FileHasher"/> class.</summary>
    /// <param name="root">The workspace.</param>
    /// <param name="digest">Takes the digest of a stream.</param>
    public FileHasher(WorkspaceRoot root, Func<Stream, CancellationToken, Task<Sha256Digest>> digest)
    {
        _root = root;
        _digest = digest;
    }

    /// <summary>Takes the digests of files, several at once.</summary>
    /// <param name="files">The files, sorted by path.</param>
    /// <param name="index">What is known of them.</param>
    /// <param name="cancellationToken">Stops in the middle of a file.</param>
    /// <returns>The files in the same order, without those that are gone by now.</returns>
    /// <exception cref="LorchException">LORCH2003: one can't be read. LORCH2005: one changed each time it was read.</exception>
    public async Task<IReadOnlyList<HashedFile>> HashAsync(IReadOnlyList<ScannedFile> files, StatIndex index, CancellationToken cancellationToken)
    {
        var digests = index.Find(files);
        var hashed = new HashedFile?[files.Count];
        var unknown = new List<int>();
        for (var i = 0; i < files.Count; i++)
        {
            if (digests[i] is { } digest)
            {
                hashed[i] = new HashedFile(ToManifestFile(files[i].Path, digest, files[i].Size, files[i].Mtime), files[i].Stamp, IsKnown: true);
            }
            else
            {
                unknown.Add(i);
            }
        }

        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        await Parallel.ForEachAsync(unknown, options, async (i, token) => hashed[i] = await HashAsync(files[i], token));
        return [.. hashed.Where(file => file is not null).Select(file => file!.Value)];
    }

    private async Task<HashedFile?> HashAsync(ScannedFile file, CancellationToken cancellationToken)
    {
        if (file.LinkTarget is { } target)
        {
            var digest = Sha256Digest.Of(new UTF8Encoding(false).GetBytes(target));
            return new HashedFile(ToManifestFile(file.Path, digest, file.Size, file.Mtime), null, IsKnown: false);
        }

        for (var i = 0; i < MaxTries; i++)
        {
            switch (_root.Open(file.Path))
            {
                case FileOpening.Opened opened:
                    if (await TryReadAsync(file.Path, opened.Stream, cancellationToken) is { } result)
                    {
                        return result;
                    }

                    break;
                case FileOpening.Absent:
                    return null;
                case FileOpening.NotAllowed refused:
                    throw SnapshotProblem.Unreadable(file.Path.ToString(), "file", refused.Reason, null);
                default:
                    throw new UnreachableException();
            }
        }

        throw SnapshotProblem.KeepsChanging(file.Path, MaxTries);
    }

    /// <summary>Reads a file once; <see langword="null"/> if what now stands at the path isn't what was opened.</summary>
    private async Task<HashedFile?> TryReadAsync(RelativePath path, FileStream stream, CancellationToken cancellationToken)
    {
        await using var owned = stream;
        try
        {
            var stamp = FileStamp.Of(stream.SafeFileHandle) ?? throw new IOException("what it is can't be told");
            var digest = await _digest(stream, cancellationToken);
            return FileStamp.OfEntry(Path.Join(_root.Path, path.ToString())) == stamp
                ? new HashedFile(ToManifestFile(path, digest, stamp.Size, stamp.WrittenAt), stamp.HasIdentity ? stamp : null, IsKnown: false)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SnapshotProblem.Unreadable(path.ToString(), "file", $"can't be read: {exception.Message}", exception);
        }
    }

    private static ManifestFile ToManifestFile(RelativePath path, Sha256Digest digest, long size, DateTimeOffset mtime) =>
        new() { Path = path, Sha256 = digest, Size = size, Mtime = ManifestTime.Round(mtime) };
}
