using System.Text;

namespace Lorch.Testing;

/// <summary>A folder of its own for one test, gone with it.</summary>
public sealed class TemporaryWorkspace : IDisposable
{
    private static readonly UTF8Encoding WithoutMark = new(encoderShouldEmitUTF8Identifier: false);

    // What Linux keeps in memory; containers often have little of it.
    private const string Memory = "/dev/shm";
    private const long EnoughMemory = 1L << 30;

    /// <summary>Initializes a new instance of the <see cref="TemporaryWorkspace"/> class.</summary>
    public TemporaryWorkspace()
        : this(Directory.CreateTempSubdirectory("lorch-test-").FullName)
    {
    }

    private TemporaryWorkspace(string root) => Root = root;

    /// <summary>Gets the folder's absolute path.</summary>
    public string Root { get; }

    /// <summary>
    /// Makes a workspace whose files need no disk where the system offers that: for tests that write very many of them, start nothing that
    /// lies there, and are about none of the ways of a disk.
    /// </summary>
    /// <returns>The workspace.</returns>
    public static TemporaryWorkspace InMemory() =>
        HasMemory() ? new(Directory.CreateDirectory(Path.Join(Memory, $"lorch-test-{Guid.NewGuid():N}")).FullName) : new();

    /// <summary>Gets the absolute path of a file or folder in the workspace.</summary>
    /// <param name="path">A relative path with <c>/</c>.</param>
    /// <returns>The absolute path.</returns>
    public string At(string path) => Path.Join(Root, path.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Writes a file, making its folders.</summary>
    /// <param name="path">A relative path with <c>/</c>.</param>
    /// <param name="text">The content, written as UTF-8 without a mark.</param>
    /// <returns>The absolute path.</returns>
    public string Write(string path, string text)
    {
        var file = At(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text, WithoutMark);
        return file;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">A relative path with <c>/</c>.</param>
    /// <returns>The content.</returns>
    public string Read(string path) => WithoutMark.GetString(ReadShared(At(path)));

    /// <summary>
    /// Reads a file that somebody may have open for writing, as the program under test does, which on Windows others must allow.
    /// </summary>
    /// <param name="file">An absolute path.</param>
    /// <returns>The content.</returns>
    public static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static bool HasMemory()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(Memory))
        {
            return false;
        }

        try
        {
            return new DriveInfo(Memory).AvailableFreeSpace >= EnoughMemory;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
