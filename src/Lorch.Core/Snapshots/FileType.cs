using System.Runtime.InteropServices;

namespace Lorch.Core.Snapshots;

/// <summary>Asks Linux for a file's type, which the framework doesn't tell: statx(2), whose layout is the same on every architecture.</summary>
internal static partial class FileType
{
    private const int AtCurrentFolder = -100;
    private const int AtSymlinkNoFollow = 0x100;
    private const uint WithType = 0x1;
    private const int SizeOfStatx = 256;
    private const int OffsetOfMode = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>Whether there is a socket, a FIFO or a device; elsewhere than on Linux there never is.</summary>
    public static bool IsSpecial(string path) => OperatingSystem.IsLinux() && TryGetType(path, out var type) && type != Regular;

    /// <summary>Whether there is anything by exactly that name, if only a link that leads nowhere.</summary>
    public static bool Exists(string path) => OperatingSystem.IsLinux() ? TryGetType(path, out _) : Path.Exists(path);

    private static bool TryGetType(string path, out int type)
    {
        Span<byte> status = stackalloc byte[SizeOfStatx];
        var isFound = Statx(AtCurrentFolder, path, AtSymlinkNoFollow, WithType, status) == 0;
        type = MemoryMarshal.Read<ushort>(status[OffsetOfMode..]) & TypeMask;
        return isFound;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> status);
}
