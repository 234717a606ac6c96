using System.Runtime.InteropServices;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>
/// What a scan asks of Linux, on bare descriptors and bare names: a handle or a text for each of 100,000 files would cost more than the
/// answers.
/// </summary>
/// <remarks>
/// Manual pages: open(2) for openat, close(2), getdents(2) for getdents64, statx(2), readlink(2) for readlinkat, read(2), posix_fadvise(2).
/// </remarks>
internal static unsafe partial class LinuxCalls
{
    public const int StatusSize = 256;

    public const int Interrupted = 4;

    private const string Library = "libc";
    private const int CurrentFolder = -100;
    private const int StatxNoFollow = 0x100;
    private const int StatxNoAutomount = 0x800;
    private const int StatxEmptyPath = 0x1000;
    private const int AdviceSequential = 2;

    // STATX_TYPE, MODE, MTIME, CTIME, INO, SIZE.
    private const uint StatxWanted = 0x1 | 0x2 | 0x40 | 0x80 | 0x100 | 0x200;
    private const uint StatxLinks = 0x4;
    private const int OffsetOfLinks = 16;

    /// <summary>Gets a value indicating whether the calls are known here. Other processors number them differently.</summary>
    public static bool IsSupported { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Opens a folder by its path, following links; below 0: the negated error.</summary>
    public static int OpenFolder(string path)
    {
        fixed (byte* name = PathBytes.Of(path + '\0'))
        {
            return OpenAt(CurrentFolder, name, UnixCalls.FlagsOfFollowedFolder);
        }
    }

    /// <summary>Opens a folder inside an open folder; a link isn't followed but fails. Below 0: the negated error.</summary>
    public static int OpenFolderAt(int folder, byte* name) => OpenAt(folder, name, UnixCalls.FlagsOfFolder);

    /// <summary>
    /// Opens what has a name inside an open folder for reading, without waiting for the other end of a FIFO; a link isn't followed but
    /// fails.
    /// </summary>
    public static int OpenFileAt(int folder, byte* name) => OpenAt(folder, name, UnixCalls.FlagsOfFile);

    /// <summary>Looks at a name in an open folder, at a link as at anything else; below 0: the negated error.</summary>
    public static int GetStatus(int folder, byte* name, byte* status) =>
        Statx(folder, name, StatxNoFollow | StatxNoAutomount, StatxWanted, status) == 0 ? 0 : -Marshal.GetLastSystemError();

    /// <summary>Looks at an open file; below 0: the negated error.</summary>
    public static int GetStatus(int file, byte* status)
    {
        byte nothing = 0;
        return Statx(file, &nothing, StatxEmptyPath, StatxWanted | StatxLinks, status) == 0 ? 0 : -Marshal.GetLastSystemError();
    }

    /// <summary>Gets how many names an open file has that was looked at.</summary>
    public static uint LinksOf(byte* status) => *(uint*)(status + OffsetOfLinks);

    /// <summary>Reads entries of an open folder; 0 at its end, below 0: the negated error.</summary>
    public static int ReadEntries(int folder, byte* buffer, int size)
    {
        nint read;
        int error;
        do
        {
            read = SystemCall(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 217 : 61, folder, buffer, size);
            error = read < 0 ? Marshal.GetLastSystemError() : 0;
        }
        while (error == Interrupted);
        return read < 0 ? -error : (int)read;
    }

    /// <summary>Reads from an open file; 0 at its end, below 0: the negated error.</summary>
    public static int Read(int file, byte* buffer, int size)
    {
        nint read;
        int error;
        do
        {
            read = ReadOnce(file, buffer, size);
            error = read < 0 ? Marshal.GetLastSystemError() : 0;
        }
        while (error == Interrupted);
        return read < 0 ? -error : (int)read;
    }

    /// <summary>Reads where a link leads; below 0: the negated error.</summary>
    public static int ReadLink(int folder, byte* name, byte* buffer, int size) =>
        ReadLinkAt(folder, name, buffer, size) is var length and >= 0 ? (int)length : -Marshal.GetLastSystemError();

    /// <summary>Tells that a file will be read from front to back.</summary>
    public static void AdviseSequential(int file) => _ = Advise(file, 0, 0, AdviceSequential);

    [LibraryImport(Library, EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Close(int descriptor);

    private static int OpenAt(int folder, byte* name, int flags)
    {
        int descriptor;
        int error;
        do
        {
            descriptor = OpenAtOnce(folder, name, flags, 0);
            error = descriptor < 0 ? Marshal.GetLastSystemError() : 0;
        }
        while (error == Interrupted);
        return descriptor < 0 ? -error : descriptor;
    }

    [LibraryImport(Library, EntryPoint = "openat")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenAtOnce(int folder, byte* name, int flags, int mode);

    [LibraryImport(Library, EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, byte* name, int flags, uint mask, byte* status);

    [LibraryImport(Library, EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SystemCall(nint number, nint folder, byte* buffer, nint size);

    [LibraryImport(Library, EntryPoint = "read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReadOnce(int file, byte* buffer, nint size);

    [LibraryImport(Library, EntryPoint = "readlinkat")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReadLinkAt(int folder, byte* name, byte* buffer, nint size);

    [LibraryImport(Library, EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(int file, long offset, long length, int advice);
}
