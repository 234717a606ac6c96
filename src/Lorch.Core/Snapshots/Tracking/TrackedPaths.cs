using Lorch.Core.Snapshots.Index;

namespace Lorch.Core.Snapshots.Tracking;

/// <summary>
/// Says of paths whether they are tracked, by the way that a capture goes to them: each folder is entered once, whatever the number of
/// paths.
/// </summary>
/// <param name="root">The rules of the workspace root.</param>
internal sealed class TrackedPaths(FolderRules root)
{
    private readonly Dictionary<string, FolderRules?> _folders = new(StringComparer.Ordinal) { [""] = root };

    /// <summary>Whether the file at a path, if there is one, is tracked.</summary>
    public bool Hold(RelativePath path)
    {
        var text = path.ToString();
        return RulesOf(path.Folder)?.IsTracked(PathBytes.Of(text[(text.LastIndexOf('/') + 1)..])) ?? false;
    }

    private FolderRules? RulesOf(string folder)
    {
        if (_folders.TryGetValue(folder, out var known))
        {
            return known;
        }

        var end = folder.LastIndexOf('/');
        var rules = RulesOf(end < 0 ? "" : folder[..end])?.Enter(PathBytes.Of(folder[(end + 1)..]));
        _folders.Add(folder, rules);
        return rules;
    }
}
