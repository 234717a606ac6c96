namespace Lorch.Core.Storage;

/// <summary>Keeps Lorch from waiting for the other end of a FIFO that somebody put in the place of one of its files.</summary>
internal static class NoFifo
{
    /// <summary>Refuses to open a FIFO.</summary>
    /// <param name="path">An absolute path; what else is there, or that nothing is, is for the caller to find.</param>
    /// <exception cref="IOException">A FIFO is there.</exception>
    public static void Avoid(string path)
    {
        if (FileStamp.Of(path) is { IsFifo: true })
        {
            throw new IOException($"'{path}' is a FIFO, not a regular file");
        }
    }

    /// <summary>Reads a file, and keeps nobody from writing, replacing or deleting it meanwhile.</summary>
    /// <param name="path">An absolute path.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="IOException">It isn't there, is a FIFO, or can't be read.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        Avoid(path);
        return Read(path);
    }

    private static byte[] Read(string path)
    {
        using var file = SharingPatience.Do(
            () => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var bytes = new byte[RandomAccess.GetLength(file)];
        var length = 0;
        for (int read; length < bytes.Length && (read = RandomAccess.Read(file, bytes.AsSpan(length), length)) > 0;)
        {
            length += read;
        }

        // Somebody may have cut it meanwhile.
        return length == bytes.Length ? bytes : bytes[..length];
    }
}
