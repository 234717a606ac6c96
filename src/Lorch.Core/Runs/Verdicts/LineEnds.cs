using Lorch.Core.Hashing;
using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Verdicts;

/// <summary>Finds out whether a file's line ends are all that changed in it: checkouts convert them.</summary>
internal sealed class LineEnds(WorkspaceRoot root)
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Whether a file would hold what it once held if its lines ended otherwise, all with CRLF or all with LF.</summary>
    /// <param name="path">The file.</param>
    /// <param name="before">The digest of what it held.</param>
    /// <returns><see langword="false"/> also for a large file, and for one that can't be read.</returns>
    public bool AreAllThatDiffers(RelativePath path, Sha256Digest before)
    {
        if (root.Open(path) is not FileOpening.Opened { Stream: var stream, Size: var size })
        {
            return false;
        }

        using (stream)
        {
            var bytes = new byte[size <= MaxBytes ? size : 0];
            try
            {
                stream.ReadExactly(bytes);
            }
            catch (Exception exception) when (StorageFailure.IsOne(exception))
            {
                // Only the reason would have been more precise.
                return false;
            }

            var withLf = WithLf(bytes);
            return Sha256Digest.Of(withLf) == before || Sha256Digest.Of(WithCrLf(withLf)) == before;
        }
    }

    /// <summary>Ends every line of a text with LF.</summary>
    public static byte[] WithLf(byte[] bytes) =>
        [.. bytes.Where((value, index) => value != '\r' || index + 1 == bytes.Length || bytes[index + 1] != '\n')];

    /// <summary>Ends every line of a text whose lines end with LF with CRLF.</summary>
    public static byte[] WithCrLf(byte[] bytes)
    {
        var longer = new List<byte>(bytes.Length);
        foreach (var value in bytes)
        {
            if (value == '\n')
            {
                longer.Add((byte)'\r');
            }

            longer.Add(value);
        }

        return [.. longer];
    }
}
