using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Lorch.Core.Snapshots;

/// <summary>Reads the raw entries of a folder on Linux: opendir(3), readdir(3), closedir(3).</summary>
/// <remarks>The framework asks for the status of every entry to tell links from files; the entries themselves say that already.</remarks>
internal static partial class LinuxFolder
{
    private const string Library = "libc";
    private const int NoEntry = 2;
    private const int NotAFolder = 20;
    private const int AccessDenied = 13;

    // struct dirent of 64-bit Linux, with glibc as with musl.
    private const int OffsetOfType = 18;
    private const int OffsetOfName = 19;

    private static readonly UTF8Encoding Lossy = new(false);

    /// <summary>Gets a value indicating whether the layout of an entry is known here.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Lists a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">It isn't there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static List<FolderEntry> Read(string path)
    {
        var folder = OpenFolder(path);
        if (folder == 0)
        {
            throw Failure(path, Marshal.GetLastPInvokeError());
        }

        try
        {
            var entries = new List<FolderEntry>();
            while (ReadEntry(folder) is var entry && entry != 0)
            {
                Add(entries, entry, path);
            }

            return Marshal.GetLastPInvokeError() is var error and not 0 ? throw Failure(path, error) : entries;
        }
        finally
        {
            _ = CloseFolder(folder);
        }
    }

    private static unsafe void Add(List<FolderEntry> entries, nint entry, string folder)
    {
        var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)entry + OffsetOfName);
        if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
        {
            return;
        }

        var text = Lossy.GetString(name);
        entries.Add(new FolderEntry(text, KindOf(((byte*)entry)[OffsetOfType], Path.Join(folder, text)), Utf8.IsValid(name)));
    }

    /// <summary>Reads <c>d_type</c> of dirent.h. Some file systems leave it open.</summary>
    private static FolderEntryKind KindOf(byte type, string path) => type switch
    {
        0 => KindOf(File.GetAttributes(path)),
        4 => FolderEntryKind.Folder,
        8 => FolderEntryKind.File,
        10 => FolderEntryKind.Link,
        _ => FolderEntryKind.Special,
    };

    private static FolderEntryKind KindOf(FileAttributes attributes) => (attributes & FileAttributes.ReparsePoint) != 0
        ? FolderEntryKind.Link
        : (attributes & FileAttributes.Directory) != 0 ? FolderEntryKind.Folder : FolderEntryKind.File;

    private static Exception Failure(string path, int error) => error switch
    {
        NoEntry or NotAFolder => new DirectoryNotFoundException(path),
        AccessDenied => new UnauthorizedAccessException(Marshal.GetPInvokeErrorMessage(error)),
        _ => new IOException(Marshal.GetPInvokeErrorMessage(error)),
    };

    [LibraryImport(Library, EntryPoint = "opendir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint OpenFolder(string path);

    [LibraryImport(Library, EntryPoint = "readdir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReadEntry(nint folder);

    [LibraryImport(Library, EntryPoint = "closedir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseFolder(nint folder);
}
