using System.Text;
using Lorch.Core;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Mock;

/// <summary>The files that a mock writes and deletes.</summary>
/// <param name="root">The workspace root.</param>
/// <param name="pid">The mock's process id, for the names of temporary files.</param>
internal sealed class MockFiles(string root, int pid)
{
    /// <summary>Writes a file: it is there whole, or as it was before.</summary>
    /// <param name="path">The file; its folders are made.</param>
    /// <param name="content">The text, written as UTF-8.</param>
    /// <param name="cancellationToken">Stops before the file appears.</param>
    /// <returns>What was written.</returns>
    public async Task<Artifact> WriteAsync(RelativePath path, string content, CancellationToken cancellationToken)
    {
        var bytes = new UTF8Encoding(false).GetBytes(content);
        var folder = Path.Join(root, path.Folder);
        var temporary = Path.Join(folder, $".{path.Name}.tmp.{pid}");
        Directory.CreateDirectory(folder);
#pragma warning disable RS0030 // An agent's files are not Lorch's: what they say is checked, not believed
        await File.WriteAllBytesAsync(temporary, bytes, cancellationToken);
        File.Move(temporary, Path.Join(root, path.ToString()), overwrite: true);
#pragma warning restore RS0030
        return new Artifact { Path = path, Sha256 = Sha256Digest.Of(bytes), Size = bytes.Length };
    }

    /// <summary>Deletes a file, if it is there.</summary>
    /// <param name="path">The file.</param>
    public void Delete(RelativePath path)
    {
        try
        {
#pragma warning disable RS0030 // As above
            File.Delete(Path.Join(root, path.ToString()));
#pragma warning restore RS0030
        }
        catch (DirectoryNotFoundException)
        {
            // Gone with its folder: that is what was wanted.
        }
    }
}
