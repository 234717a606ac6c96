namespace Lorch.Core.Snapshots.Scanning;

/// <summary>A symbolic link is a file whose content is the text of its target, which must stay inside the workspace.</summary>
internal sealed class LinkRule
{
    private readonly string _root;

    public LinkRule(string root) => _root = root;

    /// <summary>Whether a link leads inside: goes by the text alone, without asking the disk what lies on the way.</summary>
    public bool StaysInside(RelativePath path, string target)
    {
        var resolved = Path.GetFullPath(target, Path.Join(_root, path.Folder));
        var relative = Path.GetRelativePath(_root, resolved);
        return relative is not ".."
            && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !Path.IsPathRooted(relative);
    }
}
