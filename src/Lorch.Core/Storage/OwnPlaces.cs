namespace Lorch.Core.Storage;

/// <summary>
/// Knows which paths in the workspace are Lorch's own, by whatever name somebody calls them. No agent may produce anything there.
/// </summary>
internal sealed class OwnPlaces
{
    private static readonly StringComparison Comparison =
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    private readonly WorkspaceLayout _layout;
    private readonly string _configuration;
    private readonly string[] _folders;

    /// <summary>Initializes a new instance of the <see cref="OwnPlaces"/> class.</summary>
    /// <param name="layout">The workspace.</param>
    /// <param name="configuration">The absolute path of the configuration.</param>
    public OwnPlaces(WorkspaceLayout layout, string configuration)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _layout = layout;
        _configuration = Path.GetFullPath(configuration, layout.WorkspaceRoot);
        _folders = [.. WorkspaceLayout.OwnFolders.Except(WorkspaceLayout.FoldersForAgents)
            .Select(folder => Path.Join(layout.StateRoot, folder))];
    }

    /// <summary>Gets the workspace root.</summary>
    public string Root => _layout.WorkspaceRoot;

    /// <summary>Says why an agent may not produce a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The end of a sentence that begins with the path; <see langword="null"/> if it may.</returns>
    public string? FindOwner(RelativePath path)
    {
        var segments = path.ToString().Split('/');
        return IsConfiguration(path) ? "is Lorch's configuration, which no agent may produce"
            : FindName(segments) is { } name ? $"lies in '{name}/', which Lorch keeps its own records in: no agent may produce files there"
            : null;
    }

    /// <summary>Whether a file is the configuration.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Whether it is, by whatever name.</returns>
    public bool IsConfiguration(RelativePath path)
    {
        var full = Full(path.ToString());
        return path.ToString().Equals("lorch.json", Comparison)
            || full.Equals(_configuration, Comparison)
            || IsSame(FileStamp.Of(full), FileStamp.Of(_configuration));
    }

    private string? FindName(string[] segments)
    {
        var first = segments[0];
        if (WorkspaceLayout.OwnFolders.Any(name => name.Equals(first, Comparison))
            && !(segments.Length > 1 && WorkspaceLayout.FoldersForAgents.Contains(first)))
        {
            return first;
        }

        var stamps = Array.ConvertAll(_folders, FileStamp.Of);
        for (var length = 1; length <= segments.Length; length++)
        {
            var name = string.Join('/', segments[..length]);
            var full = Full(name);
            var stamp = FileStamp.Of(full);

            // Not by name alone: where names differ in more than they must, or a folder is mounted twice, one place has several.
            for (var folder = 0; folder < _folders.Length; folder++)
            {
                if (full.Equals(_folders[folder], Comparison) || IsSame(stamp, stamps[folder]))
                {
                    return name;
                }
            }
        }

        return null;
    }

    /// <summary>In the system's own form: Windows has two separators, which must not make two names of one.</summary>
    private string Full(string path) => Path.GetFullPath(path, Root);

    private static bool IsSame(FileStamp? one, FileStamp? other) => one is { HasIdentity: true } a && other is { } b && a.IsSameFileAs(b);
}
