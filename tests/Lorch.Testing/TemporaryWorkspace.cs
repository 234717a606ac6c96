using System.Text;

namespace Lorch.Testing;

/// <summary>A folder of its own for one test, gone with it.</summary>
public sealed class TemporaryWorkspace : IDisposable
{
    private static readonly UTF8Encoding WithoutMark = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Gets the folder's absolute path.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("lorch-test-").FullName;

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
    public string Read(string path) => File.ReadAllText(At(path), WithoutMark);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);
}
