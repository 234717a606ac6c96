using System.Runtime.InteropServices;

namespace Lorch.Core.Storage;

/// <summary>Numbers by which the operating system tells why it failed (errno(3); Windows: winerror.h as HRESULT).</summary>
internal static class SystemError
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int NoDevice = 6;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int NotADirectory = 20;

    private const int WindowsFileExists = unchecked((int)0x80070050);
    private const int WindowsAlreadyExists = unchecked((int)0x800700B7);
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsLockViolation = unchecked((int)0x80070021);
    private const int WindowsDeletePending = unchecked((int)0x8007012F);
    private const int WindowsUserMapped = unchecked((int)0x800704C8);
    private const int WindowsNotReplaced = unchecked((int)0x80070497);
    private const int WindowsReplacementNotMoved = unchecked((int)0x80070498);
    private const int WindowsReplacementNotMovedAnyMore = unchecked((int)0x80070499);
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsWriteProtected = unchecked((int)0x80070013);

    /// <summary>The error of a link where none may be (<c>ELOOP</c>).</summary>
    public static int Loop => OperatingSystem.IsMacOS() ? 62 : 40;

    /// <summary>Somebody else holds a lock (<c>EWOULDBLOCK</c>).</summary>
    public static int WouldBlock => OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>The last P/Invoke's error as an exception, whose <see cref="Exception.HResult"/> is the number.</summary>
    public static IOException Last(string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);
    }

    public static bool SaysInUse(IOException exception) =>
        exception.HResult == (OperatingSystem.IsWindows() ? WindowsSharingViolation : WouldBlock);

    /// <summary>Whether somebody on Windows has the file open, or a part of it locked or mapped, or is about to delete it.</summary>
    public static bool SaysHeldOpen(Exception exception) => exception.HResult is
        WindowsSharingViolation or WindowsLockViolation or WindowsUserMapped or WindowsDeletePending
        or WindowsNotReplaced or WindowsReplacementNotMoved or WindowsReplacementNotMovedAnyMore;

    public static bool SaysExists(IOException exception) => OperatingSystem.IsWindows()
        ? exception.HResult is WindowsFileExists or WindowsAlreadyExists
        : exception.HResult == Exists;

    /// <summary>Whether no space is left, or none of the quota (<c>ENOSPC</c>, <c>EDQUOT</c>).</summary>
    public static bool SaysFull(Exception exception) => OperatingSystem.IsWindows()
        ? exception.HResult is WindowsDiskFull or WindowsHandleDiskFull
        : exception.HResult == 28 || exception.HResult == (OperatingSystem.IsMacOS() ? 69 : 122);

    /// <summary>Whether the file system can only be read (<c>EROFS</c>).</summary>
    public static bool SaysReadOnly(Exception exception) =>
        exception.HResult == (OperatingSystem.IsWindows() ? WindowsWriteProtected : 30);
}
