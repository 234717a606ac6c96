using System.Runtime.InteropServices;

namespace Lorch.Core.Storage;

/// <summary>Gives a file the name of another, which is gone then, or gets the first one's name.</summary>
internal static class FileReplacement
{
    /// <summary>How long the way that a crash can't hurt is tried alone.</summary>
    private static readonly TimeSpan Atomic = TimeSpan.FromMilliseconds(50);

    /// <summary>Moves a file over another one within their folder.</summary>
    /// <param name="path">An absolute path of a file that exists.</param>
    /// <param name="target">An absolute path in the same folder; nothing need be there.</param>
    /// <exception cref="IOException">The system refuses it.</exception>
    /// <exception cref="UnauthorizedAccessException">The system refuses it.</exception>
    public static void Move(string path, string target) => SharingPatience.Do(
        tried =>
        {
            MoveOnce(path, target, tried);
            return true;
        },
        exception => OperatingSystem.IsWindows()
            && (SystemError.SaysHeldOpen(exception) || (exception is UnauthorizedAccessException && IsWritable(target))));

#pragma warning disable RS0030 // This is part of what stands behind IDurableFiles
    /// <remarks>
    /// MoveFileEx is one step of the file system's journal, but fails while anybody has the target open; ReplaceFile succeeds if they share
    /// it for deletion, and takes two steps (learn.microsoft.com/windows/win32/api/winbase: nf-winbase-movefileexw,
    /// nf-winbase-replacefilew).
    /// </remarks>
    private static void MoveOnce(string path, string target, TimeSpan tried)
    {
        try
        {
            File.Move(path, target, overwrite: true);
        }
        catch (Exception exception) when (OperatingSystem.IsWindows()
            && StorageFailure.IsOne(exception)
            && tried > Atomic
            && IsWritable(target))
        {
            File.Replace(path, target, destinationBackupFileName: null, ignoreMetadataErrors: true);
        }
    }
#pragma warning restore RS0030

    /// <summary>Gives two files each the other's name, so that what a name led to before isn't lost but can be looked at.</summary>
    /// <param name="path">An absolute path of a file that exists.</param>
    /// <param name="other">An absolute path of another one in the same folder.</param>
    /// <exception cref="IOException">The system refuses it; the names are as they were, or both lead to what <paramref name="other"/>
    /// was.</exception>
    public static void Exchange(string path, string other)
    {
        if (OperatingSystem.IsWindows())
        {
            SharingPatience.Do(() => ExchangeOnWindows(path, other));
        }
        else if (UnixCalls.ExchangeNames(path, other) != 0)
        {
            ExchangeByLink(path, other);
        }
    }

    private static void ExchangeOnWindows(string path, string other)
    {
#pragma warning disable RS0030 // This is part of what stands behind IDurableFiles
        var aside = other + ".old";
        File.Replace(other, path, aside, ignoreMetadataErrors: true);
        File.Move(aside, other);
#pragma warning restore RS0030
    }

    /// <summary>
    /// Where the file system can't exchange (NFS, some of FUSE) a second name keeps the file while the other takes its name.
    /// </summary>
    private static void ExchangeByLink(string path, string other)
    {
        var error = Marshal.GetLastPInvokeError();
        var aside = other + ".old";
        if (!Path.Exists(path) || !Path.Exists(other) || UnixCalls.Link(path, aside) != 0)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }

#pragma warning disable RS0030 // This is part of what stands behind IDurableFiles
        File.Move(other, path, overwrite: true);
        File.Move(aside, other);
#pragma warning restore RS0030
    }

    /// <summary>A folder, or a file that may not be written, is refused with the same error as a file that is open, and stays so.</summary>
    private static bool IsWritable(string target) => new FileInfo(target) is { Exists: true, IsReadOnly: false };
}
