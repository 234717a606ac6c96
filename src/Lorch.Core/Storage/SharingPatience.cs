using System.Diagnostics;

namespace Lorch.Core.Storage;

/// <summary>
/// Waits for others to let go of a file. On Windows who has one open (an indexer, an editor, a virus scanner) can keep others from opening,
/// renaming and deleting it.
/// </summary>
/// <remarks>learn.microsoft.com/windows/win32/fileio/creating-and-opening-files: the way of sharing, ERROR_SHARING_VIOLATION.</remarks>
internal static class SharingPatience
{
    private const int LongestPauseMilliseconds = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Does something with a file, again and again for a while if somebody has it open.</summary>
    public static void Do(Action deed) => Do(
        _ =>
        {
            deed();
            return true;
        },
        IsInUse);

    /// <summary>Does something with a file, again and again for a while if somebody has it open.</summary>
    public static T Do<T>(Func<T> deed) => Do(_ => deed(), IsInUse);

    /// <summary>Does something again and again for a while.</summary>
    /// <param name="deed">What is done, told for how long it has been tried.</param>
    /// <param name="mayPass">Whether what the system said may be over soon.</param>
    public static T Do<T>(Func<TimeSpan, T> deed, Func<Exception, bool> mayPass)
    {
        var start = Stopwatch.GetTimestamp();
        for (var pause = 1; ; pause = Math.Min(2 * pause, LongestPauseMilliseconds))
        {
            var tried = Stopwatch.GetElapsedTime(start);
            try
            {
                return deed(tried);
            }
            catch (Exception exception) when (tried < Patience && mayPass(exception))
            {
                // The wait is for the system, not for anything that has a time in Lorch.
#pragma warning disable RS0030
                Thread.Sleep(pause);
#pragma warning restore RS0030
            }
        }
    }

    private static bool IsInUse(Exception exception) => OperatingSystem.IsWindows() && SystemError.SaysHeldOpen(exception);
}
