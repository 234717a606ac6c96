using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lorch.Core.Storage;

/// <summary>What Windows tells of files and .NET doesn't.</summary>
/// <remarks>
/// learn.microsoft.com/windows/win32/api/fileapi: nf-fileapi-createfilew, nf-fileapi-getfileinformationbyhandle,
/// nf-fileapi-getfinalpathnamebyhandlew. Calls set <see cref="Marshal.GetLastPInvokeError"/> on failure.
/// </remarks>
internal static partial class WindowsCalls
{
    /// <summary>How many bytes <c>BY_HANDLE_FILE_INFORMATION</c> has.</summary>
    public const int InformationSize = 52;

    private const string Library = "kernel32";
    private const uint ReadAttributes = 0x80;
    private const uint OpenExisting = 3;
    private const uint BackupSemantics = 0x0200_0000;
    private const uint OpenReparsePoint = 0x0020_0000;
    private const int LongestPlainPath = 247;
    private const int UsualPath = 512;

    /// <summary>Opens a file or a folder to look at it, which nobody's way of sharing can prevent.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="followsLink">Whether a link is followed.</param>
    /// <returns>The handle; an invalid one if nothing can be opened.</returns>
    public static SafeFileHandle Look(string path, bool followsLink) => CreateFile(
        Extended(path),
        ReadAttributes,
        FileShare.ReadWrite | FileShare.Delete,
        0,
        OpenExisting,
        followsLink ? BackupSemantics : BackupSemantics | OpenReparsePoint,
        0);

    /// <summary>Fills in what the system knows of an open file: <c>BY_HANDLE_FILE_INFORMATION</c>.</summary>
    public static bool TryGetInformation(SafeFileHandle file, Span<byte> information) => GetFileInformationByHandle(file, information) != 0;

    /// <summary>Counts the names of an open file, its hard links; 1 where that can't be told.</summary>
    public static long CountNames(SafeFileHandle file)
    {
        Span<byte> information = stackalloc byte[InformationSize];
        return TryGetInformation(file, information) ? MemoryMarshal.Read<uint>(information[40..]) : 1;
    }

    /// <summary>Gets where an open file or folder really lies, over no link; <see langword="null"/> where that can't be told.</summary>
    public static string? FinalPath(SafeFileHandle file)
    {
        Span<char> text = stackalloc char[UsualPath];
        var length = (int)GetFinalPathNameByHandle(file, text, UsualPath, 0);
        if (length > UsualPath)
        {
            // The length that is needed, with the zero at the end.
            text = new char[length];
            length = (int)GetFinalPathNameByHandle(file, text, (uint)text.Length, 0);
        }

        return length == 0 || length >= text.Length ? null : new string(text[..length]);
    }

    /// <summary>
    /// Windows takes paths longer than MAX_PATH in this form alone, unless the machine and the program say otherwise
    /// (fileio/maximum-file-path-limitation).
    /// </summary>
    private static string Extended(string path) =>
        path.Length <= LongestPlainPath || path.StartsWith(@"\\?\", StringComparison.Ordinal) ? path
            : path.StartsWith(@"\\", StringComparison.Ordinal) ? @"\\?\UNC\" + path[2..]
            : @"\\?\" + path;

    [LibraryImport(Library, EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial SafeFileHandle CreateFile(
        string path,
        uint access,
        FileShare share,
        nint security,
        uint disposition,
        uint flags,
        nint template);

    [LibraryImport(Library, EntryPoint = "GetFileInformationByHandle", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int GetFileInformationByHandle(SafeFileHandle file, Span<byte> information);

    [LibraryImport(Library, EntryPoint = "GetFinalPathNameByHandleW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint GetFinalPathNameByHandle(SafeFileHandle file, Span<char> path, uint length, uint flags);
}
