namespace Lorch.Core.Storage;

/// <summary>Gives a file the name of another, which is gone then.</summary>
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

    /// <summary>A folder, or a file that may not be written, is refused with the same error as a file that is open, and stays so.</summary>
    private static bool IsWritable(string target) => new FileInfo(target) is { Exists: true, IsReadOnly: false };
}
