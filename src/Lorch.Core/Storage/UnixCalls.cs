using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Lorch.Core.Storage;

/// <summary>What Linux and macOS offer for files and .NET doesn't.</summary>
/// <remarks>
/// Manual pages: open(2) for openat, link(2), unlink(2), rename(2) for renameat2 and, on macOS, renameatx_np, flock(2), statx(2),
/// geteuid(2), and stat(2) for macOS' fstat. Calls return -1 on failure, with the reason in <see cref="Marshal.GetLastPInvokeError"/>.
/// </remarks>
internal static partial class UnixCalls
{
    public const int LockShared = 1;
    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;
    public const int LockNone = 8;

    /// <summary>How much room a status takes; <c>struct statx</c> and macOS' <c>struct stat</c> are smaller.</summary>
    public const int StatusSize = 256;

    private const string Library = "libc";
    private const int StatxEmptyPath = 0x1000;
    private const int StatxNoFollow = 0x100;
    private const uint StatxBasic = 0x7FF;
    private const uint LinuxRenameNoReplace = 1;
    private const uint MacRenameExclusive = 4;
    private const uint RenameSwap = 2;
    private const uint MacFullPath = 0x0800_0000;
    private const int MacLongestPath = 1024;

    /// <summary>Gets the flags of open(2) for a folder that may be reached over links.</summary>
    public static int FlagsOfFollowedFolder => CloseOnExec | DirectoryOnly;

    /// <summary>Gets the flags of open(2) for a folder itself; a link isn't followed but fails.</summary>
    public static int FlagsOfFolder => CloseOnExec | NoFollow | DirectoryOnly;

    /// <summary>
    /// Gets the flags of open(2) for reading whatever is there, without waiting for the other end of a FIFO; a link isn't followed but
    /// fails.
    /// </summary>
    public static int FlagsOfFile => CloseOnExec | NoFollow | NonBlocking | NoTerminal;

    private static int CurrentFolder => OperatingSystem.IsMacOS() ? -2 : -100;

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x100_0000 : 0x8_0000;

    private static int NonBlocking => OperatingSystem.IsMacOS() ? 0x4 : 0x800;

    private static int NoTerminal => OperatingSystem.IsMacOS() ? 0x2_0000 : 0x100;

    // Linux numbers these two differently on ARM and POWER than everywhere else (asm/fcntl.h).
    private static int DirectoryOnly => OperatingSystem.IsMacOS() ? 0x10_0000 : HasArmFlags ? 0x4000 : 0x1_0000;

    private static int NoFollow => OperatingSystem.IsMacOS() ? 0x100 : HasArmFlags ? 0x8000 : 0x2_0000;

    /// <summary>Gets whether macOS' stat(2) has one form only: the older processors have another one for programs of long ago.</summary>
    private static bool HasPlainStat => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private static bool HasArmFlags =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Armv6 or Architecture.Arm64 or Architecture.Ppc64le;

    /// <summary>Opens a folder by its path, following links.</summary>
    public static SafeFileHandle OpenFolder(string path) => OpenAt(CurrentFolder, path, FlagsOfFollowedFolder);

    /// <summary>
    /// Opens a file by its path for reading, following links, without the lock that .NET takes on every file that it opens.
    /// </summary>
    public static SafeFileHandle OpenFile(string path) => OpenAt(CurrentFolder, path, CloseOnExec | NonBlocking | NoTerminal);

    /// <summary>Opens a folder inside an open folder; a link isn't followed but fails.</summary>
    public static SafeFileHandle OpenFolderAt(SafeFileHandle folder, string name) =>
        OpenAt(folder, name, FlagsOfFolder);

    /// <summary>
    /// Opens whatever has the name inside an open folder for reading, without waiting for the other end of a FIFO; a link isn't followed
    /// but fails.
    /// </summary>
    public static SafeFileHandle OpenFileAt(SafeFileHandle folder, string name) =>
        OpenAt(folder, name, FlagsOfFile);

    /// <summary>Gets the type bits (<c>S_IFMT</c>) of an open file's mode, or -1.</summary>
    public static int GetFileType(SafeFileHandle file)
    {
        // Offsets: stx_mode of struct statx, and st_mode of macOS' struct stat.
        Span<byte> status = stackalloc byte[StatusSize];
        return GetStatus(file, status) < 0 ? -1 : MemoryMarshal.Read<ushort>(status[(OperatingSystem.IsMacOS() ? 4 : 28)..]) & 0xF000;
    }

    /// <summary>Counts the names of an open file, its hard links; 1 where that can't be told.</summary>
    public static long CountNames(SafeFileHandle file)
    {
        // Offsets: stx_nlink of struct statx, and st_nlink of macOS' struct stat.
        Span<byte> status = stackalloc byte[StatusSize];
        return GetStatus(file, status) < 0 ? 1
            : OperatingSystem.IsMacOS() ? MemoryMarshal.Read<ushort>(status[6..])
            : MemoryMarshal.Read<uint>(status[16..]);
    }

    /// <summary>
    /// Fills in what the system knows of the file that a path leads to, links followed: <c>struct statx</c>, on macOS <c>struct stat</c>.
    /// </summary>
    public static int GetStatus(string path, Span<byte> status) =>
        !OperatingSystem.IsMacOS() ? StatxPath(CurrentFolder, path, 0, StatxBasic, status)
        : HasPlainStat ? Stat(path, status)
        : StatInode64(path, status);

    /// <summary>Fills in what the system knows of what a path names, be it a link.</summary>
    public static int GetOwnStatus(string path, Span<byte> status) =>
        !OperatingSystem.IsMacOS() ? StatxPath(CurrentFolder, path, StatxNoFollow, StatxBasic, status)
        : HasPlainStat ? Lstat(path, status)
        : LstatInode64(path, status);

    /// <summary>Fills in what the system knows of an open file.</summary>
    public static int GetStatus(SafeFileHandle file, Span<byte> status) =>
        !OperatingSystem.IsMacOS() ? Statx(file, "", StatxEmptyPath, StatxBasic, status)
        : HasPlainStat ? Fstat(file, status)
        : FstatInode64(file, status);

    /// <summary>
    /// Gets where an open file or folder really lies, in the letters that the disk has: ATTR_CMN_FULLPATH of macOS' getattrlist(2); <see
    /// langword="null"/> where that can't be told.
    /// </summary>
    public static string? RealPath(SafeFileHandle file)
    {
        // struct attrlist: the count of the groups of attributes, and the first group's. The answer: its length, where the text lies,
        // counted from there, and how long it is.
        Span<uint> wanted = [5, MacFullPath, 0, 0, 0, 0];
        Span<byte> answer = stackalloc byte[MacLongestPath + 12];
        if (!OperatingSystem.IsMacOS() || GetAttributes(file, wanted, answer, (nuint)answer.Length, 0) != 0)
        {
            return null;
        }

        var text = answer[(4 + MemoryMarshal.Read<int>(answer[4..]))..];
        return new UTF8Encoding(false).GetString(text[..text.IndexOf((byte)0)]);
    }

    /// <summary>Gets what names the boot of a Mac: kern.bootsessionuuid of sysctl(3); <see langword="null"/> where there is none.</summary>
    public static string? BootSession()
    {
        Span<byte> text = stackalloc byte[64];
        var length = (nuint)text.Length;
        return OperatingSystem.IsMacOS() && SystemControl("kern.bootsessionuuid", text, ref length, 0, 0) == 0
            ? new UTF8Encoding(false).GetString(text[..(int)length].TrimEnd((byte)0))
            : null;
    }

    /// <summary>Renames a file unless the new name exists.</summary>
    public static int RenameExclusively(string path, string newPath) => OperatingSystem.IsMacOS()
        ? RenameAtX(CurrentFolder, path, CurrentFolder, newPath, MacRenameExclusive)
        : RenameAt2(CurrentFolder, path, CurrentFolder, newPath, LinuxRenameNoReplace);

    /// <summary>Gives two files each the other's name: RENAME_EXCHANGE, on macOS RENAME_SWAP.</summary>
    public static int ExchangeNames(string path, string other) => OperatingSystem.IsMacOS()
        ? RenameAtX(CurrentFolder, path, CurrentFolder, other, RenameSwap)
        : RenameAt2(CurrentFolder, path, CurrentFolder, other, RenameSwap);

    /// <summary>Gets the number of the user whose rights this process has: geteuid(2).</summary>
    [LibraryImport(Library, EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial uint GetEffectiveUser();

    [LibraryImport(Library, EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Link(string path, string newPath);

    [LibraryImport(Library, EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Unlink(string path);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Flock(SafeFileHandle file, int operation);

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenAt(int folder, string path, int flags);

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenAt(SafeFileHandle folder, string path, int flags);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(SafeFileHandle folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatxPath(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport(Library, EntryPoint = "fstat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fstat(SafeFileHandle file, Span<byte> status);

    [LibraryImport(Library, EntryPoint = "fstat$INODE64", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FstatInode64(SafeFileHandle file, Span<byte> status);

    [LibraryImport(Library, EntryPoint = "stat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat(string path, Span<byte> status);

    [LibraryImport(Library, EntryPoint = "stat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatInode64(string path, Span<byte> status);

    [LibraryImport(Library, EntryPoint = "lstat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Lstat(string path, Span<byte> status);

    [LibraryImport(Library, EntryPoint = "lstat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LstatInode64(string path, Span<byte> status);

    [LibraryImport(Library, EntryPoint = "sysctlbyname", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SystemControl(string name, Span<byte> value, ref nuint length, nint newValue, nuint newLength);

    [LibraryImport(Library, EntryPoint = "fgetattrlist", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetAttributes(SafeFileHandle file, Span<uint> wanted, Span<byte> answer, nuint size, uint options);

    [LibraryImport(Library, EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameAt2(int folder, string path, int newFolder, string newPath, uint flags);

    [LibraryImport(Library, EntryPoint = "renameatx_np", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameAtX(int folder, string path, int newFolder, string newPath, uint flags);
}
