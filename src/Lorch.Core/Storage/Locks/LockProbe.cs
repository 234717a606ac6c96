using Microsoft.Win32.SafeHandles;

namespace Lorch.Core.Storage.Locks;

/// <summary>Asks who holds a lock file, without taking the lock.</summary>
internal static class LockProbe
{
    private const int MaxHolderLength = 1024;

    /// <summary>Reads the holder of a lock.</summary>
    /// <param name="path">The lock file's path.</param>
    /// <returns>The holder, or null when nobody holds it.</returns>
    public static LockHolder? Read(string path) => OperatingSystem.IsWindows() ? ReadOnWindows(path) : ReadOnUnix(path);

    /// <summary>Reads the holder of a lock through its file, opened on Unix, and leaves no lock on it.</summary>
    /// <param name="path">The lock file's path, for messages.</param>
    /// <param name="file">The open file.</param>
    /// <returns>The holder, or null when nobody holds it.</returns>
    public static LockHolder? Look(string path, SafeFileHandle file)
    {
        // A shared lock: readers don't take each other for the holder.
        if (!AdvisoryLock.TryTake(path, file, UnixCalls.LockShared))
        {
            return ReadText(file);
        }

        AdvisoryLock.LetGo(file);
        return null;
    }

    private static LockHolder? ReadOnUnix(string path)
    {
        // Not opened by .NET, which would take a shared lock itself and fail.
        using var file = UnixCalls.OpenFile(path);
        if (file.IsInvalid)
        {
            var error = SystemError.Last(path);
            return error.HResult is SystemError.NoEntry or SystemError.NotADirectory ? null : throw error;
        }

        return Look(path, file);
    }

    private static LockHolder? ReadOnWindows(string path)
    {
        const FileShare everything = FileShare.ReadWrite | FileShare.Delete;
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var probe = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, everything);
            return null;
        }
        catch (IOException exception) when (SystemError.SaysInUse(exception))
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, everything);
            return ReadText(file);
        }
    }

    private static LockHolder ReadText(SafeFileHandle file)
    {
        Span<byte> text = stackalloc byte[MaxHolderLength];
        var length = RandomAccess.Read(file, text, 0);
        return LockHolder.FromJsonLine(text[..length]) ?? new LockHolder { Pid = 0, StartedAt = default };
    }
}
