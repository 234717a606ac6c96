using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lorch.Core.Storage;

/// <summary>Turns a <see cref="RelativePath"/> into an open file: the one place that decides what the disk allows.</summary>
/// <remarks>No link is followed in any part of a path, so nobody can swap a folder for a link between a check and the opening.</remarks>
internal sealed class WorkspaceRoot
{
    private const int RegularFile = 0x8000;

    /// <summary>Initializes a new instance of the <see cref="WorkspaceRoot"/> class.</summary>
    /// <param name="absolutePath">The workspace root, absolute. It may itself be reached over links.</param>
    /// <exception cref="ArgumentException">The path isn't absolute.</exception>
    public WorkspaceRoot(string absolutePath)
    {
        if (!System.IO.Path.IsPathFullyQualified(absolutePath))
        {
            throw new ArgumentException($"'{absolutePath}' is not an absolute path.", nameof(absolutePath));
        }

        Path = absolutePath;
    }

    /// <summary>Gets the absolute path.</summary>
    public string Path { get; }

    /// <summary>Opens a regular file for reading.</summary>
    /// <param name="path">Where it should be.</param>
    /// <returns>The open file, or why there is none.</returns>
    public FileOpening Open(RelativePath path) =>
        OperatingSystem.IsWindows() ? WindowsOpening.Open(Path, path) : OpenOnUnix(path.ToString().Split('/'));

    /// <summary>Whether anything has that name, be it a dangling link or something that can't be read.</summary>
    /// <param name="path">Where to look.</param>
    /// <returns><see langword="false"/> only if it is certain that nothing is there.</returns>
    public bool Exists(RelativePath path)
    {
        var opening = Open(path);
        if (opening is FileOpening.Opened { Stream: var stream })
        {
            stream.Dispose();
        }

        // What is reached over a link, or can't be looked at, isn't proven to be gone.
        return opening is not FileOpening.Absent;
    }

    /// <summary>Takes the handle over if it is that of a regular file.</summary>
    private static FileOpening Accept(SafeFileHandle handle) => UnixCalls.GetFileType(handle) switch
    {
        RegularFile => new FileOpening.Opened(
            new FileStream(handle, FileAccess.Read, bufferSize: 0),
            RandomAccess.GetLength(handle))
        { Names = UnixCalls.CountNames(handle) },
        -1 => new FileOpening.NotAllowed($"can't be read: {Reason()}"),
        var type => new FileOpening.NotAllowed($"is {NameOf(type)}, not a regular file"),
    };

    /// <summary>The file types of stat(2), the same on every Unix.</summary>
    private static string NameOf(int type) => type switch
    {
        0x1000 => "a FIFO",
        0x2000 or 0x6000 => "a device",
        0x4000 => "a directory",
        0xC000 => "a socket",
        _ => "something unknown",
    };

    private static string Reason() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    private FileOpening OpenOnUnix(string[] segments)
    {
        var folder = UnixCalls.OpenFolder(Path);
        try
        {
            for (var i = 0; i < segments.Length - 1; i++)
            {
                if (folder.IsInvalid)
                {
                    break;
                }

                var inner = UnixCalls.OpenFolderAt(folder, segments[i]);
                if (inner.IsInvalid)
                {
                    return WhyNot(segments[..(i + 1)]);
                }

                folder.Dispose();
                folder = inner;
            }

            if (folder.IsInvalid)
            {
                return new FileOpening.NotAllowed($"can't be read: the workspace root '{Path}' can't be opened: {Reason()}");
            }

            return OpenFile(folder, segments);
        }
        finally
        {
            folder.Dispose();
        }
    }

    private FileOpening OpenFile(SafeFileHandle folder, string[] segments)
    {
#pragma warning disable CA2000 // An opened file takes the handle over; otherwise it is disposed below
        var file = UnixCalls.OpenFileAt(folder, segments[^1]);
#pragma warning restore CA2000
        FileOpening? opening = null;
        try
        {
            opening = file.IsInvalid ? WhyNot(segments)
                : OperatingSystem.IsMacOS()
                    && FindOtherSpelling(string.Join('/', segments), file) is { } reason ? new FileOpening.NotAllowed(reason)
                : Accept(file);
            return opening;
        }
        finally
        {
            if (opening is not FileOpening.Opened)
            {
                file.Dispose();
            }
        }
    }

    /// <summary>On macOS, where names differ in more than case and stand for each other.</summary>
    private string? FindOtherSpelling(string path, SafeFileHandle file)
    {
        using var root = UnixCalls.OpenFolder(Path);
        return !root.IsInvalid && UnixCalls.RealPath(root) is { } realRoot && UnixCalls.RealPath(file) is { } realFile
            ? FileOpening.FindOtherSpelling(realRoot, path, realFile)
            : null;
    }

    /// <summary>Says why the last of the segments couldn't be opened.</summary>
    private FileOpening WhyNot(string[] segments)
    {
        var error = Marshal.GetLastPInvokeError();
        var path = string.Join('/', segments);

        // A link where a folder should be is "not a directory" to Linux, so the name itself has to be looked at.
        if (error == SystemError.NoEntry || (error == SystemError.NotADirectory && !IsLink(path)))
        {
            return new FileOpening.Absent();
        }

        return new FileOpening.NotAllowed(
            error == SystemError.Loop || error == SystemError.NotADirectory ? $"is reached over the symbolic link '{path}'"
            : error == SystemError.NoDevice ? "is a socket or a device, not a regular file"
            : $"can't be read: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    private bool IsLink(string path) => new FileInfo(System.IO.Path.Join(Path, path)).LinkTarget is not null;
}
