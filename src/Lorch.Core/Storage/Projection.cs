namespace Lorch.Core.Storage;

/// <summary>
/// Files that only say again what is known from elsewhere: whatever stands in their place is as good as nothing, and is replaced.
/// </summary>
internal static class Projection
{
    private const int EarliestYear = 1601;
    private const int LatestYear = 9999;

    /// <summary>Reads a file.</summary>
    /// <param name="path">An absolute path.</param>
    /// <returns>What it holds; <see langword="null"/> if nothing is there that can be read.</returns>
    public static byte[]? TryRead(string path)
    {
        try
        {
            return NoFifo.ReadAllBytes(path);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // It isn't worth an error: the caller makes it again.
            return null;
        }
    }

    /// <summary>Writes a file unless it holds the same already; its time stays as it is then.</summary>
    /// <param name="files">What writes durably.</param>
    /// <param name="path">An absolute path.</param>
    /// <param name="content">What it is to hold.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>Whether it was written.</returns>
    /// <exception cref="LorchException">It couldn't be written.</exception>
    public static async Task<bool> UpdateAsync(
        IDurableFiles files,
        string path,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken)
    {
        if (TryRead(path) is { } present && content.Span.SequenceEqual(present))
        {
            return false;
        }

        await ReplaceAsync(files, path, content, cancellationToken);
        return true;
    }

    /// <summary>Writes a file. A folder in its place may hold something of somebody's, so it gets another name.</summary>
    /// <param name="files">What writes durably.</param>
    /// <param name="path">An absolute path.</param>
    /// <param name="content">What it is to hold.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>A task that completes when the file is durable.</returns>
    /// <exception cref="LorchException">It couldn't be written.</exception>
    public static async Task ReplaceAsync(
        IDurableFiles files,
        string path,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
        {
            await Alteration.PutAsideAsync(files, path);
        }

        await files.ReplaceAsync(path, content, cancellationToken);
    }

    /// <summary>Gives a file a later time than another one, for an engine that compares them.</summary>
    /// <param name="path">An absolute path of a file that is there.</param>
    /// <param name="than">An absolute path of the other one; nothing is done if no file is there.</param>
    /// <param name="step">How much later.</param>
    public static void MakeNewer(string path, string than, TimeSpan step)
    {
        if (FileStamp.Of(than) is not { IsRegular: true, WrittenAt: var time } || FileStamp.Of(path) is not { WrittenAt: var own })
        {
            return;
        }

        if (time.Year is <= EarliestYear or >= LatestYear)
        {
            // File systems know times that no engine can read, so that a build would end at it.
            time = DateTimeOffset.UnixEpoch;
            File.SetLastWriteTimeUtc(than, time.UtcDateTime);
        }

        if (own <= time || own.Year >= LatestYear)
        {
            File.SetLastWriteTimeUtc(path, (time + step).UtcDateTime);
        }
    }
}
