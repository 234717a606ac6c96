using System.Text;

namespace Lorch.Core.Snapshots;

/// <summary>A symbolic link is a file whose content is the text of its target, which must stay inside the workspace.</summary>
internal sealed class LinkRule
{
    private readonly string _root;

    public LinkRule(string root) => _root = root;

    /// <summary>Records the link at a path; <see langword="null"/> when it is gone.</summary>
    /// <exception cref="LorchException">LORCH2003: it can't be read. LORCH2004: it leads out of the workspace.</exception>
    public ScannedFile? Record(RelativePath path, DateTimeOffset mtime)
    {
        if (Read(path) is not { } target)
        {
            return null;
        }

        return StaysInside(path, target)
            ? new ScannedFile { Path = path, Size = new UTF8Encoding(false).GetByteCount(target), Mtime = mtime, LinkTarget = target }
            : throw SnapshotProblem.LinkLeavesWorkspace(path, target);
    }

    private string? Read(RelativePath path)
    {
        try
        {
            return new FileInfo(Path.Join(_root, path.ToString())).LinkTarget;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SnapshotProblem.Unreadable(path.ToString(), "link", $"can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>Goes by the text alone, without asking the disk what lies on the way.</summary>
    private bool StaysInside(RelativePath path, string target)
    {
        var resolved = Path.GetFullPath(target, Path.Join(_root, path.Folder));
        var relative = Path.GetRelativePath(_root, resolved);
        return relative is not ".."
            && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !Path.IsPathRooted(relative);
    }
}
