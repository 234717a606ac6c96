using System.Security.Cryptography;
using Lorch.Core.Hashing;
using Lorch.Core.Storage;

namespace Lorch.Core.Contents;

/// <summary>What runs in views made, and what landings replaced, by digest: proof that outlives a view.</summary>
/// <remarks>
/// A content is durable before a record names it. It is read only if it is what its name says, so whoever writes here can hide a content
/// but not give another one for it.
/// </remarks>
internal sealed class ContentStore(WorkspaceLayout layout, IDurableFiles files)
{
    private const int PartBytes = 128 * 1024;
    private static readonly byte[] IgnoreAll = "*\n"u8.ToArray();

    /// <summary>Whether anything was ever kept here.</summary>
    public bool Exists => Directory.Exists(layout.ContentsFolder);

    /// <summary>Keeps what a stream holds.</summary>
    /// <param name="content">The stream, from its beginning to its end.</param>
    /// <param name="digest">The digest that it must have.</param>
    /// <param name="cancellationToken">Stops before the content is kept.</param>
    /// <returns>Whether the stream held that; nothing is kept otherwise.</returns>
    public async Task<bool> KeepAsync(Stream content, Sha256Digest digest, CancellationToken cancellationToken)
    {
        // Git leaves alone what a folder says of itself, whatever the workspace's .gitignore was written with.
        await files.CreateAsync(Path.Join(layout.ContentsFolder, ".gitignore"), IgnoreAll, cancellationToken);
        try
        {
            await files.CreateAsync(layout.Content(digest), Parts(content, digest), cancellationToken);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Lists the contents that aren't what their names say, by their files.</summary>
    /// <param name="cancellationToken">Stops between two files.</param>
    public IEnumerable<string> FindDamaged(CancellationToken cancellationToken)
    {
        foreach (var file in Exists ? Directory.EnumerateFiles(layout.ContentsFolder, "*", SearchOption.AllDirectories) : [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            var hex = Path.GetFileName(Path.GetDirectoryName(file)) + Path.GetFileName(file);
            if (Sha256Digest.TryParse($"sha256:{hex}", out var digest) && TryRead(digest) is null)
            {
                yield return file;
            }
        }
    }

    /// <summary>Reads a content part by part.</summary>
    /// <param name="digest">Its digest.</param>
    /// <returns>The parts, each good until the next is asked for; <see langword="null"/> if it isn't kept, or damaged.</returns>
    public IEnumerable<ReadOnlyMemory<byte>>? TryRead(Sha256Digest digest)
    {
        try
        {
            var path = layout.Content(digest);
            using (var stream = OwnerOnlyFile.Open(path, FileMode.Open, FileAccess.Read, FileShare.Read))
            {
                if (Sha256Digest.FromHash(SHA256.HashData(stream)) != digest)
                {
                    return null;
                }
            }

            return Read(path, digest);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return null;
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Read(string path, Sha256Digest digest)
    {
        using var stream = OwnerOnlyFile.Open(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        foreach (var part in Parts(stream, digest))
        {
            yield return part;
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Parts(Stream content, Sha256Digest digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[PartBytes];
        while (content.Read(buffer, 0, buffer.Length) is var count and > 0)
        {
            hash.AppendData(buffer, 0, count);
            yield return buffer.AsMemory(0, count);
        }

        if (Sha256Digest.FromHash(hash.GetHashAndReset()) != digest)
        {
            throw new InvalidDataException("The content isn't what its digest says.");
        }
    }
}
