using Microsoft.Win32.SafeHandles;

namespace Lorch.Core.Storage.Locks;

/// <summary>The lock of an open file, flock(2), which goes with the last handle and so with the process.</summary>
/// <remarks>
/// .NET takes it, too, when it opens a file, but goes on without it where it is switched off or the file system has none.
/// </remarks>
internal static class AdvisoryLock
{
    /// <summary>
    /// Takes the lock of a file without waiting; on Windows, where the way a file is shared is the lock, there is nothing to do.
    /// </summary>
    /// <param name="path">The file's path, for messages.</param>
    /// <param name="file">The open file.</param>
    /// <param name="kind"><see cref="UnixCalls.LockShared"/> or <see cref="UnixCalls.LockExclusive"/>.</param>
    /// <returns><see langword="false"/> if another handle holds it.</returns>
    /// <exception cref="IOException">The file system has no locks.</exception>
    public static bool TryTake(string path, SafeFileHandle file, int kind)
    {
        if (OperatingSystem.IsWindows() || UnixCalls.Flock(file, kind | UnixCalls.LockNonBlocking) == 0)
        {
            return true;
        }

        var error = SystemError.Last(path);
        return SystemError.SaysInUse(error) ? false : throw error;
    }

    /// <summary>
    /// Lets a lock go before its file is closed: a process that is just being started holds a copy of every handle until its program is
    /// loaded.
    /// </summary>
    /// <param name="file">The open file.</param>
    public static void LetGo(SafeFileHandle file) => _ = UnixCalls.Flock(file, UnixCalls.LockNone);
}
