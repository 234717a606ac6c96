using System.Runtime.InteropServices;

namespace Lorch.Core.Storage;

/// <summary>Gives a file a new name that nobody has, atomically. On Unix, .NET's own move looks first and renames then.</summary>
internal static class ExclusiveMove
{
    /// <summary>Moves a file within its folder unless the target exists.</summary>
    /// <param name="path">An absolute path of a file that exists.</param>
    /// <param name="newPath">An absolute path in the same folder.</param>
    /// <returns><see langword="false"/> if the target exists; nothing has happened then.</returns>
    /// <exception cref="IOException">The system refused it for another reason.</exception>
    public static bool TryMove(string path, string newPath) =>
        OperatingSystem.IsWindows() ? TryMoveOnWindows(path, newPath) : TryMoveOnUnix(path, newPath);

    private static bool TryMoveOnWindows(string path, string newPath)
    {
        try
        {
#pragma warning disable RS0030 // This is part of what stands behind IDurableFiles; MoveFileEx without MOVEFILE_REPLACE_EXISTING is atomic
            SharingPatience.Do(() => File.Move(path, newPath));
#pragma warning restore RS0030
            return true;
        }
        catch (IOException exception) when (SystemError.SaysExists(exception))
        {
            return false;
        }
    }

    private static bool TryMoveOnUnix(string path, string newPath)
    {
        if (UnixCalls.RenameExclusively(path, newPath) == 0)
        {
            return true;
        }

        // Not every file system can rename so (NFS can't); a hard link is as exclusive, and its error is the one to tell.
        if (Marshal.GetLastPInvokeError() == SystemError.Exists)
        {
            return false;
        }

        if (UnixCalls.Link(path, newPath) == 0)
        {
            return UnixCalls.Unlink(path) == 0 ? true : throw SystemError.Last(path);
        }

        var error = SystemError.Last(newPath);
        return SystemError.SaysExists(error) ? false : throw error;
    }
}
