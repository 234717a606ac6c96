namespace Lorch.Core.Storage;

/// <summary>
/// Makes the names in a folder durable. On Unix a synced file can still lose its name until its folder is synced, too (fsync(2)).
/// </summary>
internal static class DirectorySync
{
    /// <summary>Syncs a folder; on Windows, where the file system's journal keeps names, it does nothing.</summary>
    /// <param name="folder">An absolute path of a folder that exists.</param>
    /// <exception cref="IOException">The system couldn't open or sync the folder.</exception>
    public static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = UnixCalls.OpenFolder(folder);
        if (handle.IsInvalid)
        {
            throw SystemError.Last(folder);
        }

        RandomAccess.FlushToDisk(handle);
    }
}
