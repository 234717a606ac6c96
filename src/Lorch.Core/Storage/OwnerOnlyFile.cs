namespace Lorch.Core.Storage;

/// <summary>Opens files that nobody but their owner may read, where the system has modes.</summary>
internal static class OwnerOnlyFile
{
    /// <summary>Makes a file to write and read that goes when it is closed.</summary>
    public static FileStream OpenPassing(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share) =>
        Open(path, mode, access, share, expectedSize: 0);

    /// <summary>Opens a file for which room is made at once.</summary>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share, long expectedSize)
    {
        NoFifo.Avoid(path);
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = access,
            Share = share,
            BufferSize = 0,
            PreallocationSize = expectedSize
        };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
